// Scores rows with many lanes; score.h says what. With two classes a warp scores rows by itself, their votes in registers: each
// lane has as many rows as make eight votes with the tile's structures. What later trees need is fetched while earlier ones
// are added, and queries wait in the warp's lanes, one each. Included inside a backend's namespace.

// A warp as a block, for the metrics.
template <class Block>
struct WarpOf {
  static constexpr bool single = false;
  Block& block;
  DEVICE u32 lane() const { return block.warp_lane(); }
  DEVICE u32 lanes() const { return block.warp_lanes(); }
  DEVICE u32 warp_lane() const { return block.warp_lane(); }
  DEVICE u64 warp_sum(u64 x) const { return block.warp_sum(x); }
  DEVICE void add_global(u64* sum, u64 x) const { block.add_global(sum, x); }
};

// A tile's queries from number `first` on, one a lane; and the ones after them, fetched early.
struct WaitingQueries {
  u32 first, end;
  u32 trees, place, sums;                     // of this lane's; trees none32: there is none
  u32 later_trees, later_place, later_sums;   // of the one that it has next
};
template <class Block>
DEVICE void fetch_later(Block& block, const Fit& fit, WaitingQueries& w) {
  const u32 q = w.first + block.warp_lanes() + block.warp_lane();
  w.later_trees = none32;
  if (q >= w.end) return;
  w.later_trees = fit.query[q].trees;
  w.later_place = fit.query[q].place;
  w.later_sums = fit.query[q].sums;
}
template <class Block>
DEVICE void next_queries(Block& block, const Fit& fit, WaitingQueries& w) {
  w.trees = w.later_trees;
  w.place = w.later_place;
  w.sums = w.later_sums;
  w.first += block.warp_lanes();
  fetch_later(block, fit, w);
}
// The number of trees after which the first query of more than `trees` is to be answered, none32 if there is none; those of
// as many are given to `answer`, a warp's worth at a time.
template <class Block, class Answer>
DEVICE u32 pass_queries(Block& block, const Fit& fit, WaitingQueries& w, u32 trees, Answer answer) {
  for (;;) {
    answer();
    const u32 passed = bits_set(block.warp_ballot(w.trees <= trees));
    if (passed < block.warp_lanes()) return block.warp_shuffle(w.trees, passed);
    next_queries(block, fit, w);
  }
}

// A lane's rows and their votes. Rows that there are not are the last one, and do not count.
template <u32 tile>
struct LaneVotes {
  static constexpr u32 rows = most_tile / tile;
  u64 votes[rows][tile];
  u32 row[rows];
  bool here[rows];
  u32 all_here[rows],
      ones[rows];   // of the warp's lanes, bits: those that have such a row, those whose row has label 1
};

// What a leaf adds to a row, under each structure of the tile.
template <u32 tile>
DEVICE void fetch_votes(const u32* of_leaf, u32* more) {
  if constexpr (tile < 4) {
    for (u32 s = 0; s < tile; ++s) more[s] = of_leaf[s];
  } else {
    for (u32 s = 0; s < tile; s += 4) {
      const Four four = *reinterpret_cast<const Four*>(of_leaf + s);
      for (u32 k = 0; k < 4; ++k) more[s + k] = four.v[k];
    }
  }
}

// Rows that are predicted right by so many trees, under the structure at this lane's query's place.
template <u32 tile, class Block>
DEVICE u32 right_at_place(Block& block, const LaneVotes<tile>& v, u32 trees, u32 place) {
  const u64 half = static_cast<u64>(trees) << (vote_bits - 1);
  u32 right = 0;
  for (u32 m = 0; m < v.rows; ++m) {
    u32 voted[tile];   // for class 1, under each structure
    for (u32 s = 0; s < tile; ++s) voted[s] = block.warp_ballot(v.votes[m][s] > half);
    for (u32 step = 1; step < tile; step *= 2) {   // voted[place], by the bits of place
      const u32 high = 0u - (place / step & 1);
      for (u32 s = 0; s + step < tile; s += 2 * step) voted[s] ^= (voted[s] ^ voted[s + step]) & high;
    }
    right += bits_set(~(voted[0] ^ v.ones[m]) & v.all_here[m]);
  }
  return right;
}

// The waiting queries of so many trees, by any metric, one after the other. unit: of the warp; votes: [tile][rows], its own.
template <u32 tile, class Block>
DEVICE void answer_one_by_one(Block& block, const Fit& fit, ScoreUnit unit, const LaneVotes<tile>& v,
                              const WaitingQueries& w, u32 trees, u64* votes, const u8* labels) {
  u32 asked = block.warp_ballot(w.trees == trees);
  if (asked == 0) return;
  for (u32 m = 0; m < v.rows; ++m)
    for (u32 s = 0; s < tile; ++s)
      if (v.here[m]) votes[s * unit.rows + v.row[m]] = v.votes[m][s];
  WarpOf<Block> warp{block};
  for (; asked != 0; asked &= asked - 1) {
    const Query& query = fit.query[w.first + lowest_bit(asked)];
    const u64 total = static_cast<u64>(trees) << vote_bits;
    const auto votes_of = [&](u32 i) { return RowVotes{votes + query.place * unit.rows + i, 1, total}; };
    add_metric(warp, fit.metric, query_rows(fit, query, unit, labels, votes_of));
  }
}

// Two classes, by one warp. unit: at most most_tile / tile rows for each of its lanes; votes: [tile][rows].
template <u32 tile, class Block>
DEVICE void score_by_warp(Block& block, const ScoreArgs& a, const Fit& fit, ScoreUnit unit, u64* votes, u8* labels) {
  const u32 valid = fit.end - fit.begin;
  u64* kept = fit.votes + (static_cast<u64>(unit.tile) * valid + unit.row) * tile;
  LaneVotes<tile> v;
  for (u32 m = 0; m < v.rows; ++m) {
    const u32 i = block.warp_lane() + m * block.warp_lanes();
    v.here[m] = i < unit.rows;
    v.row[m] = v.here[m] ? i : unit.rows - 1;
    const u8 label = a.data.labels[fit.order[fit.begin + unit.row + v.row[m]]];
    v.ones[m] = block.warp_ballot(label != 0);
    v.all_here[m] = block.warp_ballot(v.here[m]);
    if (v.here[m]) labels[i] = label;
    for (u32 s = 0; s < tile; ++s) v.votes[m][s] = fit.first_tree == 0 ? 0 : kept[v.row[m] * tile + s];
  }
  WaitingQueries w{fit.query_begin[unit.tile] - block.warp_lanes(), fit.query_begin[unit.tile + 1], 0, 0, 0, 0, 0, 0};
  fetch_later(block, fit, w);
  next_queries(block, fit, w);
  u32 stop = pass_queries(block, fit, w, fit.first_tree, [] {});
  // Of a tree's rows: their leaves are fetched two trees ahead, what these add one tree ahead. After the last tree, which is
  // fetched again, nothing is made of it.
  const u64 next_cut = static_cast<u64>(fit.tiles) * fit.max_nodes * tile;
  const u32* cut = fit.cut + static_cast<u64>(unit.tile) * fit.max_nodes * tile;
  const u32* leaves = fit.leaf + unit.row;
  u32 more[v.rows][tile], leaf[v.rows];
  for (u32 m = 0; m < v.rows; ++m) fetch_votes<tile>(cut + static_cast<u64>(leaves[v.row[m]]) * tile, more[m]);
  if (fit.trees > 1) leaves += valid;
  for (u32 m = 0; m < v.rows; ++m) leaf[m] = leaves[v.row[m]];
  const u32 metric = fit.metric, trees = fit.trees, first_tree = fit.first_tree;
  for (u32 tree = 0; tree < trees && stop != none32; ++tree) {
    u32 adds[v.rows][tile];
    cut += tree + 1 < trees ? next_cut : 0;
    leaves += tree + 2 < trees ? valid : 0;
    for (u32 m = 0; m < v.rows; ++m) {
      for (u32 s = 0; s < tile; ++s) adds[m][s] = more[m][s];
      fetch_votes<tile>(cut + static_cast<u64>(leaf[m]) * tile, more[m]);
      leaf[m] = leaves[v.row[m]];
    }
    for (u32 m = 0; m < v.rows; ++m)
      for (u32 s = 0; s < tile; ++s) v.votes[m][s] += adds[m][s];
    const u32 grown = first_tree + tree + 1;
    if (stop != grown) continue;
    if (metric == accuracy)
      stop = pass_queries(block, fit, w, grown, [&] {
        const u32 right = right_at_place(block, v, grown, w.place);
        if (w.trees == grown) block.add_global(fit.sums + w.sums, right);
      });
    else
      stop =
          pass_queries(block, fit, w, grown, [&] { answer_one_by_one(block, fit, unit, v, w, grown, votes, labels); });
  }
  for (u32 m = 0; m < v.rows; ++m)
    for (u32 s = 0; s < tile; ++s)
      if (v.here[m]) kept[v.row[m] * tile + s] = v.votes[m][s];
}

// votes: [kept_votes_bytes].
template <u32 tile, class Block>
DEVICE void score_tile_team(Block& block, const ScoreArgs& a, const Fit& fit, ScoreUnit unit, u64* votes) {
  const u32 of_warp = LaneVotes<tile>::rows * block.warp_lanes();
  u8* labels = reinterpret_cast<u8*>(votes + static_cast<u64>(unit.rows) * tile);
  for (u32 row = block.warp() * of_warp; row < unit.rows; row += block.warps() * of_warp) {
    const u32 rows = unit.rows - row < of_warp ? unit.rows - row : of_warp;
    score_by_warp<tile>(block, a, fit, {unit.fit, unit.tile, unit.row + row, rows},
                        votes + static_cast<u64>(row) * tile, labels + row);
  }
}

// Adds the trees from `tree` to `stop`, of more than two classes: each lane has eight of the rows' numbers at a time, [rows]
// [values], and keeps their sums in registers. Leaves are fetched two trees ahead, their nodes one.
template <class Block>
DEVICE void add_trees_team(Block& block, const Fit& fit, ScoreUnit unit, u32 tree, u32 stop, u64* votes) {
  constexpr u32 at_once = 8;
  const u32 values = fit.values, numbers = unit.rows * values;
  const u64 valid = fit.end - fit.begin, next_cut = static_cast<u64>(fit.tiles) * fit.max_nodes,
            next_value = static_cast<u64>(fit.max_nodes) * values;
  for (u32 from = block.lane(); from < numbers; from += at_once * block.lanes()) {
    const u32* leaves = fit.leaf + tree * valid + unit.row;
    const u32* cut = fit.cut + tree * next_cut + static_cast<u64>(unit.tile) * fit.max_nodes;
    const u32* value = fit.value + tree * next_value;
    u32 row[at_once], k[at_once], node[at_once], leaf[at_once];
    u64 sum[at_once];
    for (u32 m = 0; m < at_once; ++m) {
      const u32 n = from + m * block.lanes() < numbers ? from + m * block.lanes() : from;
      row[m] = n / values;
      k[m] = n - row[m] * values;
      sum[m] = votes[n];
    }
    for (u32 m = 0; m < at_once; ++m) node[m] = cut[leaves[row[m]]];
    for (u32 m = 0; m < at_once; ++m) leaf[m] = tree + 1 < stop ? leaves[valid + row[m]] : 0;
    for (u32 t = tree; t < stop; ++t) {
      u32 more[at_once];
      cut += next_cut;
      leaves += valid;
      for (u32 m = 0; m < at_once; ++m) more[m] = value[static_cast<u64>(node[m]) * values + k[m]];
      if (t + 1 < stop)
        for (u32 m = 0; m < at_once; ++m) node[m] = cut[leaf[m]];
      if (t + 2 < stop)
        for (u32 m = 0; m < at_once; ++m) leaf[m] = leaves[valid + row[m]];
      for (u32 m = 0; m < at_once; ++m) sum[m] += more[m];
      value += next_value;
    }
    for (u32 m = 0; m < at_once; ++m)
      if (const u32 n = from + m * block.lanes(); n < numbers) votes[n] = sum[m];
  }
}
