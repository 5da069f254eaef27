// Finds the best splits of several nodes of a level with many lanes: the body for a GPU. Rows of all nodes are counted at
// once into histograms in shared memory, then a warp looks at one (node, feature) at a time. Nodes of few rows are searched
// by ops/search_small_team.h. Same answers as ops/search_single.h. Included inside a backend's namespace.
//
// Cells of one (node, feature): [cell_bins][columns] u32. Two classes, small counts: one column, counts of all rows in
// the low half and of class 1 in the high half (packed). Otherwise a column per class, and one that counts rows.
// Packed cells come in several copies, [cell_bins][copies]: lane i adds to copy i % copies, so that with 16 copies at most
// two lanes of a warp meet in a memory bank.

inline constexpr u32 most_copies = 16;

struct CellShape {
  u32 packed, columns, words;   // words of one (node, feature), in one copy
};
DEVICE CellShape cell_shape(const DatasetView& data, const Fit& fit, u32 root_weight) {
  CellShape s;
  const bool tracked = fit.min_samples_leaf > 1 && fit.draws > 0;
  s.packed = data.classes == 2 && fit.weighted == 0 && !tracked && root_weight < 65536;
  s.columns = s.packed ? 1 : data.classes + 1;
  s.words = data.cell_bins * s.columns;
  return s;
}

// A candidate of one (node, feature).
struct SlotBest {
  i64 key;
  u32 bin, side;   // side 1: missing values go left
  u32 threshold;   // see ops/threshold.h, without the side
  u32 left;        // bootstrap counts that go left; packed: those of class 1 << 16 | all
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
template <class Block>
DEVICE void count_rows(Block& block, const DatasetView& data, const CellShape& shape, const Group& g, const Tree& t,
                       const u32* member, u32 begin, u32 end) {
  const u32 copy = block.lane() % g.copies, slot_words = shape.words * g.copies;
  for (u32 p = begin + block.lane(); p < end; p += block.lanes()) {
    const Sample s = t.samples[p];
    const u32 node = member[s.owner] - 1;
    if (node >= g.count) continue;
    const u32 w = s.weight_label >> 8, label = s.weight_label & 255;
    const u32* feature = g.feature + node * g.slots;
    for (u32 slot = 0; slot < g.slots; ++slot) {
      const u32 f = feature[slot];
      if (f == none32) continue;
      u32* cells = g.cells + (node * g.slots + slot) * slot_words;
      const u32 bin = bin_of(data, s.cells, f);
      if (shape.packed) {
        block.add(cells + bin * g.copies + copy, w | (label ? w << 16 : 0));
      } else {
        u32* cell = cells + bin * shape.columns;
        block.add(cell + label, w);
        block.add(cell + shape.columns - 1, 1);
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

// The key of a candidate that is not packed. left_of(k): bootstrap counts of class k that go left; l, n: their sums, of all.
template <class LeftOf>
DEVICE i64 key_of_counts(const DatasetView& data, const Fit& fit, const double* class_weight, const u32* counts, u32 l,
                         u32 n, LeftOf left_of) {
  if (class_weight != nullptr) return key_weighted(fit.criterion, class_weight, counts, data.classes, left_of);
  if (fit.criterion == gini) {
    u64 sl = 0, sr = 0;
    for (u32 k = 0; k < data.classes; ++k) {
      const u64 left = left_of(k), right = counts[k] - left;
      sl += left * left;
      sr += right * right;
    }
    return static_cast<i64>(bits_of(gini_sums(sl, sr, l, n)));
  }
  i64 sum = -data.entropy_terms[l] - data.entropy_terms[n - l];
  for (u32 k = 0; k < data.classes; ++k) {
    const u32 left = left_of(k);
    sum += data.entropy_terms[left] + data.entropy_terms[counts[k] - left];
  }
  return sum;
}

// What goes left when bins up to one go left: bootstrap counts, of them class 1 (packed), rows.
struct LeftSide {
  u32 weight, ones, rows;
};

template <class Block>
struct SlotSearch {
  Block& block;
  const DatasetView& data;
  const Fit& fit;
  const CellShape& shape;
  const double* class_weight;
  const u32* counts;   // of the node, [classes]
  u32 rows, weight, bins;
  double min_weight;
  u32* cells;   // of the (node, feature); columns become sums over bins
  const u32* missing_cell;

  DEVICE u32 class_left(u32 bin, u32 side, u32 k) const {
    return cells[bin * shape.columns + k] + (side ? missing_cell[k] : 0);
  }

  DEVICE i64 key_of(u32 bin, u32 side, const LeftSide& left) const {
    if (shape.packed) return key_binary(fit.criterion, data.entropy_terms, left.weight, left.ones, weight, counts[1]);
    return key_of_counts(data, fit, class_weight, counts, left.weight, weight,
                         [&](u32 k) { return class_left(bin, side, k); });
  }

  DEVICE bool allowed(u32 bin, u32 side, const LeftSide& left) const {
    if (left.weight == 0 || left.weight == weight) return false;
    const u32 all_rows = shape.packed ? weight : rows;   // packed: each row weighs 1, or any row is enough
    if (left.rows < fit.min_samples_leaf || all_rows - left.rows < fit.min_samples_leaf) return false;
    return heavy_enough(class_weight, counts, data.classes, left.weight, weight, min_weight,
                        [&](u32 k) { return class_left(bin, side, k); });
  }

  // Sums the columns over the value bins, in place.
  DEVICE void sum_columns() {
    for (u32 k = block.warp_lane(); k < shape.columns; k += block.warp_lanes())
      for (u32 b = 1; b < bins; ++b) cells[b * shape.columns + k] += cells[(b - 1) * shape.columns + k];
    block.warp_sync();
  }

  DEVICE LeftSide left_of(u32 bin, u32 side) const {   // after sum_columns, not packed
    LeftSide l{0, 0, cells[bin * shape.columns + shape.columns - 1] + (side ? missing_cell[shape.columns - 1] : 0)};
    for (u32 k = 0; k < data.classes; ++k) l.weight += class_left(bin, side, k);
    return l;
  }

  // Is a value bin occupied? Before sum_columns (packed), or after it.
  DEVICE bool occupied(u32 bin) const {
    if (shape.packed) return cells[bin] != 0;
    const u32 c = shape.columns, here = cells[bin * c + c - 1];
    return bin == 0 ? here != 0 : here != cells[(bin - 1) * c + c - 1];
  }

  DEVICE u32 next_occupied(u32 bin) const {
    u32 next = bin + 1;
    while (next < bins && !occupied(next)) ++next;
    return next;
  }
};

// One (node, feature), by one warp.
template <class Block>
DEVICE SlotBest search_slot(Block& block, SlotSearch<Block> s, u64 key_node, u32 tree, u64 path, u32 visit,
                            u32 feature) {
  const u32 columns = s.shape.columns, bins = s.bins;
  s.missing_cell = s.cells + static_cast<u64>(bins) * columns;
  const u32 missing = s.missing_cell[columns - 1];   // packed: counts; otherwise rows
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
  const u32 sides = missing != 0 ? 2 : 1;
  if (s.fit.random_thresholds) {
    first = block.warp_min(first);
    const u32 last = ~block.warp_min(last_inverted);
    const ThresholdDraw draw = threshold_draw(key_node, tree, path, visit);
    const u32 threshold = threshold_of_bins(s.data, feature, first, last, draw.share), bin = threshold >> 8;
    const u32 side = draw.missing_left && missing != 0;
    LeftSide left{};
    if (s.shape.packed) {
      u32 sum = 0;
      for (u32 b = block.warp_lane(); b <= bin; b += block.warp_lanes()) sum += s.cells[b];
      const u32 all = block.warp_sum32(sum) + (side ? missing : 0);
      left = {all & 0xffffu, all >> 16, all & 0xffffu};
    } else {
      left = s.left_of(bin, side);
    }
    if (s.allowed(bin, side, left)) {
      best.key = s.key_of(bin, side, left);
      best.bin = bin;
      best.side = side;
      best.threshold = threshold;
      best.left = s.shape.packed ? left.weight | left.ones << 16 : left.weight;
    }
    return best;
  }
  // This lane's best candidate; candidates are ordered by side, then bin.
  i64 key = smallest_key;
  u32 index = none32, packed_left = 0;
  for (u32 side = 0; side < sides; ++side) {
    u32 before = side ? missing : 0;   // packed: what the bins before this chunk send left
    for (u32 from = 0; from < bins; from += block.warp_lanes()) {
      const u32 bin = from + block.warp_lane();
      LeftSide left{};
      bool here = bin < bins && s.occupied(bin);
      u32 all = 0;
      if (s.shape.packed) {
        const u32 sums = block.warp_scan_inclusive(here ? s.cells[bin] : 0);
        all = before + sums;
        left = {all & 0xffffu, all >> 16, all & 0xffffu};
        before += block.warp_last(sums);
      } else if (here) {
        left = s.left_of(bin, side);
        all = left.weight;
      }
      if (!here || !s.allowed(bin, side, left)) continue;
      const i64 candidate = s.key_of(bin, side, left);
      if (candidate > key) {
        key = candidate;
        index = side * bins + bin;
        packed_left = all;
      }
    }
  }
  const i64 top = block.warp_max(key);
  if (top == smallest_key) return best;
  const u32 winner = block.warp_min(key == top ? index : none32);
  best.key = top;
  best.side = winner >= bins;
  best.bin = winner - best.side * bins;
  const u32 next = s.next_occupied(best.bin);
  best.threshold = next >= bins ? all_values(s.data, feature) : threshold_of_bins(s.data, feature, best.bin, next, 0.5);
  // The winner's counts, told to all lanes.
  best.left = ~block.warp_min(key == top && index == winner ? ~packed_left : none32);
  return best;
}

// Draws the next features of every node of the group: up to g.slots of those it still has to visit; or, once it has
// visited max_features that were all constant, one more. Returns (to every lane) whether any node looks at a feature.
template <class Block>
DEVICE bool draw_features(Block& block, const DatasetView& data, const Fit& fit, const Group& g, const Tree& t,
                          u32 tree, u32* shared_flag) {
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
          words = philox(fit.node_key, j / 4, tree, static_cast<u32>(t.path[v]), static_cast<u32>(t.path[v] >> 32));
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
struct Found {
  SlotBest* best;     // [level's nodes]
  u32* feature;       // [level's nodes] none32: no split
  u32* left_counts;   // [level's nodes][classes] bootstrap counts that go left
};

// Searches the group's nodes; found: the level's, from node level_first.
template <class Block>
DEVICE void search_group(Block& block, const DatasetView& data, const Fit& fit, const CellShape& shape, const Group& g,
                         const Tree& t, const u32* member, const double* weight, double min_weight, u32 tree,
                         const Found& found, u32 level_first, u32* shared_flag) {
  for (u32 i = block.lane(); i < g.count; i += block.lanes()) {
    g.visits[i] = 0;
    g.constant[i] = 1;
  }
  for (u32 i = block.lane(); i < g.count * g.visited_words; i += block.lanes()) g.visited[i] = 0;
  block.sync();
  const u32 begin = t.begin[g.node[0]], end = t.end[g.node[g.count - 1]];
  while (draw_features(block, data, fit, g, t, tree, shared_flag)) {
    Four* fours = reinterpret_cast<Four*>(g.cells);   // cells are aligned, and their memory is whole fours
    const u32 words = g.count * g.slots * shape.words * g.copies;
    for (u32 i = block.lane(); i < (words + 3) / 4; i += block.lanes()) fours[i] = Four{};
    block.sync();
    count_rows(block, data, shape, g, t, member, begin, end);
    block.sync();
    for (u32 i = block.warp(); i < g.count * g.slots; i += block.warps()) {
      const u32 f = g.feature[i];
      if (f == none32) continue;
      const u32 node = i / g.slots, v = g.node[node];
      u32 visit = g.visits[node];   // of this slot: the slots before the last visits
      u32 later = 0;
      for (u32 s = i % g.slots + 1; s < g.slots; ++s) later += g.feature[node * g.slots + s] != none32;
      visit -= 1 + later;
      u32* cells = g.cells + i * shape.words * g.copies;
      if (g.copies > 1) sum_copies(block, cells, data.feature_bins[f] + 1u, g.copies);
      SlotSearch<Block> search{block,
                               data,
                               fit,
                               shape,
                               weight,
                               t.counts + static_cast<u64>(v) * data.classes,
                               t.end[v] - t.begin[v],
                               t.weight[v],
                               data.feature_bins[f],
                               min_weight,
                               cells,
                               nullptr};
      const SlotBest best = search_slot(block, search, fit.node_key, tree, t.path[v], visit, f);
      if (block.warp_lane() == 0) g.slot_best[i] = best;
    }
    block.sync();
    // The best over the node's slots: ties to the earlier visit.
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
        const u32* cells = g.cells + static_cast<u64>(i * g.slots + slot) * shape.words * g.copies;
        u32* left = found.left_counts + static_cast<u64>(at) * data.classes;
        if (shape.packed) {
          left[1] = best.left >> 16;
          left[0] = (best.left & 0xffffu) - left[1];
        } else {
          for (u32 k = 0; k < data.classes; ++k)
            left[k] =
                cells[best.bin * shape.columns + k] + (best.side ? cells[data.feature_bins[f] * shape.columns + k] : 0);
        }
      }
    }
    block.sync();
  }
}
