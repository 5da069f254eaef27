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
template <class Stat>
struct TeamSpace {
  u32* member;     // [max_nodes] place in the group that is searched, plus 1
  u32* searched;   // [level's nodes] that are searched by groups, ascending
  u32* sent;       // [level's nodes][2] rows sent left, right
  Step* step;      // [max_nodes]
  Ends* ends;      // [level's nodes]
  Found<Stat> found;
  u32 *feature, *visits, *visited, *constant;
  SlotBest* slot_best;
  Group group;   // that is searched now
};

inline constexpr u32 group_nodes = 64, group_slots = 8;

template <class Stat>
struct CarvedTeam {
  Tree<Stat> tree;
  TeamSpace<Stat> space;
  u64 bytes;
};
template <class Stat>
DEVICE CarvedTeam<Stat> carve_team(u8* at, const DatasetView& data, const Fit& fit) {
  // Scratch: one (node, feature)'s histogram of the largest kind, or a small node, for when it does not fit shared memory.
  using Number = typename Stat::Number;
  const u64 histogram = static_cast<u64>(data.cell_bins) * (Stat::numbers(data) + 1) * sizeof(Number),
            small = small_words<Stat>(data, false) * sizeof(u32);
  const CarvedTree<Stat> carved = carve_tree<Stat>(at, data, fit, histogram > small ? histogram : small);
  Carver c{at, carved.bytes};
  TeamSpace<Stat> s;
  const u64 nodes = fit.max_nodes, level = nodes / 2 + 1;
  s.member = c.take<u32>(nodes);
  s.searched = c.take<u32>(level);
  s.sent = c.take<u32>(2 * level);
  s.step = c.take<Step>(nodes);
  s.ends = c.take<Ends>(level);
  s.found.best = c.take<SlotBest>(level);
  s.found.feature = c.take<u32>(level);
  s.found.left = c.take<Number>(level * Stat::numbers(data));
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
template <class Stat, class Block>
DEVICE void send_rows(Block& block, const DatasetView& data, const Tree<Stat>& t, const TeamSpace<Stat>& s, u32 first,
                      u32 count) {
  const u32 rounds = (count + block.lanes() - 1) / block.lanes();
  for (u32 round = 0; round < rounds; ++round) {
    const u32 p = round * block.lanes() + block.lane();
    Sample<Stat> sample = p < count ? t.samples[p] : Sample<Stat>{{0, 0}, {}, first};
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

// How a tree's nodes are searched: the memory of histograms, and what of it goes where.
struct SearchPlan {
  CellShape shape;
  u32* cells;
  u32 slots, copies, per_group;   // of a group: see Group; most nodes
  u32 small_warps, small_words;   // small nodes: a warp each, with so many of the cells' words
};
template <class Stat, class Block>
DEVICE SearchPlan search_plan(Block& block, const Growth<Stat>& g, const Tree<Stat>& t, u32* cells, u32 cell_words) {
  SearchPlan p{};
  p.shape = cell_shape(g.stat, t.drawn[0]);
  p.small_words = small_words<Stat>(g.data, p.shape.packed);
  p.cells = cells;
  if (p.shape.words > cell_words || p.small_words > cell_words) {   // one does not fit shared memory: use the workspace
    p.cells = reinterpret_cast<u32*>(t.scratch);
    cell_words = static_cast<u32>(t.scratch_bytes / 4);
  }
  p.slots = g.fit.max_features < group_slots ? g.fit.max_features : group_slots;
  if (p.slots > cell_words / p.shape.words) p.slots = cell_words / p.shape.words;
  p.copies = p.shape.packed ? most_copies : 1;
  while (p.copies > 1 && p.shape.words * p.slots * p.copies > cell_words) p.copies = p.copies > 4 ? p.copies / 2 : 1;
  p.per_group = cell_words / (p.shape.words * p.slots * p.copies);
  if (p.per_group > group_nodes) p.per_group = group_nodes;
  p.small_warps = block.warps() < group_nodes ? block.warps() : group_nodes;
  if (p.small_warps > cell_words / p.small_words) p.small_warps = cell_words / p.small_words;
  return p;
}

// Which of the level's nodes are searched, and how: small ones by warps (member none32), the others by groups (searched).
// Returns the number of the latter.
template <class Stat, class Block>
DEVICE u32 choose_searched(Block& block, const Growth<Stat>& g, Tree<Stat>& t, TeamSpace<Stat>& s, u32 first,
                           u32 last) {
  u32 searched = 0;
  for (u32 from = first; from < last; from += block.lanes()) {
    const u32 v = from + block.lane();
    bool by_group = false;
    if (v < last) {
      t.feature[v] = none32;
      t.improvement[v] = 0;
      t.left[v] = 0;
      s.found.feature[v - first] = none32;
      s.found.best[v - first] = {smallest_key, none32, 0, 0, 0, 0, 0};
      const bool may = may_split(g, t, v);
      by_group = may && t.end[v] - t.begin[v] > exact_rows;
      s.member[v] = may && !by_group ? none32 : 0;
    }
    u32 total = 0;
    const u32 before = block.scan_exclusive(by_group, &total);
    if (by_group) s.searched[searched + before] = v;
    searched += total;
  }
  block.sync();
  return searched;
}

// Finds the best split of each of the level's nodes.
template <class Stat, class Block>
DEVICE void search_level(Block& block, const Growth<Stat>& g, const SearchPlan& p, Tree<Stat>& t, TeamSpace<Stat>& s,
                         u32 first, u32 last, u32* shared_flag) {
  const u32 lanes = block.lanes(), lane = block.lane(), visited_words = (g.data.features + 31) / 32;
  const u32 searched = choose_searched(block, g, t, s, first, last);
  for (u32 from = 0; from < searched; from += p.per_group) {
    const u32 count = searched - from < p.per_group ? searched - from : p.per_group;
    if (lane == 0)
      s.group = {s.searched + from, count,     p.slots,     p.copies,   p.cells,      s.feature,
                 s.visits,          s.visited, s.slot_best, s.constant, visited_words};
    for (u32 i = lane; i < count; i += lanes) s.member[s.searched[from + i]] = i + 1;
    block.sync();
    search_group(block, g, p.shape, s.group, t, s.member, s.found, first, shared_flag);
    for (u32 i = lane; i < count; i += lanes) s.member[s.searched[from + i]] = 0;
    block.sync();
  }
  if (block.warp() < p.small_warps)
    for (u32 v = first + block.warp(); v < last; v += p.small_warps)
      if (s.member[v] == none32)
        search_small(block, g, p.shape, t, v, s.visited + block.warp() * visited_words,
                     p.cells + block.warp() * p.small_words, s.found, v - first);
  block.sync();
}

// Node v's best split, if it improves the tree enough; returns whether it is split.
template <class Stat>
DEVICE bool take_split(const Growth<Stat>& g, Tree<Stat>& t, const Found<Stat>& found, u32 v, u32 at) {
  const auto* left = left_of_node(g.data, found, at);
  const double improvement = improvement_of(g.stat, sums_of(g.stat, t, v), left, t.impurity[v], g.total_weight);
  if (!(improvement + stop_epsilon >= g.fit.min_impurity_decrease)) return false;
  const SlotBest& best = found.best[at];
  const u32 drawn_left = g.stat.drawn_of(number_of(left));
  const u32 missing_left = best.missing == 0 ? 2 * static_cast<u64>(drawn_left) > t.drawn[v] : best.side;
  t.feature[v] = found.feature[at];
  t.threshold[v] = best.threshold | (missing_left ? missing_left_bit : 0);
  t.improvement[v] = improvement;
  return true;
}

// Splits, and the children's numbers and places, in the order of the level's nodes.
struct Children {
  u32 end;    // of their numbers, which begin where the level's end
  u32 rows;   // of all of them
};
template <class Stat, class Block>
DEVICE Children number_children(Block& block, const Growth<Stat>& g, Tree<Stat>& t, TeamSpace<Stat>& s, u32 first,
                                u32 last) {
  Children children{last, 0};
  for (u32 from = first; from < last; from += block.lanes()) {
    const u32 v = from + block.lane(), at = v - first;
    const bool splits = v < last && s.found.feature[at] != none32 && take_split(g, t, s.found, v, at);
    const u32 n = splits ? t.end[v] - t.begin[v] : 0;
    u32 total_splits = 0, total_rows = 0;
    const u32 before = block.scan_exclusive(splits, &total_splits);
    const u32 rows_before = block.scan_exclusive(n, &total_rows);
    if (splits) {
      const u32 base = children.rows + rows_before;
      t.left[v] = children.end + 2 * before;
      s.ends[at] = {base, base + n - 1};
      s.sent[2 * at] = s.sent[2 * at + 1] = 0;
    }
    if (v < last)
      s.step[v] = splits ? Step{t.feature[v], t.threshold[v], g.data.feature_bins[t.feature[v]], t.left[v]}
                         : Step{none32, 0, 0, 0};
    children.end += 2 * total_splits;
    children.rows += total_rows;
  }
  block.sync();
  return children;
}

// The level's children, once their rows are sent.
template <class Stat, class Block>
DEVICE void make_children(Block& block, const Growth<Stat>& g, Tree<Stat>& t, const TeamSpace<Stat>& s, u32 first,
                          u32 last) {
  const u32 numbers = Stat::numbers(g.data);
  for (u32 v = first + block.lane(); v < last; v += block.lanes()) {
    if (t.feature[v] == none32) continue;
    const u32 at = v - first, l = t.left[v], r = l + 1;
    const Ends ends = s.ends[at];
    t.begin[l] = ends.base;
    t.end[l] = t.begin[r] = ends.base + s.sent[2 * at];
    t.end[r] = ends.last + 1;
    const auto *sums = sums_of(g.stat, t, v), *left = left_of_node(g.data, s.found, at);
    auto* of_left = sums_of(g.stat, t, l);
    for (u32 k = 0; k < numbers; ++k) {
      of_left[k] = left[k];
      of_left[numbers + k] = sums[k] - left[k];
    }
    make_child(g.stat, t, v, 0);
    make_child(g.stat, t, v, 1);
  }
  block.sync();
}

// Returns the number of levels. leaf: [validation rows]; cells: [cell_words].
template <class Stat, class Block>
DEVICE u32 grow_levels_team(Block& block, const Growth<Stat>& g, Tree<Stat>& t, TeamSpace<Stat>& s, u32* leaf,
                            u32* cells, u32 cell_words, u32* shared_flag) {
  const SearchPlan plan = search_plan(block, g, t, cells, cell_words);
  u32 rows = t.end[0], levels = 0;
  u32 first = 0, last = 1;   // the level's nodes
  block.sync();
  while (first < last) {
    if (block.lane() == 0) t.level_begin[levels] = first;
    search_level(block, g, plan, t, s, first, last, shared_flag);
    const Children children = number_children(block, g, t, s, first, last);
    if (children.end > last) send_rows(block, g.data, t, s, first, rows);   // else nothing splits any more
    block.sync();
    make_children(block, g, t, s, first, last);
    if (block.lane() == 0) swap(t.samples, t.samples_other);   // the tree's pointers are shared by all lanes
    rows = children.rows;
    ++levels;
    first = last;
    last = children.end;
    block.sync();
  }
  if (block.lane() == 0) t.level_begin[levels] = first;
  find_leaves(block, g.data, g.fit, s.step, leaf);
  block.sync();
  return levels;
}

// cells: shared memory for histograms; carved: shared memory for the tree's pointers, which are too many for registers.
template <class Stat, class Block>
DEVICE void grow_tree(Block& block, const GrowArgs& a, TreeUnit unit, u8* workspace, u32* cells, u32 cell_words,
                      CarvedTeam<Stat>& carved, u32* shared_count) {
  const Fit& fit = a.fits[unit.fit];
  if (block.lane() == 0) carved = carve_team<Stat>(workspace, a.data, fit);
  block.sync();
  Tree<Stat>& t = carved.tree;
  const Growth<Stat> growth = start_tree(block, a.data, fit, t, fit.first_tree + unit.tree, shared_count);
  u32* leaf = fit.leaf + static_cast<u64>(unit.tree) * (fit.end - fit.begin);
  const u32 levels = grow_levels_team(block, growth, t, carved.space, leaf, cells, cell_words, shared_count);
  finish_tree(block, growth, t, levels, unit.tree, shared_count);
  block.sync();   // the next tree uses the same workspace
}
