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

// The sides of a wide node's split (see NodeLanes).
template <class Side>
struct WeighedSplit {
  Side side[2];
  double impurity[2];   // once the split is taken
};

inline constexpr u32 group_nodes = 64, group_slots = 8;
inline constexpr u32 always_shared = 16 << 10;   // bytes: a histogram that fits all GPUs' shared memory
inline constexpr u32 scratch_histograms = 4 * group_slots;
inline constexpr u32 most_bucket_bytes = 96 << 10;   // of shared memory that a block's histograms are given

// What a group of nodes needs while it is searched.
struct GroupSpace {
  u32 *feature, *visits, *visited, *constant;   // see Group
  SlotBest* slot_best;
  u8* scratch;   // histograms where shared memory does not hold one
};

// What only the team body needs, in the workspace.
template <class Stat>
struct TeamSpace {
  WeighedSplit<typename Stat::Weighed>* weighed;   // [level's nodes], of wide ones
  u32* searched;                                   // [level's nodes] that are searched by groups, ascending
  u32* small;                                      // [level's nodes] that are searched by a warp each
  u32* sent;                                       // [level's nodes][2] rows sent left, right
  Step* step;                                      // [max_nodes]
  Ends* ends;                                      // [level's nodes]
  Found<Stat> found;
  GroupSpace own, common;   // this block's, and what a gang's blocks search together
  u64 scratch_bytes;
  u32* merged;   // a gang: the sum of its blocks' buckets
};

// How a tree's nodes are searched: the memory of histograms, and what of it goes where.
template <class Stat>
struct SearchPlan {
  u32* buckets;
  u32 slots;                      // see Group
  BucketPlan<Stat> words, sums;   // of nodes that are packed, and of others
  u32 copied;                     // large packed nodes whose buckets fit in most_copies
  bool all_packed;
  u32* small;        // of small nodes: shared memory
  u32 small_warps;   // that search them, a node each
};

template <class Stat>
struct CarvedTeam {
  Tree<Stat> tree;
  TeamSpace<Stat> space;
  u64 bytes;
  SearchPlan<Stat> plan;   // once the root is known
};
DEVICE GroupSpace carve_group(Carver& c, const DatasetView& data, u64 scratch_bytes) {
  GroupSpace group;
  group.feature = c.take<u32>(group_nodes * group_slots);
  group.visits = c.take<u32>(group_nodes);
  group.visited = c.take<u32>(group_nodes * ((data.features + 31) / 32));
  group.constant = c.take<u32>(group_nodes);
  group.slot_best = c.take<SlotBest>(group_nodes * group_slots);
  group.scratch = c.take<u8>(scratch_bytes);
  return group;
}
// blocks: that grow the tree; rank: this one's number of them.
template <class Stat>
DEVICE CarvedTeam<Stat> carve_team(u8* at, const DatasetView& data, const Fit& fit, u32 blocks = 1, u32 rank = 0) {
  // Scratch for when one does not fit shared memory: (node, feature)s' histograms of the largest kind, as many as keep a
  // block's warps busy.
  using Number = typename Stat::Number;
  const u64 histogram = static_cast<u64>(data.bucket_bins) * (Stat::numbers(data) + 1) * sizeof(Number),
            histograms = histogram > always_shared ? histogram * scratch_histograms : histogram;
  const CarvedTree<Stat> carved = carve_tree<Stat>(at, data, fit, 0);
  Carver c{at, carved.bytes};
  TeamSpace<Stat> s;
  const u64 nodes = fit.max_nodes, level = nodes / 2 + 1;
  s.weighed = c.template take<WeighedSplit<typename Stat::Weighed>>(wide<Stat>(data) ? level : 0);
  s.searched = c.take<u32>(level);
  s.small = c.take<u32>(level);
  s.sent = c.take<u32>(2 * level);
  s.step = c.take<Step>(nodes);
  s.ends = c.take<Ends>(level);
  s.found.best = c.take<SlotBest>(level);
  s.found.feature = c.take<u32>(level);
  s.found.left = c.take<Number>(level * Stat::numbers(data));
  s.scratch_bytes = histograms;
  const u64 groups = c.next();
  Carver of_group{at, groups};
  s.common = carve_group(of_group, data, histograms);
  const u64 group_bytes = of_group.next() - groups;
  of_group.used = groups + rank * group_bytes;
  s.own = carve_group(of_group, data, histograms);
  c.used = groups + blocks * group_bytes;
  s.merged = c.take<u32>(blocks == 1 ? 0 : (histograms > most_bucket_bytes ? histograms : most_bucket_bytes) / 4);
  return {carved.tree, s, c.next(), {}};
}

// The second byte of a cell is only fetched where it matters.
DEVICE bool goes_left(const DatasetView& data, Cells cells, const Step& step) {
  const u32 code =
      between_bins(step.threshold) ? bin_of(data, cells, step.feature) << 8 : code_of(data, cells, step.feature);
  return goes_left(code, step.threshold, step.bins);
}

// Sends training rows to their nodes' children: left ones up from the node's base, right ones down from its end, so that
// nothing needs to be counted before. Rows of nodes that do not split drop out. sent: [level's nodes][2].
template <class Stat, class Block>
DEVICE void send_rows(Block& block, const DatasetView& data, const Tree<Stat>& t, const TeamSpace<Stat>& s, u32* sent,
                      u32 first, u32 count) {
  for (u32 from = 0; from < count; from += rows_at_once * block.lanes()) {
    Sample<Stat> sample[rows_at_once];
    Step step[rows_at_once];
    u32 list[rows_at_once], rank[rows_at_once];
    bool splits[rows_at_once];
    for (u32 m = 0; m < rows_at_once; ++m) {
      const u32 p = from + m * block.lanes() + block.lane();
      sample[m] = p < count ? t.samples[p] : Sample<Stat>{{0, 0}, {}, first};
      splits[m] = p < count;
    }
    for (u32 m = 0; m < rows_at_once; ++m) step[m] = s.step[sample[m].owner];
    for (u32 m = 0; m < rows_at_once; ++m) {
      splits[m] = splits[m] && step[m].feature != none32;
      const u32 right = splits[m] && !goes_left(data, sample[m].cells, step[m]);
      list[m] = 2 * (sample[m].owner - first) + right;
    }
    block.template append_of<rows_at_once>(sent, list, splits, rank);
    Ends ends[rows_at_once];
    for (u32 m = 0; m < rows_at_once; ++m) ends[m] = s.ends[list[m] / 2];
    for (u32 m = 0; m < rows_at_once; ++m) {
      if (!splits[m]) continue;
      const u32 right = list[m] & 1, to = right ? ends[m].last - rank[m] : ends[m].base + rank[m];
      sample[m].owner = step[m].left + right;
      t.samples_other[to] = sample[m];
    }
  }
}

// Every validation row's leaf, by walking down the grown tree.
template <class Block>
DEVICE void find_leaves(Block& block, const DatasetView& data, const Fit& fit, const Step* steps, u32* leaf) {
  const u32 rows = fit.end - fit.begin;
  for (u32 from = block.lane(); from < rows; from += rows_at_once * block.lanes()) {
    Cells cells[rows_at_once];
    u32 v[rows_at_once];
    for (u32 m = 0; m < rows_at_once; ++m) {
      const u32 i = from + m * block.lanes();
      cells[m] = cells_of(data, fit.order[fit.begin + (i < rows ? i : from)]);
      v[m] = 0;
    }
    for (bool walk = true; walk;) {
      Step step[rows_at_once];
      for (u32 m = 0; m < rows_at_once; ++m) step[m] = steps[v[m]];
      walk = false;
      for (u32 m = 0; m < rows_at_once; ++m)
        if (step[m].feature != none32) {
          v[m] = step[m].left + !goes_left(data, cells[m], step[m]);
          walk = true;
        }
    }
    for (u32 m = 0; m < rows_at_once; ++m)
      if (const u32 i = from + m * block.lanes(); i < rows) leaf[i] = v[m];
  }
}

template <class T>
DEVICE void swap(T& a, T& b) {
  const T c = a;
  a = b;
  b = c;
}

// Words that a plain Stat's buckets need at least: they have no other place.
DEVICE u32 plain_words(const DatasetView& data) {
  const u32 small = 2 * exact_rows;
  return data.bucket_bins + 3 > small ? data.bucket_bins + 3 : small;
}

template <class Stat>
DEVICE BucketPlan<Stat> bucket_plan(const BucketShape<Stat>& shape, u32 slots, u32 bucket_words, u32 warps) {
  BucketPlan<Stat> p{shape, shape.packed() ? most_copies : 1, 0};
  const auto room = [&] { return bucket_words / (shape.words * slots * p.copies); };   // for nodes
  while (p.copies > 1 && room() == 0) p.copies = p.copies > 4 ? p.copies / 2 : 1;
  if (p.copies > 8 && room() * slots < warps) p.copies /= 2;   // rather a slot for each warp
  p.most = room();
  return p;
}
template <class Stat, class Block>
DEVICE SearchPlan<Stat> search_plan(Block& block, const Growth<Stat>& g, const Tree<Stat>& t, const TeamSpace<Stat>& s,
                                    u32* buckets, u32 bucket_words) {
  SearchPlan<Stat> p{};
  const BucketShape<Stat> of_root = bucket_shape(g.stat, t.drawn[0]), of_leaf = bucket_shape(g.stat, 0);
  p.all_packed = of_root.packed();
  p.small_warps = block.warps() < group_nodes ? block.warps() : group_nodes;
  if (p.small_warps > bucket_words / small_words<Stat>()) p.small_warps = bucket_words / small_words<Stat>();
  p.buckets = p.small = buckets;
  if (!Stat::plain && of_root.words > bucket_words) {   // one does not fit: use the workspace
    p.buckets = reinterpret_cast<u32*>(s.own.scratch);
    bucket_words = static_cast<u32>(s.scratch_bytes / 4);
  }
  p.slots = g.fit.max_features < group_slots ? g.fit.max_features : group_slots;
  if (p.slots > bucket_words / of_root.words) p.slots = bucket_words / of_root.words;
  p.words = bucket_plan(of_leaf, p.slots, bucket_words, block.warps());
  p.copied = of_leaf.packed() ? bucket_words / (of_leaf.words * p.slots * most_copies) : 0;
  if (!Stat::plain) p.sums = bucket_plan(of_root, p.slots, bucket_words, block.warps());
  return p;
}

// From so many rows a node on all copies are worth zeroing and summing: fewer lanes meet in one.
inline constexpr u32 large_rows = 800;

// The part of a group's nodes, from number `from` on, whose buckets fit at once. rows: of the group.
template <class Stat>
struct NextPart {
  BucketPlan<Stat> plan;
  u32 count;
};
template <class Stat>
DEVICE NextPart<Stat> next_part(const Growth<Stat>& g, const SearchPlan<Stat>& p, const Tree<Stat>& t,
                                const Group& group, u32 rows, u32 from) {
  const u32 left = group.count - from;
  if (Stat::plain || p.all_packed) {
    BucketPlan<Stat> plan = p.words;
    if (p.copied > 0 && rows >= large_rows * group.count) {
      plan.copies = most_copies;
      plan.most = p.copied;
    }
    return {plan, left < plan.most ? left : plan.most};
  }
  const auto packed = [&](u32 i) { return bucket_shape(g.stat, t.drawn[group.node[from + i]]).packed(); };
  const bool first = packed(0);
  const BucketPlan<Stat> plan = first ? p.words : p.sums;
  u32 count = 1;
  while (count < left && count < plan.most && packed(count) == first) ++count;
  return {plan, count};
}

// Searches the group's nodes.
template <class Stat, class Block>
DEVICE void search_group(Block& block, const Growth<Stat>& g, const SearchPlan<Stat>& p, const Group& group,
                         const Tree<Stat>& t, const TeamSpace<Stat>& s, u32 level_first, u32* shared_flag) {
  for (u32 i = block.lane(); i < group.count; i += block.lanes()) {
    group.visits[i] = 0;
    group.constant[i] = 1;
  }
  for (u32 i = block.lane(); i < group.count * group.visited_words; i += block.lanes()) group.visited[i] = 0;
  block.sync();
  const u32 rows = t.end[group.node[group.count - 1]] - t.begin[group.node[0]];
  for (bool again = false; draw_features(block, g, group, t, rows, shared_flag); again = true) {
    for (u32 from = 0; from < group.count;) {
      const NextPart<Stat> next = next_part(g, p, t, group, rows, from);
      const Group part = group.part(from, next.count);
      from += next.count;
      if (again && !looks_at_any(part)) continue;
      const Counted<Stat> counted = count_part(block, g, next.plan, p.buckets, s.merged, part, t);
      search_slots(block, g, counted.plan, counted.buckets, part, t);
      block.sync();
      if (p.all_packed) continue;
      keep_best(block, g, counted.plan, counted.buckets, part, t, s.found,
                level_first);   // while its buckets are there
      block.sync();
    }
    if (!p.all_packed) continue;
    keep_best(block, g, p.words, p.buckets, group, t, s.found, level_first);
    block.sync();
  }
}

// Which of the level's nodes are searched, and how: small ones by warps, the others by groups.
struct Searched {
  u32 by_group, half, little;   // their numbers; half, little: small ones of more and of fewer rows, see small_of
};
inline constexpr u32 little_rows = 32;
// Small nodes in the order in which warps take them, those of more rows first: those of fewer stand at the list's end.
template <class Stat>
DEVICE u32 small_of(const TeamSpace<Stat>& s, const Searched& searched, u32 level_nodes, u32 i) {
  return s.small[i < searched.half ? i : level_nodes - 1 - (i - searched.half)];
}
// Stands at a wide node's left child until the node's level is searched: it is pure.
inline constexpr u32 pure_mark = none32;
template <class Stat, class Block>
DEVICE Searched choose_searched(Block& block, const Growth<Stat>& g, Tree<Stat>& t, TeamSpace<Stat>& s, u32 first,
                                u32 last) {
  Searched searched{0, 0, 0};
  for (u32 from = first; from < last; from += block.lanes()) {
    const u32 v = from + block.lane();
    bool by_group = false, half = false, little = false;
    if (v < last) {
      const bool may = wide<Stat>(g.data) ? within_limits(g, t, v) && t.left[v] != pure_mark : may_split(g, t, v);
      t.feature[v] = none32;
      t.improvement[v] = 0;
      t.left[v] = 0;
      s.found.feature[v - first] = none32;
      s.found.best[v - first] = {smallest_key, {0, none32}, 0, 0, 0, 0};
      const u32 rows = t.end[v] - t.begin[v];
      by_group = may && rows > exact_rows;
      half = may && !by_group && rows > little_rows;
      little = may && rows <= little_rows;
    }
    u32 totals = 0;   // three counts of 10 bits each: there are at most 1,023 lanes
    const u32 before = block.scan_exclusive(
        static_cast<u32>(by_group) << 20 | static_cast<u32>(half) << 10 | static_cast<u32>(little), &totals);
    if (by_group) s.searched[searched.by_group + (before >> 20)] = v;
    if (half) s.small[searched.half + (before >> 10 & 1023)] = v;
    if (little) s.small[last - first - 1 - searched.little - (before & 1023)] = v;
    searched.by_group += totals >> 20;
    searched.half += totals >> 10 & 1023;
    searched.little += totals & 1023;
  }
  block.sync();
  return searched;
}

// How many of a level's nodes make a group: all blocks of a gang search one after the other together, whose rows they share; or,
// where there are so many for each block that the last ones to be taken are a small part, each takes the next one for itself.
struct GroupTurns {
  u32 most;   // nodes
  bool dealt;
};
inline constexpr u32 dealt_nodes = 4;
template <class Block>
DEVICE GroupTurns group_turns(Block& block, u32 nodes) {
  const u32 share = nodes / (dealt_nodes * block.size());
  const bool dealt = block.size() > 1 && share > 0;
  return {dealt && share < group_nodes ? share : group_nodes, dealt};
}

// The group that begins at a number among the nodes searched by groups.
template <class Stat>
DEVICE Group group_at(const Growth<Stat>& g, const SearchPlan<Stat>& p, const TeamSpace<Stat>& s,
                      const GroupSpace& space, u32 nodes, u32 from, u32 most) {
  const u32 left = nodes - from;
  return {s.searched + from,
          left < most ? left : most,
          p.slots,
          space.feature,
          space.visits,
          space.visited,
          space.slot_best,
          space.constant,
          (g.data.features + 31) / 32};
}

// The nodes that are searched by groups.
template <class Stat, class Block>
DEVICE void search_groups(Block& block, const Growth<Stat>& g, const SearchPlan<Stat>& p, const Tree<Stat>& t,
                          const TeamSpace<Stat>& s, u32 nodes, u32 level_first, u32* shared_flag) {
  if constexpr (Block::gang)
    if (const GroupTurns turns = group_turns(block, nodes); turns.dealt) {
      auto own = block.own();
      for (;;) {
        if (own.lane() == 0) *block.own_flag() = block.add(&block.words().next, 1);
        own.sync();
        const u32 group = *block.own_flag();
        if (group >= (nodes + turns.most - 1) / turns.most) break;
        search_group(own, g, p, group_at(g, p, s, s.own, nodes, group * turns.most, turns.most), t, s, level_first,
                     block.own_flag());
      }
      block.sync();
      return;
    }
  for (u32 from = 0; from < nodes; from += group_nodes)
    search_group(block, g, p, group_at(g, p, s, s.common, nodes, from, group_nodes), t, s, level_first, shared_flag);
}

// Those that are searched by a warp each, which takes the next one: they differ in size.
template <class Stat, class Block>
DEVICE void search_small_nodes(Block& block, const Growth<Stat>& g, const SearchPlan<Stat>& p, const Tree<Stat>& t,
                               const TeamSpace<Stat>& s, const Searched& searched, u32 first, u32 last,
                               u32* shared_flag) {
  const u32 small = searched.half + searched.little;
  if (small == 0) return;
  if (block.lane() == 0) *shared_flag = 0;
  block.sync();
  if (block.own().warp() < p.small_warps)
    for (;;) {
      u32 next = 0;
      if (block.warp_lane() == 0) next = block.add(shared_flag, 1);
      next = block.warp_shuffle(next, 0);
      if (next >= small) break;
      const u32 v = small_of(s, searched, last - first, next), visited_words = (g.data.features + 31) / 32,
                warp = block.warp_shuffle(block.own().warp(), 0);   // anew: registers are few
      search_small(block, g, t, v, s.own.visited + warp * visited_words, p.small + warp * small_words<Stat>(), s.found,
                   v - first);
    }
  block.sync();
}

// What `work` says to the lanes of one block; of a gang it is the first block that works, and tells the others. Each `place` is
// used once a level.
template <class Block, class Work>
DEVICE auto by_one_block(Block& block, u32 place, Work work) {
  if constexpr (!Block::gang) {
    return work(block);
  } else {
    auto own = block.own();
    using Told = decltype(work(own));
    Told* told = reinterpret_cast<Told*>(block.words().told[place]);
    if (block.rank() == 0) {
      const Told here = work(own);
      if (own.lane() == 0) *told = here;
    }
    block.sync();
    return *told;
  }
}

// Finds the best split of each of the level's nodes.
template <class Stat, class Block>
DEVICE void search_level(Block& block, const Growth<Stat>& g, const SearchPlan<Stat>& p, Tree<Stat>& t,
                         TeamSpace<Stat>& s, u32 first, u32 last, u32* shared_flag) {
  const Searched searched = by_one_block(block, 0, [&](auto& own) {
    if constexpr (Block::gang)
      if (own.lane() == 0) block.words().next = 0;
    return choose_searched(own, g, t, s, first, last);
  });
  search_groups(block, g, p, t, s, searched.by_group, first, shared_flag);
  search_small_nodes(block, g, p, t, s, searched, first, last, shared_flag);
}

// Splits of wide nodes, a warp each.
template <class Stat, class Block>
DEVICE void weigh_splits(Block& block, const Growth<Stat>& g, const Tree<Stat>& t, const TeamSpace<Stat>& s, u32 first,
                         u32 last) {
  if constexpr (Stat::many_numbers) {
    for (u32 v = first + block.warp(); v < last; v += block.warps()) {
      const u32 at = v - first;
      if (s.found.feature[at] == none32) continue;
      const auto *sums = sums_of(g.stat, t, v), *left = left_of_node(g.data, s.found, at);
      const auto on_left = weigh_by_warp(block, g.stat, number_of(left));
      const auto on_right = weigh_by_warp(block, g.stat, [=](u32 k) { return sums[k] - left[k]; });
      if (block.warp_lane() == 0) s.weighed[at] = {{on_left, on_right}, {}};
    }
    block.sync();
  }
}

// How much the split of a node improves the tree, and what goes left of it.
struct Improvement {
  double improvement;
  u32 drawn_left;
};
template <class Stat>
DEVICE Improvement improvement_of_node(const Growth<Stat>& g, const Tree<Stat>& t, const TeamSpace<Stat>& s, u32 v,
                                       u32 at) {
  const auto *sums = sums_of(g.stat, t, v), *left = left_of_node(g.data, s.found, at);
  if constexpr (Stat::many_numbers)
    if (wide<Stat>(g.data)) {
      auto& weighed = s.weighed[at];
      const auto on_right = [=](u32 k) { return sums[k] - left[k]; };
      weighed.impurity[0] = impurity_of(g.stat, weighed.side[0], number_of(left));
      weighed.impurity[1] = impurity_of(g.stat, weighed.side[1], on_right);
      const double w = g.stat.weight_of(t.drawn[v], number_of(sums)),
                   wl = g.stat.weight_of(weighed.side[0].drawn, number_of(left)),
                   wr = g.stat.weight_of(weighed.side[1].drawn, on_right);
      return {improvement_of(w, wl, wr, t.impurity[v], weighed.impurity[0], weighed.impurity[1], g.total_weight),
              weighed.side[0].drawn};
    }
  return {improvement_of(g.stat, sums, left, t.impurity[v], g.total_weight), g.stat.drawn_of(number_of(left))};
}

// Node v's best split, if it improves the tree enough; returns whether it is split.
template <class Stat>
DEVICE bool take_split(const Growth<Stat>& g, Tree<Stat>& t, const TeamSpace<Stat>& s, u32 v, u32 at) {
  const auto [improvement, drawn_left] = improvement_of_node(g, t, s, v, at);
  if (!(improvement + stop_epsilon >= g.fit.min_impurity_decrease)) return false;
  const SlotBest& best = s.found.best[at];
  const u32 missing_left = best.missing == 0 ? 2 * static_cast<u64>(drawn_left) > t.drawn[v] : best.side;
  t.feature[v] = s.found.feature[at];
  const bool by_bins = t.end[v] - t.begin[v] > exact_rows;
  t.threshold[v] = threshold_of(g.data, t.feature[v], best.split, by_bins) | (missing_left ? missing_left_bit : 0);
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
    const bool splits = v < last && s.found.feature[at] != none32 && take_split(g, t, s, v, at);
    const u32 n = splits ? t.end[v] - t.begin[v] : 0;
    u32 total_splits = 0, total_rows = 0;
    const u32 before = block.scan_exclusive(splits, &total_splits);
    const u32 rows_before = block.scan_exclusive(n, &total_rows);
    if (splits) {
      const u32 base = children.rows + rows_before;
      t.left[v] = children.end + 2 * before;
      s.ends[at] = {base, base + n - 1};
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
DEVICE void make_children(Block& block, const Growth<Stat>& g, Tree<Stat>& t, const TeamSpace<Stat>& s, const u32* sent,
                          u32 first, u32 last) {
  const u32 numbers = Stat::numbers(g.data);
  const NodeLanes<Block> lanes(block, wide<Stat>(g.data));
  for (u32 v = first + lanes.first; v < last; v += lanes.step) {
    if (t.feature[v] == none32) continue;
    const u32 at = v - first, l = t.left[v], r = l + 1;
    const auto *sums = sums_of(g.stat, t, v), *left = left_of_node(g.data, s.found, at);
    auto* of_left = sums_of(g.stat, t, l);
    for (u32 k = lanes.lane; k < numbers; k += lanes.lanes) {
      of_left[k] = left[k];
      of_left[numbers + k] = sums[k] - left[k];
    }
    if (lanes.lane != 0) continue;
    const Ends ends = s.ends[at];
    t.begin[l] = ends.base;
    t.end[l] = t.begin[r] = ends.base + sent[2 * at];
    t.end[r] = ends.last + 1;
    for (u32 side = 0; side < 2; ++side) {
      if constexpr (Stat::many_numbers)
        if (wide<Stat>(g.data)) {
          const auto& weighed = s.weighed[at];
          make_child(t, v, side, weighed.side[side].drawn, weighed.impurity[side]);
          t.left[l + side] = weighed.side[side].pure ? pure_mark : 0;
          continue;
        }
      make_child(g.stat, t, v, side);
    }
  }
  block.sync();
}

// Returns the number of levels, 0 if it would have more than max_nodes. leaf: [validation rows]; buckets: [bucket_words].
template <class Stat, class Block>
DEVICE u32 grow_levels_team(Block& block, const Growth<Stat>& g, CarvedTeam<Stat>& carved, u32* leaf, u32* buckets,
                            u32 bucket_words, u32* shared_flag) {
  Tree<Stat>& t = carved.tree;
  TeamSpace<Stat>& s = carved.space;
  SearchPlan<Stat> own;   // plain Stats have registers for it
  if constexpr (Stat::plain)
    own = search_plan(block, g, t, s, buckets, bucket_words);
  else if (auto here = block.own(); here.lane() == 0)
    carved.plan = search_plan(here, g, t, s, buckets, bucket_words);
  const SearchPlan<Stat>& plan = Stat::plain ? own : carved.plan;
  u32 rows = t.end[0], levels = 0;
  u32 first = 0, last = 1;   // the level's nodes
  if constexpr (Stat::many_numbers)
    if (wide<Stat>(g.data) && block.warp() == 0) {
      const bool pure = weigh_by_warp(block, g.stat, number_of(t.sums)).pure;
      if (block.warp_lane() == 0) t.left[0] = pure ? pure_mark : 0;
    }
  block.sync();
  while (first < last) {
    if (block.lane() == 0) t.level_begin[levels] = first;
    search_level(block, g, plan, t, s, first, last, shared_flag);
    if (wide<Stat>(g.data)) weigh_splits(block, g, t, s, first, last);
    const Children children =
        by_one_block(block, 1, [&](auto& here) { return number_children(here, g, t, s, first, last); });
    if (children.end > g.fit.max_nodes) return 0;
    // How many rows go where is counted in shared memory, where the level's nodes are few enough, and there is one block.
    u32* sent = !Block::gang && 2 * (last - first) <= bucket_words ? buckets : s.sent;
    for (u32 i = block.lane(); i < 2 * (last - first); i += block.lanes()) sent[i] = 0;
    block.sync();
    if (children.end > last) send_rows(block, g.data, t, s, sent, first, rows);   // else nothing splits any more
    block.sync();
    make_children(block, g, t, s, sent, first, last);
    if (block.own().lane() == 0)
      swap(t.samples, t.samples_other);   // the tree's pointers are shared by the block's lanes
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

// buckets: shared memory for histograms; carved: shared memory for what is too much for registers; shared_count: all lanes see
// it, of a gang too.
template <class Stat, class Block>
DEVICE void grow_tree(Block& block, const GrowArgs& a, TreeUnit unit, u8* workspace, u32* buckets, u32 bucket_words,
                      CarvedTeam<Stat>& carved, u32* shared_count) {
  const Fit& fit = a.fits[unit.fit];
  if (block.own().lane() == 0) carved = carve_team<Stat>(workspace, a.data, fit, block.size(), block.rank());
  block.sync();
  Tree<Stat>& t = carved.tree;
  const Growth<Stat> growth = start_tree(block, a.data, fit, t, fit.first_tree + unit.tree, shared_count);
  u32* leaf = fit.leaf + static_cast<u64>(unit.tree) * (fit.end - fit.begin);
  const u32 levels = grow_levels_team(block, growth, carved, leaf, buckets, bucket_words, shared_count);
  if (levels > 0)
    finish_tree(block, growth, t, levels, unit.tree, shared_count);
  else if (block.lane() == 0)
    block.add_global(a.outgrown, 1);
  block.sync();   // the next tree uses the same workspace
}
