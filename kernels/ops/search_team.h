// Finds the best splits of several nodes of a level with many lanes: the body for a GPU. Rows of all nodes are counted at
// once into histograms in shared memory, then a warp looks at one (node, feature) at a time. Nodes of few rows are searched
// by ops/search_small_team.h. Same answers as ops/search_single.h. Included inside a backend's namespace.
//
// Buckets of one (node, feature): [bucket_bins][width]. Where a Stat's pair fits a word: that word (packed). Otherwise the
// numbers of its sums, and one that counts rows.
// Packed buckets come in several copies, [bucket_bins][copies]: lane i adds to copy i % copies, so that with 16 copies at most
// two lanes of a warp meet in a memory bank. Bins are then looked at by eights, a lane's.

inline constexpr u32 most_copies = 16, lane_bins = 8;

template <class Stat>
struct BucketShape {
  u32 in_words, width, words;   // words: of one (node, feature), in one copy
  DEVICE bool packed() const { return Stat::plain || in_words != 0; }
};
template <class Stat>
DEVICE BucketShape<Stat> bucket_shape(const Stat& stat, u32 root_drawn) {
  BucketShape<Stat> s;
  const bool tracked = stat.fit.min_samples_leaf > 1 && stat.fit.draws > 0;
  s.in_words = !tracked && stat.pairs_fit_words(root_drawn);
  s.width = s.packed() ? 1 : Stat::numbers(stat.data) + 1;
  s.words = s.packed() ? (stat.data.bucket_bins + 3) / 4 * 4   // whole fours
                       : stat.data.bucket_bins * s.width * (sizeof(typename Stat::Number) / sizeof(u32));
  return s;
}

// extra_trees, which plain Stats know nothing of.
template <class Stat>
DEVICE bool drawn_thresholds(const Fit& fit) {
  return !Stat::plain && fit.random_thresholds != 0;
}

// A candidate of one (node, feature).
struct SlotBest {
  i64 key;
  Between split;   // see ops/threshold.h
  u32 side;        // 1: missing values go left
  u32 left;        // bootstrap counts that go left; packed: what goes left, in a word
  u32 constant, missing;
};
// The last bin that goes left, of a split between bins.
DEVICE u32 last_bin(const Between& split) { return split.last == split.next ? split.last >> 8 : split.last; }

// Nodes of a level whose features are drawn together. Arrays in the workspace.
struct Group {
  const u32* node;   // [count] ascending
  u32 count;
  u32 slots;             // features of a node looked at at once
  u32* feature;          // [count][slots]; none32: not looked at
  u32* visits;           // [count] features visited so far
  u32* visited;          // [count][visited_words]
  SlotBest* slot_best;   // [count][slots]
  u32* constant;         // [count] all features so far are constant in the node
  u32 visited_words;

  DEVICE Group part(u32 from, u32 nodes) const {
    return {node + from,
            nodes,
            slots,
            feature + from * slots,
            visits + from,
            visited + from * visited_words,
            slot_best + from * slots,
            constant + from,
            visited_words};
  }
};

// Their histograms, of as many nodes at once as fit.
template <class Stat>
struct BucketPlan {
  BucketShape<Stat> shape;
  u32 copies, most;   // most nodes
};

// Counts the rows of the group's nodes. A warp takes so many rows of one node at a time, four of each lane's.
template <class Stat, class Block>
DEVICE void add_rows(Block& block, const DatasetView& data, const BucketPlan<Stat>& plan, u32* buckets, const Group& g,
                     const Tree<Stat>& t) {
  using Number = typename Stat::Number;
  constexpr u32 at_once = rows_at_once;
  const u32 copy = block.lane() % plan.copies, slot_words = plan.shape.words * plan.copies,
            of_warp = at_once * block.warp_lanes();
  u32 turn = block.warp();   // how many such parts are other warps', before this one's next
  for (u32 node = 0; node < g.count; ++node) {
    const u32 begin = t.begin[g.node[node]], end = t.end[g.node[node]], parts = (end - begin + of_warp - 1) / of_warp;
    for (; turn < parts; turn += block.warps()) {
      Cells row[at_once];
      typename Stat::Payload payload[at_once];
      bool here[at_once];
      for (u32 m = 0; m < at_once; ++m) {
        const u32 p = begin + turn * of_warp + m * block.warp_lanes() + block.warp_lane();
        here[m] = p < end;
        const Sample<Stat> sample = t.samples[here[m] ? p : begin];
        row[m] = sample.cells;
        payload[m] = sample.payload;
      }
      for (u32 slot = 0; slot < g.slots; ++slot) {
        const u32 f = g.feature[node * g.slots + slot];
        if (f == none32) continue;
        u32* slot_buckets = buckets + (node * g.slots + slot) * slot_words;
        u32 bin[at_once];
        for (u32 m = 0; m < at_once; ++m) bin[m] = bin_of(data, row[m], f);
        for (u32 m = 0; m < at_once; ++m) {
          if (!here[m]) continue;
          if (plan.shape.packed()) {
            block.add(slot_buckets + bin[m] * plan.copies + copy, Stat::word(payload[m]));
          } else {
            Number* bucket = reinterpret_cast<Number*>(slot_buckets) + bin[m] * plan.shape.width;
            Stat::each(payload[m], [&](u32 k, Number x) { block.add(bucket + k, x); });
            block.add(bucket + plan.shape.width - 1, Number{1});
          }
        }
      }
    }
    turn -= parts;
  }
}

// Sums the copies of one (node, feature)'s buckets into [bins]: of many bins at once, all of which are read before one is
// written; lanes start at different fours of copies, so that they meet in few banks. copies: a multiple of 4.
template <class Block>
DEVICE void sum_copies(Block& block, u32* buckets, u32 bins, u32 copies) {
  const u32 fours = copies / 4, lanes = block.warp_lanes();
  for (u32 from = 0; from < bins; from += lane_bins * lanes) {
    u32 sum[lane_bins] = {};
    for (u32 f = 0; f < fours; ++f)
      for (u32 j = 0; j < lane_bins; ++j) {
        const u32 bin = from + j * lanes + block.warp_lane();
        if (bin >= bins) continue;
        const Four* bucket = reinterpret_cast<const Four*>(buckets + bin * copies);
        const Four four = bucket[(f + bin * fours / 8) & (fours - 1)];
        sum[j] += (four.v[0] + four.v[1]) + (four.v[2] + four.v[3]);
      }
    block.warp_sync();
    for (u32 j = 0; j < lane_bins; ++j) {
      const u32 bin = from + j * lanes + block.warp_lane();
      if (bin < bins) buckets[bin] = sum[j];
    }
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
  const BucketShape<Stat>& shape;
  const Number* sums;   // of the node, [numbers]
  u32 rows, drawn, bins;
  u64 path;
  u32 feature, visit;
  u32* buckets;    // of the (node, feature)
  Number* up_to;   // the same unless packed; once they are added up, sums over bins
  const Number* missing_bucket;

  DEVICE Number number_left(u32 bin, u32 side, u32 k) const {
    return up_to[bin * shape.width + k] + (side ? missing_bucket[k] : 0);
  }

  DEVICE i64 key_of(u32 bin, u32 side, const Left& left) const {
    const Stat& stat = growth.stat;
    if (shape.packed()) return word_key(stat, left.pair, Stat::pair_of(drawn, sums));
    return sums_key(stat, left.pair.weight, drawn, sums, [&](u32 k) { return number_left(bin, side, k); });
  }

  DEVICE bool allowed(u32 bin, u32 side, const Left& left) const {
    const u32 weight = left.pair.weight;
    if (weight == 0 || weight == drawn) return false;
    const u32 all_rows = shape.packed() ? drawn : rows;
    if (left.rows < growth.fit.min_samples_leaf || all_rows - left.rows < growth.fit.min_samples_leaf) return false;
    return heavy_enough(growth.stat, weight, drawn, sums, growth.min_weight,
                        [&](u32 k) { return number_left(bin, side, k); });
  }

  // Adds up the value bins, in place; those that are read are on their way at once.
  DEVICE void add_up_bins() {
    constexpr u32 at_once = 4;
    for (u32 k = block.warp_lane(); k < shape.width; k += block.warp_lanes()) {
      Number sum = 0;
      for (u32 b = 0; b < bins; b += at_once) {
        Number here[at_once];
        for (u32 j = 0; j < at_once; ++j) here[j] = b + j < bins ? up_to[(b + j) * shape.width + k] : 0;
        for (u32 j = 0; j < at_once; ++j) {
          sum += here[j];
          if (b + j < bins) up_to[(b + j) * shape.width + k] = sum;
        }
      }
    }
    block.warp_sync();
  }

  DEVICE Left left_of(u32 bin, u32 side) const {   // after add_up_bins, not packed
    const u32 drawn_left = growth.stat.drawn_of([&](u32 k) { return number_left(bin, side, k); });
    return {{drawn_left, 0}, static_cast<u32>(number_left(bin, side, shape.width - 1))};
  }

  // Is a value bin occupied? Before add_up_bins (packed), or after it.
  DEVICE bool occupied(u32 bin) const {
    if (shape.packed()) return buckets[bin] != 0;
    const u32 c = shape.width;
    const Number here = up_to[bin * c + c - 1];
    return bin == 0 ? here != 0 : here != up_to[(bin - 1) * c + c - 1];
  }

  // none32: there is none.
  DEVICE u32 next_occupied(u32 bin) const {
    for (u32 from = bin + 1; from < bins; from += block.warp_lanes()) {
      const u32 b = from + block.warp_lane();
      const u32 here = block.warp_ballot(b < bins && occupied(b));
      if (here != 0) return from + lowest_bit(here);
    }
    return none32;
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
  if (s.shape.packed()) {
    u32 sum = 0;
    for (u32 b = s.block.warp_lane(); b <= bin; b += s.block.warp_lanes()) sum += s.buckets[b];
    word = s.block.warp_sum32(sum) + (side ? best.missing : 0);
    left = left_of_word<Stat>(word);
  } else {
    left = s.left_of(bin, side);
    word = left.pair.weight;
  }
  if (!s.allowed(bin, side, left)) return;
  best.key = s.key_of(bin, side, left);
  best.split = {threshold, threshold};
  best.side = side;
  best.left = word;
}

// Candidates are ordered by side, then bin: index = side * bins + bin.
struct BinBest {
  i64 key = smallest_key;
  u32 index = none32, left = 0;   // left: as SlotBest's
};

// This lane's best candidate, not packed.
template <class Stat, class Block>
DEVICE BinBest best_bin(const SlotSearch<Stat, Block>& s, u32 missing) {
  BinBest best;
  const u32 sides = missing != 0 ? 2 : 1;
  for (u32 side = 0; side < sides; ++side)
    for (u32 bin = s.block.warp_lane(); bin < s.bins; bin += s.block.warp_lanes()) {
      if (!s.occupied(bin)) continue;
      const LeftSide<Stat> left = s.left_of(bin, side);
      if (!s.allowed(bin, side, left)) continue;
      const i64 candidate = s.key_of(bin, side, left);
      if (candidate > best.key) best = {candidate, side * s.bins + bin, left.pair.weight};
    }
  return best;
}

// Which value bins of a (node, feature) are occupied.
struct Occupied {
  u32 count, first, last;
};
template <class Stat, class Block>
DEVICE Occupied occupied_bins(const SlotSearch<Stat, Block>& s) {
  constexpr u32 at_once = 4;
  u32 count = 0, first = none32, last_inverted = none32;
  for (u32 from = s.block.warp_lane(); from < s.bins; from += at_once * s.block.warp_lanes()) {
    bool here[at_once];
    for (u32 j = 0; j < at_once; ++j) {
      const u32 b = from + j * s.block.warp_lanes();
      here[j] = b < s.bins && s.occupied(b);
    }
    for (u32 j = 0; j < at_once; ++j) {
      if (!here[j]) continue;
      const u32 b = from + j * s.block.warp_lanes();
      ++count;
      if (first == none32) first = b;
      last_inverted = ~b;
    }
  }
  return {s.block.warp_sum32(count), s.block.warp_min(first), ~s.block.warp_min(last_inverted)};
}

// One (node, feature), by one warp.
template <class Stat, class Block>
DEVICE SlotBest search_slot(SlotSearch<Stat, Block> s) {
  Block& block = s.block;
  const u32 bins = s.bins, missing_at = bins * s.shape.width;
  s.missing_bucket = s.up_to + missing_at;
  // Packed: a word; otherwise rows.
  const u32 missing = s.shape.packed() ? s.buckets[missing_at] : static_cast<u32>(s.missing_bucket[s.shape.width - 1]);
  if (!s.shape.packed()) s.add_up_bins();
  const Occupied occupied = occupied_bins(s);
  SlotBest best{smallest_key, {0, none32}, 0, 0, occupied.count + (missing != 0) < 2, missing};
  if (best.constant) return best;
  if (drawn_thresholds<Stat>(s.growth.fit)) {
    look_at_drawn(s, occupied.first, occupied.last, best);
    return best;
  }
  const BinBest mine = best_bin(s, missing);
  best.key = block.warp_max(mine.key);
  if (best.key == smallest_key) return best;
  const u32 winner = block.warp_min(mine.key == best.key ? mine.index : none32);
  best.side = winner >= bins;
  best.split.last = winner - best.side * bins;
  best.split.next = s.next_occupied(best.split.last);
  // The winner's counts, told to all lanes.
  best.left = ~block.warp_min(mine.key == best.key && mine.index == winner ? ~mine.left : none32);
  return best;
}

// A lane's eight buckets from bin `at` on; 0 where there are no more.
DEVICE void read_lane_bins(const u32* buckets, u32 at, u32 bins, u32* word) {
  for (u32 j = 0; j < lane_bins; j += 4) {
    Four four{};
    if (at + j < bins) four = *reinterpret_cast<const Four*>(buckets + at + j);   // whole fours, see bucket_shape
    for (u32 k = 0; k < 4; ++k) word[j + k] = at + j + k < bins ? four.v[k] : 0;
  }
}

// The same of packed buckets, but for extra_trees.
template <class Stat, class Block>
DEVICE SlotBest search_words(SlotSearch<Stat, Block> s) {
  Block& block = s.block;
  const Fit& fit = s.growth.fit;
  const typename Stat::Pair all = Stat::pair_of(s.drawn, s.sums);
  const u32 missing = s.buckets[s.bins];
  const u32 least = least_weight(fit.min_samples_leaf, s.growth.min_weight);
  const auto allowed = [&](u32 word) { return both_weigh(Stat::pair_of(word).weight, s.drawn, least); };
  WordBest mine;
  u32 before = 0, top = 0, values = 0;   // of the bins before; the highest rough key; values of the feature, or 2
  for (u32 from = 0; from < s.bins; from += lane_bins * block.warp_lanes()) {
    const u32 at = from + block.warp_lane() * lane_bins;
    u32 word[lane_bins], here = 0, sum = 0;
    read_lane_bins(s.buckets, at, s.bins, word);
    for (u32 j = 0; j < lane_bins; ++j) {
      here |= static_cast<u32>(word[j] != 0) << j;
      sum += word[j];
      word[j] = sum;
    }
    const u32 sums = block.warp_scan_inclusive(sum);
    for (u32 j = 0; j < lane_bins; ++j) word[j] += before + sums - sum;
    before += block.warp_last(sums);
    values += bits_set(block.warp_ballot(here != 0)) + (block.warp_ballot((here & (here - 1)) != 0) != 0);
    for (u32 side = 0; side < (missing != 0 ? 2u : 1u); ++side) {
      u32 asked = 0;
      for (u32 j = 0; j < lane_bins; ++j) {
        if (side) word[j] += missing;
        asked |= static_cast<u32>((here >> j & 1) != 0 && allowed(word[j])) << j;
      }
      look_at_words<lane_bins>(
          block, s.growth.stat, all, word, asked, [&](u32 j) { return side * s.bins + at + j; }, top, mine);
    }
  }
  SlotBest best{smallest_key, {0, none32}, 0, 0, values + (missing != 0) < 2, missing};
  const WordBest winner = best_of_warp(block, mine);
  if (winner.key == smallest_key) return best;
  best.key = winner.key;
  best.side = winner.index >= s.bins;
  best.split.last = winner.index - best.side * s.bins;
  best.split.next = s.next_occupied(best.split.last);
  best.left = winner.left;
  return best;
}

// So many rows take a block so long that it looks, each time, whether it is to stop.
inline constexpr u32 watched_rows = 16384;

// Draws the next features of every node of the group: up to g.slots of those it still has to visit; or, once it has
// visited max_features that were all constant, one more. Returns (to every lane) whether any node looks at a feature.
// rows: of the group. Where the launch is to end, none does: the tree ends with what it has.
template <class Stat, class Block>
DEVICE bool draw_features(Block& block, const Growth<Stat>& growth, const Group& g, const Tree<Stat>& t, u32 rows,
                          u32* shared_flag) {
  constexpr u32 stop_mark = 1u << 31;
  const DatasetView& data = growth.data;
  const Fit& fit = growth.fit;
  if (block.lane() == 0) *shared_flag = rows >= watched_rows && block.stopped() ? stop_mark : 0;
  block.sync();
  bool any = false;   // of this lane's nodes looks at a feature
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
        f = visit_feature(visited, below(word_of(words, j % 4), data.features - j));
        g.visits[i] = j + 1;
      }
      g.feature[i * g.slots + slot] = f;
    }
    any = any || wanted > 0;
  }
  if (block.warp_ballot(any) != 0 && block.warp_lane() == 0) block.add(shared_flag, 1);
  block.sync();
  const u32 warps = *shared_flag;
  block.sync();
  return warps != 0 && warps < stop_mark;
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

// The slots' features, each node's by its warps: what was added to their buckets is searched.
template <class Stat, class Block>
DEVICE void search_slots(Block& block, const Growth<Stat>& growth, const BucketPlan<Stat>& plan, u32* all_buckets,
                         const Group& g, const Tree<Stat>& t) {
  const DatasetView& data = growth.data;
  const BucketShape<Stat>& shape = plan.shape;
  for (u32 i = block.warp(); i < g.count * g.slots; i += block.warps()) {
    const u32 f = g.feature[i];
    if (f == none32) continue;
    const u32 node = i / g.slots, v = g.node[node];
    u32 later = 0;
    for (u32 s = i % g.slots + 1; s < g.slots; ++s) later += g.feature[node * g.slots + s] != none32;
    const u32 visit = g.visits[node] - 1 - later;   // of this slot: the slots before the last visits
    u32* buckets = all_buckets + i * shape.words * plan.copies;
    if (plan.copies > 1) sum_copies(block, buckets, data.feature_bins[f] + 1u, plan.copies);
    const SlotSearch<Stat, Block> slot{block,
                                       growth,
                                       shape,
                                       sums_of(growth.stat, t, v),
                                       t.end[v] - t.begin[v],
                                       t.drawn[v],
                                       data.feature_bins[f],
                                       t.path[v],
                                       f,
                                       visit,
                                       buckets,
                                       reinterpret_cast<typename Stat::Number*>(buckets),
                                       nullptr};
    const SlotBest best =
        shape.packed() && !drawn_thresholds<Stat>(growth.fit) ? search_words(slot) : search_slot(slot);
    if (block.warp_lane() == 0) g.slot_best[i] = best;
  }
}

// Keeps the best over each node's slots: ties to the earlier visit. buckets: if not packed.
template <class Stat, class Block>
DEVICE void keep_best(Block& block, const DatasetView& data, const BucketPlan<Stat>& plan, const u32* buckets,
                      const Group& g, const Found<Stat>& found, u32 level_first) {
  using Number = typename Stat::Number;
  const BucketShape<Stat>& shape = plan.shape;
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
      if (shape.packed()) {
        Stat::unpair(Stat::pair_of(best.left), left);
      } else {
        const Number* up_to =
            reinterpret_cast<const Number*>(buckets + static_cast<u64>(i * g.slots + slot) * shape.words * plan.copies);
        for (u32 k = 0; k < Stat::numbers(data); ++k)
          left[k] = up_to[last_bin(best.split) * shape.width + k] +
                    (best.side ? up_to[data.feature_bins[f] * shape.width + k] : 0);
      }
    }
  }
}

DEVICE bool looks_at_any(const Group& g) {
  for (u32 i = 0; i < g.count * g.slots; ++i)
    if (g.feature[i] != none32) return true;
  return false;
}

// Zeroes the buckets of so many nodes, counts their rows, and searches the slots' features.
template <class Stat, class Block>
DEVICE void search_part(Block& block, const Growth<Stat>& growth, const BucketPlan<Stat>& plan, u32* buckets,
                        const Group& g, const Tree<Stat>& t) {
  Four* fours = reinterpret_cast<Four*>(buckets);   // buckets are aligned, and their memory is whole fours
  const u32 words = g.count * g.slots * plan.shape.words * plan.copies;
  for (u32 i = block.lane(); i < (words + 3) / 4; i += block.lanes()) fours[i] = Four{};
  block.sync();
  add_rows(block, growth.data, plan, buckets, g, t);
  block.sync();
  search_slots(block, growth, plan, buckets, g, t);
  block.sync();
}
