// Finds the best splits of several nodes of a level with many lanes: the body for a GPU. Rows of all nodes are counted at
// once into histograms in shared memory, then a warp looks at one (node, feature) at a time. Nodes of few rows are searched
// by ops/search_small_team.h. Same answers as ops/search_single.h. Included inside a backend's namespace.
//
// Cells of one (node, feature): [cell_bins][columns]. Where a Stat's pair fits a word: one column of words (packed).
// Otherwise a column per number of its sums, and one that counts rows.
// Packed cells come in several copies, [cell_bins][copies]: lane i adds to copy i % copies, so that with 16 copies at most
// two lanes of a warp meet in a memory bank.

inline constexpr u32 most_copies = 16;

struct CellShape {
  u32 packed, columns, words;   // words of one (node, feature), in one copy
};
template <class Stat>
DEVICE CellShape cell_shape(const Stat& stat, u32 root_drawn) {
  CellShape s;
  const bool tracked = stat.fit.min_samples_leaf > 1 && stat.fit.draws > 0;
  s.packed = !tracked && stat.pairs_fit_words(root_drawn);
  s.columns = s.packed ? 1 : Stat::numbers(stat.data) + 1;
  s.words = stat.data.cell_bins * s.columns * (s.packed ? 1 : sizeof(typename Stat::Number) / sizeof(u32));
  return s;
}

// A candidate of one (node, feature).
struct SlotBest {
  i64 key;
  u32 bin, side;   // side 1: missing values go left
  u32 threshold;   // see ops/threshold.h, without the side
  u32 left;        // bootstrap counts that go left; packed: what goes left, in a word
  u32 constant, missing;
};

// Nodes of a level that are searched together. Arrays in the workspace or in shared memory.
struct Group {
  const u32* node;   // [count] ascending
  u32 count;
  u32 slots;   // features of a node looked at at once
  u32 copies;
  u32* cells;            // [count][slots][words][copies]
  u32* feature;          // [count][slots]; none32: not looked at
  u32* visits;           // [count] features visited so far
  u32* visited;          // [count][visited_words]
  SlotBest* slot_best;   // [count][slots]
  u32* constant;         // [count] all features so far are constant in the node
  u32 visited_words;
};

// member: a node's place in the group, plus 1; 0 or none32 for nodes outside of it.
template <class Stat, class Block>
DEVICE void add_rows(Block& block, const DatasetView& data, const CellShape& shape, const Group& g, const Tree<Stat>& t,
                     const u32* member, u32 begin, u32 end) {
  using Number = typename Stat::Number;
  const u32 copy = block.lane() % g.copies, slot_words = shape.words * g.copies;
  for (u32 p = begin + block.lane(); p < end; p += block.lanes()) {
    const Sample<Stat> s = t.samples[p];
    const u32 node = member[s.owner] - 1;
    if (node >= g.count) continue;
    const u32* feature = g.feature + node * g.slots;
    for (u32 slot = 0; slot < g.slots; ++slot) {
      const u32 f = feature[slot];
      if (f == none32) continue;
      u32* cells = g.cells + (node * g.slots + slot) * slot_words;
      const u32 bin = bin_of(data, s.cells, f);
      if (shape.packed) {
        block.add(cells + bin * g.copies + copy, Stat::word(s.payload));
      } else {
        Number* cell = reinterpret_cast<Number*>(cells) + bin * shape.columns;
        Stat::each(s.payload, [&](u32 k, Number x) { block.add(cell + k, x); });
        block.add(cell + shape.columns - 1, Number{1});
      }
    }
  }
}

// Sums the copies of one (node, feature)'s cells into [bins]. A chunk is read before it is written; lanes start at
// different fours of copies, so that they meet in few banks. copies: a multiple of 4.
template <class Block>
DEVICE void sum_copies(Block& block, u32* cells, u32 bins, u32 copies) {
  const u32 fours = copies / 4;
  for (u32 from = 0; from < bins; from += block.warp_lanes()) {
    const u32 bin = from + block.warp_lane();
    u32 sum = 0;
    if (bin < bins) {
      const Four* cell = reinterpret_cast<const Four*>(cells + bin * copies);
      for (u32 j = 0; j < fours; ++j) {
        const Four four = cell[(j + bin / 2) & (fours - 1)];
        sum += four.v[0] + four.v[1] + four.v[2] + four.v[3];
      }
    }
    block.warp_sync();
    if (bin < bins) cells[bin] = sum;
    block.warp_sync();
  }
}

// What goes left when bins up to one go left.
template <class Stat>
struct LeftSide {
  typename Stat::Pair pair;   // not packed: its weight only
  u32 rows;
};
template <class Stat>
DEVICE LeftSide<Stat> left_of_word(u32 word) {   // packed: each row counts once, or any row is enough
  const typename Stat::Pair pair = Stat::pair_of(word);
  return {pair, pair.weight};
}

template <class Stat, class Block>
struct SlotSearch {
  using Number = typename Stat::Number;
  using Left = LeftSide<Stat>;
  Block& block;
  const Growth<Stat>& growth;
  const CellShape& shape;
  const Number* sums;   // of the node, [numbers]
  u32 rows, drawn, bins;
  u64 path;
  u32 feature, visit;
  u32* cells;   // of the (node, feature); columns become sums over bins
  Number* columns;
  const Number* missing_cell;

  DEVICE Number number_left(u32 bin, u32 side, u32 k) const {
    return columns[bin * shape.columns + k] + (side ? missing_cell[k] : 0);
  }

  DEVICE i64 key_of(u32 bin, u32 side, const Left& left) const {
    const Stat& stat = growth.stat;
    if (shape.packed) return stat.key(left.pair, Stat::pair_of(drawn, sums));
    return stat.key(left.pair.weight, drawn, sums, [&](u32 k) { return number_left(bin, side, k); });
  }

  DEVICE bool allowed(u32 bin, u32 side, const Left& left) const {
    const u32 weight = left.pair.weight;
    if (weight == 0 || weight == drawn) return false;
    const u32 all_rows = shape.packed ? drawn : rows;
    if (left.rows < growth.fit.min_samples_leaf || all_rows - left.rows < growth.fit.min_samples_leaf) return false;
    return heavy_enough(growth.stat, weight, drawn, sums, growth.min_weight,
                        [&](u32 k) { return number_left(bin, side, k); });
  }

  // Sums the columns over the value bins, in place.
  DEVICE void sum_columns() {
    for (u32 k = block.warp_lane(); k < shape.columns; k += block.warp_lanes())
      for (u32 b = 1; b < bins; ++b) columns[b * shape.columns + k] += columns[(b - 1) * shape.columns + k];
    block.warp_sync();
  }

  DEVICE Left left_of(u32 bin, u32 side) const {   // after sum_columns, not packed
    const u32 drawn_left = growth.stat.drawn_of([&](u32 k) { return number_left(bin, side, k); });
    return {{drawn_left, 0}, static_cast<u32>(number_left(bin, side, shape.columns - 1))};
  }

  // Is a value bin occupied? Before sum_columns (packed), or after it.
  DEVICE bool occupied(u32 bin) const {
    if (shape.packed) return cells[bin] != 0;
    const u32 c = shape.columns;
    const Number here = columns[bin * c + c - 1];
    return bin == 0 ? here != 0 : here != columns[(bin - 1) * c + c - 1];
  }

  DEVICE u32 next_occupied(u32 bin) const {
    u32 next = bin + 1;
    while (next < bins && !occupied(next)) ++next;
    return next;
  }
};

// The only candidate of extra_trees; first, last: the node's outermost occupied bins.
template <class Stat, class Block>
DEVICE void look_at_drawn(const SlotSearch<Stat, Block>& s, u32 first, u32 last, SlotBest& best) {
  const Growth<Stat>& g = s.growth;
  const ThresholdDraw draw = threshold_draw(g.fit.node_key, g.tree, s.path, s.visit);
  const u32 threshold = threshold_of_bins(g.data, s.feature, first, last, draw.share), bin = threshold >> 8;
  const u32 side = draw.missing_left && best.missing != 0;
  LeftSide<Stat> left{};
  u32 word = 0;
  if (s.shape.packed) {
    u32 sum = 0;
    for (u32 b = s.block.warp_lane(); b <= bin; b += s.block.warp_lanes()) sum += s.cells[b];
    word = s.block.warp_sum32(sum) + (side ? best.missing : 0);
    left = left_of_word<Stat>(word);
  } else {
    left = s.left_of(bin, side);
    word = left.pair.weight;
  }
  if (!s.allowed(bin, side, left)) return;
  best.key = s.key_of(bin, side, left);
  best.bin = bin;
  best.side = side;
  best.threshold = threshold;
  best.left = word;
}

// Candidates are ordered by side, then bin: index = side * bins + bin.
struct BinBest {
  i64 key = smallest_key;
  u32 index = none32, left = 0;   // left: as SlotBest's
};

// This lane's best candidate.
template <class Stat, class Block>
DEVICE BinBest best_bin(const SlotSearch<Stat, Block>& s, u32 missing) {
  BinBest best;
  const u32 sides = missing != 0 ? 2 : 1;
  for (u32 side = 0; side < sides; ++side) {
    u32 before = side ? missing : 0;   // packed: what the bins before this chunk send left
    for (u32 from = 0; from < s.bins; from += s.block.warp_lanes()) {
      const u32 bin = from + s.block.warp_lane();
      LeftSide<Stat> left{};
      bool here = bin < s.bins && s.occupied(bin);
      u32 word = 0;
      if (s.shape.packed) {
        const u32 sums = s.block.warp_scan_inclusive(here ? s.cells[bin] : 0);
        word = before + sums;
        left = left_of_word<Stat>(word);
        before += s.block.warp_last(sums);
      } else if (here) {
        left = s.left_of(bin, side);
        word = left.pair.weight;
      }
      if (!here || !s.allowed(bin, side, left)) continue;
      const i64 candidate = s.key_of(bin, side, left);
      if (candidate > best.key) best = {candidate, side * s.bins + bin, word};
    }
  }
  return best;
}

// One (node, feature), by one warp.
template <class Stat, class Block>
DEVICE SlotBest search_slot(SlotSearch<Stat, Block> s) {
  Block& block = s.block;
  const u32 bins = s.bins, missing_at = bins * s.shape.columns;
  s.missing_cell = s.columns + missing_at;
  // Packed: a word; otherwise rows.
  const u32 missing = s.shape.packed ? s.cells[missing_at] : static_cast<u32>(s.missing_cell[s.shape.columns - 1]);
  if (!s.shape.packed) s.sum_columns();
  // Which value bins are occupied.
  u32 count = 0, first = none32, last_inverted = none32;
  for (u32 b = block.warp_lane(); b < bins; b += block.warp_lanes())
    if (s.occupied(b)) {
      ++count;
      if (first == none32) first = b;
      last_inverted = ~b;
    }
  const u32 occupied = block.warp_sum32(count);
  SlotBest best{smallest_key, none32, 0, 0, 0, occupied + (missing != 0) < 2, missing};
  if (best.constant) return best;
  if (s.growth.fit.random_thresholds) {
    first = block.warp_min(first);
    look_at_drawn(s, first, ~block.warp_min(last_inverted), best);
    return best;
  }
  const BinBest mine = best_bin(s, missing);
  const i64 top = block.warp_max(mine.key);
  if (top == smallest_key) return best;
  const u32 winner = block.warp_min(mine.key == top ? mine.index : none32);
  best.key = top;
  best.side = winner >= bins;
  best.bin = winner - best.side * bins;
  const u32 next = s.next_occupied(best.bin);
  const DatasetView& data = s.growth.data;
  best.threshold = next >= bins ? all_values(data, s.feature) : threshold_of_bins(data, s.feature, best.bin, next, 0.5);
  // The winner's counts, told to all lanes.
  best.left = ~block.warp_min(mine.key == top && mine.index == winner ? ~mine.left : none32);
  return best;
}

// Draws the next features of every node of the group: up to g.slots of those it still has to visit; or, once it has
// visited max_features that were all constant, one more. Returns (to every lane) whether any node looks at a feature.
template <class Stat, class Block>
DEVICE bool draw_features(Block& block, const Growth<Stat>& growth, const Group& g, const Tree<Stat>& t,
                          u32* shared_flag) {
  const DatasetView& data = growth.data;
  const Fit& fit = growth.fit;
  if (block.lane() == 0) *shared_flag = 0;
  block.sync();
  for (u32 i = block.lane(); i < g.count; i += block.lanes()) {
    const u32 v = g.node[i];
    u32 wanted = 0;
    if (g.visits[i] < fit.max_features)
      wanted = fit.max_features - g.visits[i] < g.slots ? fit.max_features - g.visits[i] : g.slots;
    else if (g.constant[i] && g.visits[i] < data.features)
      wanted = 1;
    Words words{};
    u32* visited = g.visited + static_cast<u64>(i) * g.visited_words;
    for (u32 slot = 0; slot < g.slots; ++slot) {
      u32 f = none32;
      if (slot < wanted) {
        const u32 j = g.visits[i];
        if (slot == 0 || j % 4 == 0)
          words =
              philox(fit.node_key, j / 4, growth.tree, static_cast<u32>(t.path[v]), static_cast<u32>(t.path[v] >> 32));
        f = visit_feature(visited, below(words.v[j % 4], data.features - j));
        g.visits[i] = j + 1;
      }
      g.feature[i * g.slots + slot] = f;
    }
    if (wanted > 0) block.add(shared_flag, 1);
  }
  block.sync();
  const bool any = *shared_flag != 0;
  block.sync();
  return any;
}

// Where a node's best split is left for grow_levels_team.
template <class Stat>
struct Found {
  SlotBest* best;                // [level's nodes]
  u32* feature;                  // [level's nodes] none32: no split
  typename Stat::Number* left;   // [level's nodes][numbers] sums of what goes left
};
// At a place among the level's nodes.
template <class Stat>
DEVICE typename Stat::Number* left_of_node(const DatasetView& data, const Found<Stat>& found, u32 at) {
  return found.left + static_cast<u64>(at) * Stat::numbers(data);
}

// The slots' features, each node's by its warps: what was added to their cells is searched.
template <class Stat, class Block>
DEVICE void search_slots(Block& block, const Growth<Stat>& growth, const CellShape& shape, const Group& g,
                         const Tree<Stat>& t) {
  const DatasetView& data = growth.data;
  for (u32 i = block.warp(); i < g.count * g.slots; i += block.warps()) {
    const u32 f = g.feature[i];
    if (f == none32) continue;
    const u32 node = i / g.slots, v = g.node[node];
    u32 later = 0;
    for (u32 s = i % g.slots + 1; s < g.slots; ++s) later += g.feature[node * g.slots + s] != none32;
    const u32 visit = g.visits[node] - 1 - later;   // of this slot: the slots before the last visits
    u32* cells = g.cells + i * shape.words * g.copies;
    if (g.copies > 1) sum_copies(block, cells, data.feature_bins[f] + 1u, g.copies);
    const SlotBest best =
        search_slot(SlotSearch<Stat, Block>{block, growth, shape, sums_of(growth.stat, t, v), t.end[v] - t.begin[v],
                                            t.drawn[v], data.feature_bins[f], t.path[v], f, visit, cells,
                                            reinterpret_cast<typename Stat::Number*>(cells), nullptr});
    if (block.warp_lane() == 0) g.slot_best[i] = best;
  }
}

// Keeps the best over each node's slots: ties to the earlier visit.
template <class Stat, class Block>
DEVICE void keep_best(Block& block, const DatasetView& data, const CellShape& shape, const Group& g,
                      const Found<Stat>& found, u32 level_first) {
  using Number = typename Stat::Number;
  for (u32 i = block.lane(); i < g.count; i += block.lanes()) {
    const u32 at = g.node[i] - level_first;
    for (u32 slot = 0; slot < g.slots; ++slot) {
      const u32 f = g.feature[i * g.slots + slot];
      if (f == none32) continue;
      const SlotBest& best = g.slot_best[i * g.slots + slot];
      if (!best.constant) g.constant[i] = 0;
      if (best.key <= found.best[at].key) continue;
      found.best[at] = best;
      found.feature[at] = f;
      Number* left = left_of_node(data, found, at);
      if (shape.packed) {
        Stat::unpair(Stat::pair_of(best.left), left);
      } else {
        const Number* columns =
            reinterpret_cast<const Number*>(g.cells + static_cast<u64>(i * g.slots + slot) * shape.words * g.copies);
        for (u32 k = 0; k < Stat::numbers(data); ++k)
          left[k] = columns[best.bin * shape.columns + k] +
                    (best.side ? columns[data.feature_bins[f] * shape.columns + k] : 0);
      }
    }
  }
}

// Searches the group's nodes; found: the level's, from node level_first.
template <class Stat, class Block>
DEVICE void search_group(Block& block, const Growth<Stat>& growth, const CellShape& shape, const Group& g,
                         const Tree<Stat>& t, const u32* member, const Found<Stat>& found, u32 level_first,
                         u32* shared_flag) {
  for (u32 i = block.lane(); i < g.count; i += block.lanes()) {
    g.visits[i] = 0;
    g.constant[i] = 1;
  }
  for (u32 i = block.lane(); i < g.count * g.visited_words; i += block.lanes()) g.visited[i] = 0;
  block.sync();
  const u32 begin = t.begin[g.node[0]], end = t.end[g.node[g.count - 1]];
  while (draw_features(block, growth, g, t, shared_flag)) {
    Four* fours = reinterpret_cast<Four*>(g.cells);   // cells are aligned, and their memory is whole fours
    const u32 words = g.count * g.slots * shape.words * g.copies;
    for (u32 i = block.lane(); i < (words + 3) / 4; i += block.lanes()) fours[i] = Four{};
    block.sync();
    add_rows(block, growth.data, shape, g, t, member, begin, end);
    block.sync();
    search_slots(block, growth, shape, g, t);
    block.sync();
    keep_best(block, growth.data, shape, g, found, level_first);
    block.sync();
  }
}
