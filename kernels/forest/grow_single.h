// Grows a tree with one lane, level by level, node by node: search, send the rows to the children. Included inside a
// backend's namespace.

// What only the one-lane body needs, in the workspace: validation rows are sent down with the training rows.
struct SingleSpace {
  u32 *begin, *end;                        // [max_nodes] a node's validation rows: rows[begin, end)
  Placed *validation, *validation_other;   // [validation rows]
};

template <class Stat>
struct CarvedSingle {
  Tree<Stat> tree;
  SingleSpace space;
  u64 bytes;
};
template <class Stat>
inline CarvedSingle<Stat> carve_single(u8* at, const DatasetView& data, const Fit& fit) {
  const CarvedTree<Stat> carved = carve_tree<Stat>(at, data, fit, single_scratch_bytes<Stat>(data));
  Carver c{at, carved.bytes};
  SingleSpace s;
  s.begin = c.take<u32>(fit.max_nodes);
  s.end = c.take<u32>(fit.max_nodes);
  s.validation = c.take<Placed>(fit.end - fit.begin);
  s.validation_other = c.take<Placed>(fit.end - fit.begin);
  return {carved.tree, s, (c.used + 63) & ~u64{63}};
}

// The sums of what goes left, from the samples of a node: `left` ones, then those that go right.
template <class Stat>
inline void sum_left(const Stat& stat, const Split<Stat>& split, const Sample<Stat>* samples, u32 left, u32 rows,
                     const typename Stat::Number* of_node, typename Stat::Number* of_left) {
  if (split.paired) {
    Stat::unpair(split.left, of_left);
    return;
  }
  const u32 numbers = Stat::numbers(stat.data);
  for (u32 k = 0; k < numbers; ++k) of_left[k] = 0;
  const bool sum_left = left <= rows - left;   // the smaller child is summed, the other has the rest
  const u32 first = sum_left ? 0 : left, last = sum_left ? left : rows;
  for (u32 i = first; i < last; ++i) Stat::each(samples[i].payload, [of_left](u32 k, auto x) { of_left[k] += x; });
  if (!sum_left)
    for (u32 k = 0; k < numbers; ++k) of_left[k] = of_node[k] - of_left[k];
}

// Splits node v, if that improves the tree enough: its rows go to nodes l and l + 1.
template <class Stat>
inline bool split_node(const Growth<Stat>& g, Tree<Stat>& t, SingleSpace& s, u32 v, u32 l, const Split<Stat>& split) {
  const u32 r = l + 1, rows = t.end[v] - t.begin[v], numbers = Stat::numbers(g.data);
  Sample<Stat>* samples = t.samples + t.begin[v];
  const u32 left = partition_rows(g.data, split.feature, split.threshold, samples, t.samples_other, rows);
  const auto* of_node = sums_of(g.stat, t, v);
  auto *of_left = sums_of(g.stat, t, l), *of_right = of_left + numbers;
  sum_left(g.stat, split, samples, left, rows, of_node, of_left);
  for (u32 k = 0; k < numbers; ++k) of_right[k] = of_node[k] - of_left[k];
  t.begin[l] = t.begin[v];
  t.end[l] = t.begin[r] = t.begin[v] + left;
  t.end[r] = t.end[v];
  const double improvement = improvement_of(g.stat, of_node, of_left, t.impurity[v], g.total_weight);
  if (!(improvement + stop_epsilon >= g.fit.min_impurity_decrease)) return false;
  const u32 placed_left = partition_rows(g.data, split.feature, split.threshold, s.validation + s.begin[v],
                                         s.validation_other, s.end[v] - s.begin[v]);
  s.begin[l] = s.begin[v];
  s.end[l] = s.begin[r] = s.begin[v] + placed_left;
  s.end[r] = s.end[v];
  t.feature[v] = split.feature;
  t.threshold[v] = split.threshold;
  t.improvement[v] = improvement;
  t.left[v] = l;
  make_child(g.stat, t, v, 0);
  make_child(g.stat, t, v, 1);
  return true;
}

// Returns the number of levels. leaf: [validation rows].
template <class Stat>
inline u32 grow_levels_single(const Growth<Stat>& g, Tree<Stat>& t, SingleSpace& s, u32* leaf) {
  const Fit& fit = g.fit;
  clear_buckets(g.stat, t);
  s.begin[0] = 0;
  s.end[0] = fit.end - fit.begin;
  for (u32 i = 0; i < s.end[0]; ++i) s.validation[i] = {fit.order[fit.begin + i], i};
  u32 nodes = 1, levels = 0;
  t.level_begin[0] = 0;
  while (t.level_begin[levels] < nodes) {
    const u32 level_end = nodes;
    for (u32 v = t.level_begin[levels]; v < level_end; ++v) {
      t.feature[v] = none32;
      t.improvement[v] = 0;
      t.left[v] = 0;
      Split<Stat> split;
      if (may_split(g, t, v))
        split = search_node<Stat>({&g.data, &fit, &g.stat, t.samples + t.begin[v], t.end[v] - t.begin[v], t.drawn[v],
                                   sums_of(g.stat, t, v), g.min_weight, g.tree, t.path[v]},
                                  t);
      if (split.feature != none32 && split_node(g, t, s, v, nodes, split)) nodes += 2;
      if (t.feature[v] == none32)
        for (u32 i = s.begin[v]; i < s.end[v]; ++i) leaf[s.validation[i].place] = v;
    }
    t.level_begin[++levels] = level_end;
  }
  return levels;
}

template <class Stat, class Block>
inline void grow_tree(Block& block, const GrowArgs& a, TreeUnit unit, u8* workspace, u32* shared_count) {
  const Fit& fit = a.fits[unit.fit];
  CarvedSingle<Stat> carved = carve_single<Stat>(workspace, a.data, fit);
  Tree<Stat>& t = carved.tree;
  const Growth<Stat> growth = start_tree(block, a.data, fit, t, fit.first_tree + unit.tree, shared_count);
  u32* leaf = fit.leaf + static_cast<u64>(unit.tree) * (fit.end - fit.begin);
  const u32 levels = grow_levels_single(growth, t, carved.space, leaf);
  finish_tree(block, growth, t, levels, unit.tree, shared_count);
}
