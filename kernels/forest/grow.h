// Grows one tree of a fit from root to leaves and leaves what scoring needs: each validation row's leaf, each node's
// class votes, and the cut of each structure. The order of ops: sample -> per level (search -> partition) -> cut.
// Method: CART (Breiman et al., 1984) in a random forest (Breiman, 2001) or extremely randomised trees (Geurts et al.,
// 2006), as scikit-learn's. Included inside a backend's namespace.

// A node's limits that do not depend on its split.
DEVICE bool may_split(const Fit& fit, const Tree& t, const double* weight, u32 classes, double min_weight, u32 v) {
  const u32 rows = t.end[v] - t.begin[v];
  if (t.depth[v] >= fit.max_depth || rows < fit.min_samples_split || rows < 2 * static_cast<u64>(fit.min_samples_leaf))
    return false;
  const u32* counts = t.counts + static_cast<u64>(v) * classes;
  if (min_weight > 0) {
    const double w = weight != nullptr ? weight_of(weight, counts, classes) : static_cast<double>(t.weight[v]);
    if (w < 2 * min_weight) return false;
  }
  for (u32 k = 0; k < classes; ++k)
    if (counts[k] == t.weight[v]) return false;   // pure
  return true;
}

// Fills in a child (side 0 left, 1 right) whose counts and rows are known.
DEVICE void make_child(const DatasetView& data, const Fit& fit, Tree& t, const double* weight, u32 parent, u32 side) {
  const u32 child = t.left[parent] + side;
  const u32* counts = t.counts + static_cast<u64>(child) * data.classes;
  u32 sum = 0;
  for (u32 k = 0; k < data.classes; ++k) sum += counts[k];
  t.weight[child] = sum;
  t.impurity[child] = impurity_of(fit.criterion, data.entropy_terms, weight, counts, data.classes);
  t.parent[child] = parent;
  t.depth[child] = t.depth[parent] + 1;
  t.path[child] = child_path(t.path[parent], side);
}

struct Grown {
  u32 levels = 0;
  double total_weight = 0;
};

// What every tree starts from: its rows and its root.
template <class Block>
DEVICE const double* start_tree(Block& block, const DatasetView& data, const Fit& fit, Tree& t, u32 tree,
                                u32* shared_count) {
  for (u32 k = block.lane(); k < data.classes; k += block.lanes()) t.counts[k] = 0;
  for (u32 w = block.lane(); w < (data.features + 31) / 32; w += block.lanes()) t.visited[w] = 0;
  block.sync();
  const u32 rows = sample_rows(block, data, fit, t, tree, shared_count);
  const double* weight = tree_class_weights(block, data, fit, t);
  if (block.lane() == 0) {
    u32 sum = 0;
    for (u32 k = 0; k < data.classes; ++k) sum += t.counts[k];
    t.begin[0] = 0;
    t.end[0] = rows;
    t.weight[0] = sum;
    t.depth[0] = t.parent[0] = 0;
    t.path[0] = 1;
    t.impurity[0] = impurity_of(fit.criterion, data.entropy_terms, weight, t.counts, data.classes);
  }
  block.sync();
  return weight;
}

// Votes of all nodes and the cuts of all structures, from the grown tree.
template <class Block>
DEVICE void finish_tree(Block& block, const DatasetView& data, const Fit& fit, Tree& t, const Grown& grown,
                        const double* weight, u32 tree_of_round, u32* shared_count) {
  if (fit.any_leaf_limit) {
    if (block.lane() == 0) *shared_count = best_first_order(t);
    block.sync();
  }
  const u32 splits = *shared_count;
  for (u32 s = 0; s < fit.structures; ++s)
    cut_tree(block, t, grown.levels, splits, fit.structure[s], grown.total_weight, weight, data.classes,
             cut_of(fit, tree_of_round, s));
  // Only nodes that stand for themselves in some structure are ever asked for their votes.
  const u32 nodes = t.level_begin[grown.levels];
  u32* value = fit.value + static_cast<u64>(tree_of_round) * fit.max_nodes * fit.values;
  for (u32 v = block.lane(); v < nodes; v += block.lanes()) {
    bool asked = false;
    for (u32 s = 0; s < fit.structures && !asked; ++s) asked = cut_of(fit, tree_of_round, s)[v] == v;
    if (asked)
      node_votes(fit, weight, t.counts + static_cast<u64>(v) * data.classes, data.classes,
                 value + static_cast<u64>(v) * fit.values);
  }
  if (fit.values > 1) return;
  // Two classes: a leaf's cut becomes the votes themselves, which is what scoring looks up for every row.
  block.sync();
  for (u32 s = 0; s < fit.tiles * fit.tile; ++s) {
    const Cut votes = cut_of(fit, tree_of_round, s);
    for (u32 v = block.lane(); v < nodes; v += block.lanes())
      if (t.feature[v] == none32) votes[v] = s < fit.structures ? value[votes[v]] : 0;
  }
}
