// Grows a tree with many lanes, level by level: search all nodes of the level in groups that fit shared memory, number
// the children, send rows to them. Rows are kept compact and in the order of their nodes; rows of finished leaves drop
// out. Included inside a backend's namespace.

// A node as a row that passes it needs it, in one load.
struct alignas(16) Step {
  u32 feature;     // none32: the node does not split
  u32 threshold;   // see ops/threshold.h
  u32 bins;        // of the feature
  u32 left;        // child
};

// Where a splitting node's rows go: places of the first left and the last right row.
struct alignas(8) Ends {
  u32 base, last;
};

// What only the team body needs, in the workspace.
struct TeamSpace {
  u32* member;     // [max_nodes] place in the group that is searched, plus 1
  u32* searched;   // [level's nodes] that are searched by groups, ascending
  u32* sent;       // [level's nodes][2] rows sent left, right
  Step* step;      // [max_nodes]
  Ends* ends;      // [level's nodes]
  Found found;     // [level's nodes]
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
  // Scratch: one (node, feature)'s histogram of the largest kind, or a small node, for when it does not fit shared memory.
  const u64 histogram = static_cast<u64>(data.cell_bins) * (data.classes + 1), small = small_words(data, false);
  const CarvedTree carved = carve_tree(at, data, fit, (histogram > small ? histogram : small) * sizeof(u32));
  Carver c{at, carved.bytes};
  TeamSpace s;
  const u64 nodes = fit.max_nodes, level = nodes / 2 + 1;
  s.member = c.take<u32>(nodes);
  s.searched = c.take<u32>(level);
  s.sent = c.take<u32>(2 * level);
  s.step = c.take<Step>(nodes);
  s.ends = c.take<Ends>(level);
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

// The second byte of a cell is only fetched where it matters.
DEVICE bool goes_left(const DatasetView& data, Cells cells, const Step& step) {
  const u32 code =
      between_bins(step.threshold) ? bin_of(data, cells, step.feature) << 8 : code_of(data, cells, step.feature);
  return goes_left(code, step.threshold, step.bins);
}

// Sends training rows to their nodes' children: left ones up from the node's base, right ones down from its end, so that
// nothing needs to be counted before. Rows of nodes that do not split drop out.
template <class Block>
DEVICE void send_rows(Block& block, const DatasetView& data, const Tree& t, const TeamSpace& s, u32 first, u32 count) {
  const u32 rounds = (count + block.lanes() - 1) / block.lanes();
  for (u32 round = 0; round < rounds; ++round) {
    const u32 p = round * block.lanes() + block.lane();
    Sample sample = p < count ? t.samples[p] : Sample{{0, 0}, 0, first};
    const u32 at = sample.owner - first;
    const Step step = s.step[sample.owner];
    const bool splits = p < count && step.feature != none32;
    u32 right = 0;
    if (splits) right = !goes_left(data, sample.cells, step);
    const u32 rank = block.append_of(s.sent, 2 * at + right, splits);
    if (splits) {
      const Ends ends = s.ends[at];
      const u32 to = right ? ends.last - rank : ends.base + rank;
      sample.owner = step.left + right;
      t.samples_other[to] = sample;
    }
  }
}

// Every validation row's leaf, by walking down the grown tree.
template <class Block>
DEVICE void find_leaves(Block& block, const DatasetView& data, const Fit& fit, const Step* steps, u32* leaf) {
  for (u32 i = block.lane(); i < fit.end - fit.begin; i += block.lanes()) {
    const Cells cells = cells_of(data, fit.order[fit.begin + i]);
    u32 v = 0;
    for (Step step = steps[0]; step.feature != none32; step = steps[v]) v = step.left + !goes_left(data, cells, step);
    leaf[i] = v;
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
  const u32 words_of_small = small_words(data, shape.packed);
  if (shape.words > cell_words || words_of_small > cell_words) {   // one does not fit shared memory: use the workspace
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
  // Small nodes: a warp each, with words in the cells' memory and a set of visited features in the groups'.
  u32 small_warps = block.warps() < group_nodes ? block.warps() : group_nodes;
  if (small_warps > cell_words / words_of_small) small_warps = cell_words / words_of_small;
  u32 rows = t.end[0];
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
        by_group = may && t.end[v] - t.begin[v] > exact_rows;
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
      search_group(block, data, fit, shape, s.group, t, s.member, weight, min_weight, tree, s.found, first,
                   shared_flag);
      for (u32 i = lane; i < count; i += lanes) s.member[s.searched[from + i]] = 0;
      block.sync();
    }
    if (block.warp() < small_warps)
      for (u32 v = first + block.warp(); v < last; v += small_warps)
        if (s.member[v] == none32)
          search_small(block, data, fit, shape, t, v, tree, weight, s.visited + block.warp() * visited_words,
                       visited_words, min_weight, cells + block.warp() * words_of_small, s.found, v - first);
    block.sync();
    // Splits, and the children's numbers and places, in the order of the level's nodes.
    u32 children = last, place = 0;
    for (u32 from = first; from < last; from += lanes) {
      const u32 v = from + lane, at = v - first;
      bool splits = false;
      u32 n = 0;
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
          t.threshold[v] = best.threshold | (missing_left ? missing_left_bit : 0);
          t.improvement[v] = improvement;
          n = t.end[v] - t.begin[v];
        }
      }
      u32 total_splits = 0, total_rows = 0;
      const u32 before = block.scan_exclusive(splits, &total_splits);
      const u32 rows_before = block.scan_exclusive(n, &total_rows);
      if (splits) {
        const u32 base = place + rows_before;
        t.left[v] = children + 2 * before;
        s.ends[at] = {base, base + n - 1};
        s.sent[2 * at] = s.sent[2 * at + 1] = 0;
      }
      if (v < last)
        s.step[v] = splits ? Step{t.feature[v], t.threshold[v], data.feature_bins[t.feature[v]], t.left[v]}
                           : Step{none32, 0, 0, 0};
      children += 2 * total_splits;
      place += total_rows;
    }
    block.sync();
    if (children > last) send_rows(block, data, t, s, first, rows);   // else nothing splits any more
    block.sync();
    for (u32 v = first + lane; v < last; v += lanes) {
      if (t.feature[v] == none32) continue;
      const u32 at = v - first, l = t.left[v], r = l + 1;
      const Ends ends = s.ends[at];
      t.begin[l] = ends.base;
      t.end[l] = t.begin[r] = ends.base + s.sent[2 * at];
      t.end[r] = ends.last + 1;
      const u32* counts = t.counts + static_cast<u64>(v) * classes;
      const u32* left = s.found.left_counts + static_cast<u64>(at) * classes;
      u32* lc = t.counts + static_cast<u64>(l) * classes;
      for (u32 k = 0; k < classes; ++k) {
        lc[k] = left[k];
        lc[classes + k] = counts[k] - left[k];
      }
      make_child(data, fit, t, weight, v, 0);
      make_child(data, fit, t, weight, v, 1);
    }
    block.sync();
    if (lane == 0) swap(t.samples, t.samples_other);   // the tree's pointers are shared by all lanes
    rows = place;
    ++grown.levels;
    first = last;
    last = children;
    block.sync();
  }
  if (lane == 0) t.level_begin[grown.levels] = first;
  find_leaves(block, data, fit, s.step, leaf);
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
