// Grows one tree of a fit from root to leaves and leaves what scoring needs: each validation row's leaf, each node's
// value, and the cut of each structure. The order of ops: sample -> per level (search -> partition) -> cut.
// Method: CART (Breiman et al., 1984) in a random forest (Breiman, 2001) or extremely randomised trees (Geurts et al.,
// 2006), as scikit-learn's. Included inside a backend's namespace.

// A node's limits that do not depend on its split, but for its classes'.
template <class Stat>
DEVICE bool within_limits(const Growth<Stat>& g, const Tree<Stat>& t, u32 v) {
  const u32 rows = t.end[v] - t.begin[v];
  if (t.depth[v] >= g.fit.max_depth || rows < g.fit.min_samples_split ||
      rows < 2 * static_cast<u64>(g.fit.min_samples_leaf))
    return false;
  return !(g.min_weight > 0 && g.stat.weight_of(t.drawn[v], number_of(sums_of(g.stat, t, v))) < 2 * g.min_weight);
}
template <class Stat>
DEVICE bool may_split(const Growth<Stat>& g, const Tree<Stat>& t, u32 v) {
  return within_limits(g, t, v) && !g.stat.pure(t.drawn[v], number_of(sums_of(g.stat, t, v)));
}

// Fills in a child (side 0 left, 1 right) whose sums and rows are known.
template <class Stat>
DEVICE void make_child(Tree<Stat>& t, u32 parent, u32 side, u32 drawn, double impurity) {
  const u32 child = t.left[parent] + side;
  t.drawn[child] = drawn;
  t.impurity[child] = impurity;
  t.parent[child] = parent;
  t.depth[child] = t.depth[parent] + 1;
  t.path[child] = child_path(t.path[parent], side);
}
template <class Stat>
DEVICE void make_child(const Stat& stat, Tree<Stat>& t, u32 parent, u32 side) {
  const auto sums = number_of(sums_of(stat, t, t.left[parent] + side));
  make_child(t, parent, side, stat.drawn_of(sums), stat.impurity(sums));
}

// What every tree starts from: its rows and its root.
template <class Stat, class Block>
DEVICE Growth<Stat> start_tree(Block& block, const DatasetView& data, const Fit& fit, Tree<Stat>& t, u32 tree,
                               u32* shared_count) {
  for (u32 k = block.lane(); k < Stat::numbers(data); k += block.lanes()) t.sums[k] = 0;
  for (u32 w = block.lane(); w < (data.features + 31) / 32; w += block.lanes()) t.visited[w] = 0;
  block.sync();
  Stat stat{data, fit};
  const u32 rows = sample_rows(block, stat, t, tree, shared_count);
  stat.start(block, t.sums, t.stat_space);
  const auto sums = number_of(t.sums);
  if (block.lane() == 0) {
    t.begin[0] = 0;
    t.end[0] = rows;
    t.drawn[0] = stat.drawn_of(sums);
    t.depth[0] = t.parent[0] = 0;
    t.path[0] = 1;
    t.impurity[0] = stat.impurity(sums);
  }
  block.sync();
  const double weight = stat.weight_of(t.drawn[0], sums);
  return {data, fit, stat, tree, weight, fit.min_weight_fraction_leaf * weight};
}

// Values of all nodes and the cuts of all structures, from the grown tree of so many levels.
template <class Stat, class Block>
DEVICE void finish_tree(Block& block, const Growth<Stat>& g, Tree<Stat>& t, u32 levels, u32 tree_of_wave,
                        u32* shared_count) {
  const Fit& fit = g.fit;
  if (fit.any_leaf_limit) {
    if (block.lane() == 0) *shared_count = best_first_order(t);
    block.sync();
  }
  const u32 splits = *shared_count;
  if constexpr (Block::single)
    for (u32 s = 0; s < fit.structures; ++s)
      cut_tree(block, g, t, levels, splits, fit.structure[s], cut_of(fit, tree_of_wave, s));
  else
    cut_tree_together(block, g, t, levels, splits, tree_of_wave);
  // Only nodes that stand for themselves in some structure are ever asked for their values.
  const u32 nodes = t.level_begin[levels];
  u32* value = fit.value + static_cast<u64>(tree_of_wave) * fit.max_nodes * fit.values;
  for (u32 v = block.lane(); v < nodes; v += block.lanes()) {
    bool asked = false;
    for (u32 s = 0; s < fit.structures && !asked; ++s) asked = cut_of(fit, tree_of_wave, s)[v] == v;
    if (asked) g.stat.value(sums_of(g.stat, t, v), value + static_cast<u64>(v) * fit.values);
  }
  if (fit.values > 1) return;
  // One number: a leaf's cut becomes the value itself, which is what scoring looks up for every row.
  block.sync();
  if constexpr (Block::single) {
    for (u32 s = 0; s < fit.tiles * fit.tile; ++s) {
      const Cut votes = cut_of(fit, tree_of_wave, s);
      for (u32 v = block.lane(); v < nodes; v += block.lanes())
        if (t.feature[v] == none32) votes[v] = s < fit.structures ? value[votes[v]] : 0;
    }
  } else {
    each_place(block, fit, 0, nodes, [&](u32 v, u32 s) {
      if (t.feature[v] != none32) return;
      u32& votes = cut_of(fit, tree_of_wave, s)[v];
      votes = s < fit.structures ? value[votes] : 0;
    });
  }
}
