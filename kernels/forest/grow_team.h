// Grows a tree with many lanes, level by level: search all nodes of the level in groups that fit shared memory, number
// the children, send rows to them. Rows are kept compact and in the order of their nodes; rows of finished leaves drop
// out. Included inside a backend's namespace.

// How a splitting node's rows reach its children: all that a row needs to know, in two loads.
struct alignas(16) Route {
  u32 feature;      // none32: the node does not split
  u32 threshold;    // see Tree::threshold
  u32 bins;         // of the feature
  u32 left;         // child
  u32 base, last;   // places of the first left and the last right row; of training rows, then of validation rows
  u32 vbase, vlast;
};

// What only the team body needs, in the workspace.
struct TeamSpace {
  u32 *owner, *owner_other;     // [training rows] node of each place
  u32 *vowner, *vowner_other;   // [validation rows]
  u32* member;                  // [max_nodes] place in the group that is searched, plus 1
  u32* searched;                // [level's nodes] that are searched by groups, ascending
  u32* sent;                    // [level's nodes][2] rows sent left, right
  u32* vsent;
  Route* route;   // [level's nodes]
  Found found;    // [level's nodes]
  u32 *feature, *visits, *visited, *constant;
  SlotBest* slot_best;
  Group group;   // that is searched now
};

inline constexpr u32 group_nodes = 64, group_slots = 8;

struct CarvedTeam {
  Tree tree;
  TeamSpace space;
  u64 bytes;
};
DEVICE CarvedTeam carve_team(u8* at, const DatasetView& data, const Fit& fit) {
  // Scratch: one (node, feature)'s histogram of the largest kind, for when it does not fit shared memory.
  const CarvedTree carved =
      carve_tree(at, data, fit, static_cast<u64>(data.cell_bins) * (data.classes + 1) * sizeof(u32));
  Carver c{at, carved.bytes};
  TeamSpace s;
  const u64 nodes = fit.max_nodes, valid = fit.end - fit.begin, train = fit.rows - valid, level = nodes / 2 + 1;
  s.owner = c.take<u32>(train);
  s.owner_other = c.take<u32>(train);
  s.vowner = c.take<u32>(valid);
  s.vowner_other = c.take<u32>(valid);
  s.member = c.take<u32>(nodes);
  s.searched = c.take<u32>(level);
  s.sent = c.take<u32>(2 * level);
  s.vsent = c.take<u32>(2 * level);
  s.route = c.take<Route>(level);
  s.found.best = c.take<SlotBest>(level);
  s.found.feature = c.take<u32>(level);
  s.found.left_counts = c.take<u32>(level * data.classes);
  s.feature = c.take<u32>(group_nodes * group_slots);
  s.visits = c.take<u32>(group_nodes);
  s.visited = c.take<u32>(group_nodes * ((data.features + 31) / 32));
  s.constant = c.take<u32>(group_nodes);
  s.slot_best = c.take<SlotBest>(group_nodes * group_slots);
  return {carved.tree, s, (c.used + 63) & ~u64{63}};
}

// Sends rows to their nodes' children: left ones up from the node's base, right ones down from its end, so that nothing
// needs to be counted before. Rows of nodes that do not split are given to `leaves`.
template <bool validation, class Block, class Item, class RowOf, class Leaves>
DEVICE void send_rows(Block& block, const DatasetView& data, const Route* routes, u32 first, const Item* items,
                      const u32* owner, Item* items_out, u32* owner_out, u32 count, u32* sent, RowOf row_of,
                      Leaves leaves) {
  const u32 rounds = (count + block.lanes() - 1) / block.lanes();
  for (u32 round = 0; round < rounds; ++round) {
    const u32 p = round * block.lanes() + block.lane();
    const bool here = p < count;
    const u32 at = here ? owner[p] - first : 0;
    const Item item = here ? items[p] : Item{};
    const Route route = routes[at];
    const bool splits = here && route.feature != none32;
    if (here && !splits) leaves(item, first + at);
    u32 right = 0;
    if (splits)
      right = !goes_left(data.bins[static_cast<u64>(row_of(item)) * data.features + route.feature], route.threshold,
                         route.bins);
    const u32 rank = block.append_of(sent, 2 * at + right, splits);
    if (splits) {
      const u32 to =
          right ? (validation ? route.vlast : route.last) - rank : (validation ? route.vbase : route.base) + rank;
      items_out[to] = item;
      owner_out[to] = route.left + right;
    }
  }
}

template <class T>
DEVICE void swap(T& a, T& b) {
  const T c = a;
  a = b;
  b = c;
}

template <class Block>
DEVICE Grown grow_levels_team(Block& block, const DatasetView& data, const Fit& fit, Tree& t, TeamSpace& s,
                              const double* weight, u32 tree, u32* leaf, u32* cells, u32 cell_words, u32* shared_flag) {
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
  u32 copies = shape.packed ? most_copies : 1;
  while (copies > 1 && shape.words * slots * copies > cell_words) copies = copies > 4 ? copies / 2 : 1;
  u32 per_group = cell_words / (shape.words * slots * copies);
  if (per_group > group_nodes) per_group = group_nodes;
  const u32 visited_words = (data.features + 31) / 32;
  // Small nodes: a warp each, with a stage in the cells' memory and a set of visited features in the groups'.
  u32 small_warps = block.warps() < group_nodes ? block.warps() : group_nodes;
  if (small_warps > cell_words / (2 * small_rows)) small_warps = cell_words / (2 * small_rows);
  const u32 smallest_group_rows = shape.packed && small_warps > 0 ? small_rows + 1 : 0;
  u32 rows = t.end[0], vrows = t.vend[0];
  for (u32 p = lane; p < rows; p += lanes) s.owner[p] = 0;
  for (u32 p = lane; p < vrows; p += lanes) s.vowner[p] = 0;
  const u32* order = fit.order + fit.begin;
  const auto row_of_sample = [](const Sample& x) { return x.row; };
  const auto row_of_validation = [order](u32 i) { return order[i]; };
  u32 first = 0, last = 1;   // the level's nodes
  block.sync();
  while (first < last) {
    if (lane == 0) t.level_begin[grown.levels] = first;
    // Which nodes are searched, and how: small ones by warps, the others by groups.
    u32 searched = 0;
    for (u32 from = first; from < last; from += lanes) {
      const u32 v = from + lane;
      bool by_group = false;
      if (v < last) {
        t.feature[v] = none32;
        t.improvement[v] = 0;
        t.left[v] = 0;
        s.found.feature[v - first] = none32;
        s.found.best[v - first] = {smallest_key, none32, 0, 0, 0, 0, 0};
        const bool may = may_split(fit, t, weight, classes, min_weight, v);
        by_group = may && t.end[v] - t.begin[v] >= smallest_group_rows;
        s.member[v] = may && !by_group ? none32 : 0;   // none32: small
      }
      u32 total = 0;
      const u32 before = block.scan_exclusive(by_group, &total);
      if (by_group) s.searched[searched + before] = v;
      searched += total;
    }
    block.sync();
    for (u32 from = 0; from < searched; from += per_group) {
      const u32 count = searched - from < per_group ? searched - from : per_group;
      if (lane == 0)
        s.group = {s.searched + from, count,     slots,       copies,     cells,        s.feature,
                   s.visits,          s.visited, s.slot_best, s.constant, visited_words};
      for (u32 i = lane; i < count; i += lanes) s.member[s.searched[from + i]] = i + 1;
      block.sync();
      search_group(block, data, fit, shape, s.group, t, s.owner, s.member, weight, min_weight, tree, s.found, first,
                   shared_flag);
      for (u32 i = lane; i < count; i += lanes) s.member[s.searched[from + i]] = 0;
      block.sync();
    }
    if (smallest_group_rows > 0 && block.warp() < small_warps)
      for (u32 v = first + block.warp(); v < last; v += small_warps)
        if (s.member[v] == none32)
          search_small(block, data, fit, t, v, tree, s.visited + block.warp() * visited_words, visited_words,
                       min_weight, reinterpret_cast<Staged*>(cells) + block.warp() * small_rows, s.found, v - first);
    block.sync();
    // Splits, and the children's numbers and places, in the order of the level's nodes.
    u32 children = last, place = 0, vplace = 0;
    for (u32 from = first; from < last; from += lanes) {
      const u32 v = from + lane, at = v - first;
      bool splits = false;
      u32 n = 0, vn = 0;
      if (v < last && s.found.feature[at] != none32) {
        const u32* counts = t.counts + static_cast<u64>(v) * classes;
        const u32* left = s.found.left_counts + static_cast<u64>(at) * classes;
        const double improvement = improvement_of(fit.criterion, data.entropy_terms, weight, classes, counts, left,
                                                  t.impurity[v], grown.total_weight);
        splits = improvement + stop_epsilon >= fit.min_impurity_decrease;
        if (splits) {
          const SlotBest& best = s.found.best[at];
          const u32 f = s.found.feature[at];
          u32 left_weight = 0;
          for (u32 k = 0; k < classes; ++k) left_weight += left[k];
          const u32 missing_left = best.missing == 0 ? 2 * static_cast<u64>(left_weight) > t.weight[v] : best.side;
          t.feature[v] = f;
          t.threshold[v] = threshold_bin(data, fit, f, best.bin, best.next) | missing_left << 8;
          t.improvement[v] = improvement;
          n = t.end[v] - t.begin[v];
          vn = t.vend[v] - t.vbegin[v];
        }
      }
      u32 total_splits = 0, total_rows = 0, total_vrows = 0;
      const u32 before = block.scan_exclusive(splits, &total_splits);
      const u32 rows_before = block.scan_exclusive(n, &total_rows);
      const u32 vrows_before = block.scan_exclusive(vn, &total_vrows);
      if (v < last) {
        Route route{none32, 0, 0, 0, 0, 0, 0, 0};
        if (splits) {
          const u32 base = place + rows_before, vbase = vplace + vrows_before;
          t.left[v] = children + 2 * before;
          route = {t.feature[v], t.threshold[v], data.feature_bins[t.feature[v]], t.left[v], base, base + n - 1,
                   vbase,        vbase + vn - 1};
          s.sent[2 * at] = s.sent[2 * at + 1] = s.vsent[2 * at] = s.vsent[2 * at + 1] = 0;
        }
        s.route[at] = route;
      }
      children += 2 * total_splits;
      place += total_rows;
      vplace += total_vrows;
    }
    block.sync();
    if (children > last)   // else nothing splits any more
      send_rows<false>(block, data, s.route, first, t.samples, s.owner, t.samples_other, s.owner_other, rows, s.sent,
                       row_of_sample, [](const Sample&, u32) {});
    send_rows<true>(block, data, s.route, first, t.validation, s.vowner, t.validation_other, s.vowner_other, vrows,
                    s.vsent, row_of_validation, [leaf](u32 i, u32 v) { leaf[i] = v; });
    block.sync();
    for (u32 v = first + lane; v < last; v += lanes) {
      if (t.feature[v] == none32) continue;
      const u32 at = v - first, l = t.left[v], r = l + 1;
      t.begin[l] = s.route[at].base;
      t.end[l] = t.begin[r] = s.route[at].base + s.sent[2 * at];
      t.end[r] = s.route[at].base + (t.end[v] - t.begin[v]);
      t.vbegin[l] = s.route[at].vbase;
      t.vend[l] = t.vbegin[r] = s.route[at].vbase + s.vsent[2 * at];
      t.vend[r] = s.route[at].vbase + (t.vend[v] - t.vbegin[v]);
      const u32* counts = t.counts + static_cast<u64>(v) * classes;
      const u32* left = s.found.left_counts + static_cast<u64>(at) * classes;
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
    block.sync();
    if (lane == 0) {   // the tree's pointers are shared by all lanes
      swap(t.samples, t.samples_other);
      swap(t.validation, t.validation_other);
      swap(s.owner, s.owner_other);
      swap(s.vowner, s.vowner_other);
    }
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

// cells: shared memory for histograms; carved: shared memory for the tree's pointers, which are too many for registers.
template <class Block>
DEVICE void grow_tree(Block& block, const GrowArgs& a, TreeUnit unit, u8* workspace, u32* cells, u32 cell_words,
                      CarvedTeam& carved, u32* shared_count) {
  const Fit& fit = a.fits[unit.fit];
  if (block.lane() == 0) carved = carve_team(workspace, a.data, fit);
  block.sync();
  Tree& t = carved.tree;
  const u32 tree = fit.first_tree + unit.tree;
  const double* weight = start_tree(block, a.data, fit, t, tree, shared_count);
  u32* leaf = fit.leaf + static_cast<u64>(unit.tree) * (fit.end - fit.begin);
  const Grown grown =
      grow_levels_team(block, a.data, fit, t, carved.space, weight, tree, leaf, cells, cell_words, shared_count);
  finish_tree(block, a.data, fit, t, grown, weight, unit.tree, shared_count);
  block.sync();   // the next tree uses the same workspace
}
