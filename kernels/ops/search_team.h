// Finds the best splits of several nodes of a level with many lanes: the body for a GPU. Rows of all nodes are counted at
// once into histograms in shared memory, then a warp looks at one (node, feature) at a time. Nodes of few rows are searched
// by ops/search_small_team.h. Same answers as ops/search_single.h. Included inside a backend's namespace.

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
                                       nullptr,
                                       false};
    const SlotBest best =
        shape.packed() && !drawn_thresholds<Stat>(growth.fit) ? search_words(slot) : search_slot(slot);
    if (block.warp_lane() == 0) g.slot_best[i] = best;
  }
}

// The sums of what goes left of a node's best slot, by the lanes of `lanes`; buckets: the slot's, not packed.
template <class Stat, class Block>
DEVICE void keep_left(Block& block, const Growth<Stat>& growth, const NodeLanes<Block>& lanes, u32 drawn, u32 feature,
                      const BucketShape<Stat>& shape, const typename Stat::Number* buckets, const SlotBest& best,
                      typename Stat::Number* left) {
  const auto* missing = best.side ? buckets + growth.data.feature_bins[feature] * shape.width : nullptr;
  if constexpr (Stat::many_numbers)
    if (scans_classes(growth.stat, drawn)) {
      sum_bins(block, buckets, shape.width, last_bin(best.split), missing, left);
      return;
    }
  for (u32 k = lanes.lane; k < Stat::numbers(growth.data); k += lanes.lanes)
    left[k] = buckets[last_bin(best.split) * shape.width + k] + (missing != nullptr ? missing[k] : 0);
}

// Keeps the best over each node's slots: ties to the earlier visit. buckets: if not packed.
template <class Stat, class Block>
DEVICE void keep_best(Block& block, const Growth<Stat>& growth, const BucketPlan<Stat>& plan, const u32* buckets,
                      const Group& g, const Tree<Stat>& t, const Found<Stat>& found, u32 level_first) {
  const BucketShape<Stat>& shape = plan.shape;
  const NodeLanes<Block> lanes(block, wide<Stat>(growth.data));
  for (u32 i = lanes.first; i < g.count; i += lanes.step) {
    const u32 at = g.node[i] - level_first;
    u32 best_slot = none32;
    i64 key = found.best[at].key;
    bool constant = true;
    for (u32 slot = 0; slot < g.slots; ++slot) {
      if (g.feature[i * g.slots + slot] == none32) continue;
      const SlotBest& best = g.slot_best[i * g.slots + slot];
      constant = constant && best.constant;
      if (best.key <= key) continue;
      key = best.key;
      best_slot = slot;
    }
    lanes.sync(block);   // all have read what one writes
    if (lanes.lane == 0 && !constant) g.constant[i] = 0;
    if (best_slot == none32) continue;
    const u32 place = i * g.slots + best_slot, feature = g.feature[place];
    const SlotBest& best = g.slot_best[place];
    if (lanes.lane == 0) {
      found.best[at] = best;
      found.feature[at] = feature;
    }
    auto* left = left_of_node(growth.data, found, at);
    if (shape.packed()) {
      Stat::unpair(Stat::pair_of(best.left), left);   // of two numbers, by one lane
    } else {
      const u32* slot_buckets = buckets + static_cast<u64>(place) * shape.words * plan.copies;
      keep_left(block, growth, lanes, t.drawn[g.node[i]], feature, shape,
                reinterpret_cast<const typename Stat::Number*>(slot_buckets), best, left);
    }
  }
}

DEVICE bool looks_at_any(const Group& g) {
  for (u32 i = 0; i < g.count * g.slots; ++i)
    if (g.feature[i] != none32) return true;
  return false;
}

// Buckets that are counted, and how they lie.
template <class Stat>
struct Counted {
  BucketPlan<Stat> plan;
  u32* buckets;
};

// Adds a block's buckets, of so many words without their copies, to its gang's. Lanes start at different copies, so that they
// meet in few banks.
template <class Stat, class Block>
DEVICE void merge_buckets(Block& own, const BucketPlan<Stat>& plan, const u32* buckets, u32 words, u32* merged) {
  using Number = typename Stat::Number;
  if (plan.shape.packed()) {
    for (u32 i = own.lane(); i < words; i += own.lanes()) {
      u32 sum = 0;
      for (u32 copy = 0; copy < plan.copies; ++copy) sum += buckets[i * plan.copies + ((i + copy) & (plan.copies - 1))];
      if (sum != 0) own.add(merged + i, sum);
    }
    return;
  }
  const auto* numbers = reinterpret_cast<const Number*>(buckets);
  for (u32 i = own.lane(); i < words / (sizeof(Number) / sizeof(u32)); i += own.lanes())
    if (numbers[i] != 0) own.add(reinterpret_cast<Number*>(merged) + i, numbers[i]);
}

// Zeroes the buckets of so many nodes and counts their rows: in the block's buckets, whose sum a gang has in `merged`.
template <class Stat, class Block>
DEVICE Counted<Stat> count_part(Block& block, const Growth<Stat>& growth, const BucketPlan<Stat>& plan, u32* buckets,
                                u32* merged, const Group& g, const Tree<Stat>& t) {
  Counted<Stat> counted{plan, buckets};
  auto own = block.own();
  Four* fours = reinterpret_cast<Four*>(buckets);   // buckets are aligned, and their memory is whole fours
  const u32 words = g.count * g.slots * plan.shape.words;
  for (u32 i = own.lane(); i < (words * plan.copies + 3) / 4; i += own.lanes()) fours[i] = Four{};
  if (block.size() > 1)
    for (u32 i = block.lane(); i < words; i += block.lanes()) merged[i] = 0;
  block.sync();
  add_rows(block, growth.data, plan, buckets, g, t);
  if (block.size() > 1) {
    own.sync();
    merge_buckets(own, plan, buckets, words, merged);
    counted.plan.copies = 1;
    counted.buckets = merged;
  }
  block.sync();
  return counted;
}
