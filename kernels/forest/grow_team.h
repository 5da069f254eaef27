// Grows a tree with many lanes, level by level: search all nodes of the level in groups that fit shared memory, number
// the children, send rows to them. Rows are kept compact and in the order of their nodes; rows of finished leaves drop
// out. Included inside a backend's namespace.

// What only the team body needs, in the workspace.
struct TeamSpace {
  u32 *owner, *owner_other;     // [training rows] node of each place
  u32 *vowner, *vowner_other;   // [validation rows]
  u32* may;                     // [max_nodes] the node may split
  u32* left_rows;               // [max_nodes] places taken so far on the left, then counts
  u32* right_rows;
  u32* vleft_rows;
  u32* vright_rows;
  u32* left_counts;             // [max_nodes][classes], of a level
  u32 *feature, *visits, *visited, *best_feature, *constant;
  SlotBest *slot_best, *best;
};

inline constexpr u32 group_nodes = 64, group_slots = 8;

struct CarvedTeam {
  Tree tree;
  TeamSpace space;
  u64 bytes;
};
DEVICE CarvedTeam carve_team(u8* at, const DatasetView& data, const Fit& fit) {
  // Scratch: one (node, feature)'s histogram of the largest kind, for when it does not fit shared memory.
  const CarvedTree carved = carve_tree(at, data, fit, static_cast<u64>(data.cell_bins) * (data.classes + 1) * sizeof(u32));
  Carver c{at, carved.bytes};
  TeamSpace s;
  const u64 nodes = fit.max_nodes, valid = fit.end - fit.begin, train = fit.rows - valid;
  s.owner = c.take<u32>(train);
  s.owner_other = c.take<u32>(train);
  s.vowner = c.take<u32>(valid);
  s.vowner_other = c.take<u32>(valid);
  s.may = c.take<u32>(nodes);
  s.left_rows = c.take<u32>(nodes);
  s.right_rows = c.take<u32>(nodes);
  s.vleft_rows = c.take<u32>(nodes);
  s.vright_rows = c.take<u32>(nodes);
  s.left_counts = c.take<u32>((nodes / 2 + 1) * data.classes);
  s.feature = c.take<u32>(group_nodes * group_slots);
  s.visits = c.take<u32>(group_nodes);
  s.visited = c.take<u32>(group_nodes * ((data.features + 31) / 32));
  s.best_feature = c.take<u32>(group_nodes);
  s.constant = c.take<u32>(group_nodes);
  s.slot_best = c.take<SlotBest>(group_nodes * group_slots);
  s.best = c.take<SlotBest>(group_nodes);
  return {carved.tree, s, (c.used + 63) & ~u64{63}};
}

// Sends the rows of nodes [first, last) to their children's places, which are numbered in left_rows / right_rows
// (they start at the children's begins). Rows of nodes that do not split are given to `leaves`.
template <class Block, class Item, class RowOf, class Leaves>
DEVICE void send_rows(Block& block, const DatasetView& data, const Tree& t, const Item* items, const u32* owner, Item* items_out,
                      u32* owner_out, u32 count, u32* left_place, u32* right_place, RowOf row_of, Leaves leaves) {
  const u32 rounds = (count + block.lanes() - 1) / block.lanes();
  for (u32 round = 0; round < rounds; ++round) {
    const u32 p = round * block.lanes() + block.lane();
    const bool here = p < count;
    const u32 v = here ? owner[p] : none32;
    const Item item = here ? items[p] : Item{};
    const bool splits = here && t.feature[v] != none32;
    if (here && !splits) leaves(item, v);
    bool left = false;
    if (splits) {
      const u32 f = t.feature[v];
      left = goes_left(data.bins[static_cast<u64>(row_of(item)) * data.features + f], t.threshold[v], data.feature_bins[f]);
    }
    const u32 to_left = block.append_of(left_place, v, splits && left), to_right = block.append_of(right_place, v, splits && !left);
    if (splits) {
      const u32 to = left ? to_left : to_right;
      items_out[to] = item;
      owner_out[to] = t.left[v] + !left;
    }
  }
}

// Counts how many rows of each node go left, into left_count (zero before).
template <class Block, class Item, class RowOf>
DEVICE void count_left(Block& block, const DatasetView& data, const Tree& t, const Item* items, const u32* owner, u32 count,
                       u32* left_count, RowOf row_of) {
  const u32 rounds = (count + block.lanes() - 1) / block.lanes();
  for (u32 round = 0; round < rounds; ++round) {
    const u32 p = round * block.lanes() + block.lane();
    const u32 v = p < count ? owner[p] : none32;
    bool left = false;
    if (p < count && t.feature[v] != none32) {
      const u32 f = t.feature[v];
      left = goes_left(data.bins[static_cast<u64>(row_of(items[p])) * data.features + f], t.threshold[v], data.feature_bins[f]);
    }
    block.append_of(left_count, v, left);
  }
}

template <class Block>
DEVICE Grown grow_levels_team(Block& block, const DatasetView& data, const Fit& fit, Tree& t, TeamSpace& s, const double* weight,
                              u32 tree, u32* leaf, u32* cells, u32 cell_words, u32* shared_flag) {
  const u32 classes = data.classes, lanes = block.lanes(), lane = block.lane();
  Grown grown;
  grown.total_weight = weight != nullptr ? weight_of(weight, t.counts, classes) : static_cast<double>(t.weight[0]);
  const double min_weight = fit.min_weight_fraction_leaf * grown.total_weight;
  const CellShape shape = cell_shape(data, fit, t.weight[0]);
  if (shape.words > cell_words) {   // one histogram does not fit shared memory: use the workspace
    cells = reinterpret_cast<u32*>(t.scratch);
    cell_words = static_cast<u32>(t.scratch_bytes / 4);
  }
  u32 slots = fit.max_features < group_slots ? fit.max_features : group_slots;
  if (slots > cell_words / shape.words) slots = cell_words / shape.words;
  u32 per_group = cell_words / (shape.words * slots);
  if (per_group > group_nodes) per_group = group_nodes;
  u32 rows = t.end[0], vrows = t.vend[0];
  for (u32 p = lane; p < rows; p += lanes) s.owner[p] = 0;
  for (u32 p = lane; p < vrows; p += lanes) s.vowner[p] = 0;
  u32 first = 0, last = 1;   // the level's nodes
  block.sync();
  while (first < last) {
    if (lane == 0) t.level_begin[grown.levels] = first;
    for (u32 v = first + lane; v < last; v += lanes) {
      t.feature[v] = none32;
      t.improvement[v] = 0;
      t.left[v] = 0;
      s.may[v] = may_split(fit, t, weight, classes, min_weight, v);
    }
    block.sync();
    for (u32 from = first; from < last; from += per_group) {
      Group g{from, last - from < per_group ? last - from : per_group, slots, cells, s.feature, s.visits, s.visited,
              s.slot_best, s.best, s.best_feature, s.constant, (data.features + 31) / 32};
      search_group(block, data, fit, shape, g, t, s.owner, s.may, weight, min_weight, tree, s.left_counts, first, shared_flag);
      for (u32 i = lane; i < g.count; i += lanes) {
        const u32 f = g.best_feature[i], v = from + i;
        if (f == none32) continue;
        const SlotBest& best = g.best[i];
        const u32* counts = t.counts + static_cast<u64>(v) * classes;
        const u32* left = s.left_counts + static_cast<u64>(v - first) * classes;
        u32 left_weight = 0;
        for (u32 k = 0; k < classes; ++k) left_weight += left[k];
        const double improvement = improvement_of(fit.criterion, data.entropy_terms, weight, classes, counts, left, t.impurity[v], grown.total_weight);
        if (improvement + stop_epsilon < fit.min_impurity_decrease) continue;
        const u32 missing_left = best.missing == 0 ? 2 * static_cast<u64>(left_weight) > t.weight[v] : best.side;
        t.feature[v] = f;
        t.threshold[v] = threshold_bin(fit, best.bin, best.next, data.feature_bins[f]) | missing_left << 8;
        t.improvement[v] = improvement;
      }
      block.sync();
    }
    // Rows on the left of each node.
    for (u32 v = first + lane; v < last; v += lanes) s.left_rows[v] = s.vleft_rows[v] = 0;
    block.sync();
    count_left(block, data, t, t.samples, s.owner, rows, s.left_rows, [](const Sample& x) { return x.row; });
    const u32* order = fit.order + fit.begin;
    count_left(block, data, t, t.validation, s.vowner, vrows, s.vleft_rows, [order](u32 i) { return order[i]; });
    block.sync();
    // Children are numbered, and their rows placed, in the order of the level's nodes.
    u32 children = last, place = 0, vplace = 0;
    for (u32 from = first; from < last; from += lanes) {
      const u32 v = from + lane;
      const bool splits = v < last && t.feature[v] != none32;
      const u32 n = splits ? t.end[v] - t.begin[v] : 0, vn = splits ? t.vend[v] - t.vbegin[v] : 0;
      u32 total_splits = 0, total_rows = 0, total_vrows = 0;
      const u32 before = block.scan_exclusive(splits ? 1 : 0, &total_splits);
      const u32 rows_before = block.scan_exclusive(n, &total_rows);
      const u32 vrows_before = block.scan_exclusive(vn, &total_vrows);
      if (splits) {
        const u32 l = children + 2 * before, r = l + 1;
        t.left[v] = l;
        t.begin[l] = place + rows_before;
        t.end[l] = t.begin[r] = t.begin[l] + s.left_rows[v];
        t.end[r] = t.begin[l] + n;
        t.vbegin[l] = vplace + vrows_before;
        t.vend[l] = t.vbegin[r] = t.vbegin[l] + s.vleft_rows[v];
        t.vend[r] = t.vbegin[l] + vn;
        s.left_rows[v] = t.begin[l];
        s.right_rows[v] = t.begin[r];
        s.vleft_rows[v] = t.vbegin[l];
        s.vright_rows[v] = t.vbegin[r];
        const u32* counts = t.counts + static_cast<u64>(v) * classes;
        const u32* left = s.left_counts + static_cast<u64>(v - first) * classes;
        u32* lc = t.counts + static_cast<u64>(l) * classes;
        for (u32 k = 0; k < classes; ++k) {
          lc[k] = left[k];
          lc[classes + k] = counts[k] - left[k];
        }
        for (u32 c = l; c <= r; ++c) {
          const u32* cc = t.counts + static_cast<u64>(c) * classes;
          u32 w = 0;
          for (u32 k = 0; k < classes; ++k) w += cc[k];
          t.weight[c] = w;
          t.impurity[c] = impurity_of(fit.criterion, data.entropy_terms, weight, cc, classes);
          t.parent[c] = v;
          t.depth[c] = t.depth[v] + 1;
          t.path[c] = child_path(t.path[v], c - l);
        }
      }
      children += 2 * total_splits;
      place += total_rows;
      vplace += total_vrows;
    }
    block.sync();
    send_rows(block, data, t, t.samples, s.owner, t.samples_other, s.owner_other, rows, s.left_rows, s.right_rows,
              [](const Sample& x) { return x.row; }, [](const Sample&, u32) {});
    send_rows(block, data, t, t.validation, s.vowner, t.validation_other, s.vowner_other, vrows, s.vleft_rows, s.vright_rows,
              [order](u32 i) { return order[i]; }, [leaf](u32 i, u32 v) { leaf[i] = v; });
    Sample* samples = t.samples;
    t.samples = t.samples_other;
    t.samples_other = samples;
    u32* validation = t.validation;
    t.validation = t.validation_other;
    t.validation_other = validation;
    u32* owner = s.owner;
    s.owner = s.owner_other;
    s.owner_other = owner;
    u32* vowner = s.vowner;
    s.vowner = s.vowner_other;
    s.vowner_other = vowner;
    rows = place;
    vrows = vplace;
    ++grown.levels;
    first = last;
    last = children;
    block.sync();
  }
  if (lane == 0) t.level_begin[grown.levels] = first;
  block.sync();
  return grown;
}

// cells: shared memory for histograms.
template <class Block>
DEVICE void grow_tree(Block& block, const GrowArgs& a, TreeUnit unit, u8* workspace, u32* cells, u32 cell_words, u32* shared_count) {
  const Fit& fit = a.fits[unit.fit];
  CarvedTeam carved = carve_team(workspace, a.data, fit);
  Tree& t = carved.tree;
  const u32 tree = fit.first_tree + unit.tree;
  const double* weight = start_tree(block, a.data, fit, t, tree, shared_count);
  u32* leaf = fit.leaf + static_cast<u64>(unit.tree) * (fit.end - fit.begin);
  const Grown grown = grow_levels_team(block, a.data, fit, t, carved.space, weight, tree, leaf, cells, cell_words, shared_count);
  finish_tree(block, a.data, fit, t, grown, weight, unit.tree, shared_count);
  block.sync();   // the next tree uses the same workspace
}
