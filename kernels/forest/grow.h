// Grows one tree of a fit from root to leaves and leaves what scoring needs: each validation row's leaf, each node's
// class votes, and the cut of each structure. The order of ops: sample -> per level (search -> partition) -> cut.
// Method: CART (Breiman et al., 1984) in a random forest (Breiman, 2001) or extremely randomised trees (Geurts et al.,
// 2006), as scikit-learn's. Included inside a backend's namespace.

// A node's limits that do not depend on its split.
DEVICE bool may_split(const Fit& fit, const Tree& t, const double* weight, u32 classes, double min_weight, u32 v) {
  const u32 rows = t.end[v] - t.begin[v];
  if (t.depth[v] >= fit.max_depth || rows < fit.min_samples_split || rows < 2 * static_cast<u64>(fit.min_samples_leaf)) return false;
  const u32* counts = t.counts + static_cast<u64>(v) * classes;
  if (min_weight > 0) {
    const double w = weight != nullptr ? weight_of(weight, counts, classes) : static_cast<double>(t.weight[v]);
    if (w < 2 * min_weight) return false;
  }
  for (u32 k = 0; k < classes; ++k)
    if (counts[k] == t.weight[v]) return false;   // pure
  return true;
}

// scikit-learn's weighted impurity decrease of splitting node v into children l and l + 1.
DEVICE double improvement_of(const Tree& t, const double* weight, u32 classes, double total, u32 v, u32 l) {
  double w = t.weight[v], wl = t.weight[l], wr = t.weight[l + 1];
  if (weight != nullptr) {
    w = weight_of(weight, t.counts + static_cast<u64>(v) * classes, classes);
    wl = weight_of(weight, t.counts + static_cast<u64>(l) * classes, classes);
    wr = weight_of(weight, t.counts + static_cast<u64>(l + 1) * classes, classes);
  }
  return w / total * (t.impurity[v] - wr / w * t.impurity[l + 1] - wl / w * t.impurity[l]);
}

struct Grown {
  u32 levels = 0;
  double total_weight = 0;
};

inline Grown grow_levels_single(const DatasetView& data, const Fit& fit, Tree& t, const double* weight, u32 tree, u32* leaf) {
  const u32 classes = data.classes;
  Grown grown;
  grown.total_weight = weight != nullptr ? weight_of(weight, t.counts, classes) : static_cast<double>(t.weight[0]);
  const double min_weight = fit.min_weight_fraction_leaf * grown.total_weight;
  u32 nodes = 1;
  t.level_begin[0] = 0;
  while (t.level_begin[grown.levels] < nodes) {
    const u32 level_end = nodes;
    for (u32 v = t.level_begin[grown.levels]; v < level_end; ++v) {
      t.feature[v] = none32;
      t.improvement[v] = 0;
      t.left[v] = 0;
      Split split;
      if (may_split(fit, t, weight, classes, min_weight, v)) {
        const u32* counts = t.counts + static_cast<u64>(v) * classes;
        split = search_node({&data, &fit, weight, t.samples + t.begin[v], t.end[v] - t.begin[v], t.weight[v], counts[1],
                             counts, min_weight, tree, t.path[v]},
                            t);
      }
      if (split.feature != none32) {
        const u32 l = nodes, r = nodes + 1, rows = t.end[v] - t.begin[v];
        Sample* samples = t.samples + t.begin[v];
        const u32 left = partition_rows(data, split.feature, split.threshold, samples, t.samples_other, rows,
                                        [](const Sample& s) { return s.row; });
        u32* lc = t.counts + static_cast<u64>(l) * classes;
        u32* rc = lc + classes;
        const u32* counts = t.counts + static_cast<u64>(v) * classes;
        if (classes == 2 && weight == nullptr && split.left_ones != none32) {
          lc[1] = split.left_ones;
          lc[0] = split.left_weight - split.left_ones;
        } else {
          for (u32 k = 0; k < classes; ++k) lc[k] = 0;
          const bool count_left = left <= rows - left;   // count the smaller child, subtract for the other
          const u32 first = count_left ? 0 : left, last = count_left ? left : rows;
          for (u32 i = first; i < last; ++i) lc[samples[i].weight_label & 255] += samples[i].weight_label >> 8;
          if (!count_left)
            for (u32 k = 0; k < classes; ++k) lc[k] = counts[k] - lc[k];
        }
        for (u32 k = 0; k < classes; ++k) rc[k] = counts[k] - lc[k];
        t.begin[l] = t.begin[v];
        t.end[l] = t.begin[r] = t.begin[v] + left;
        t.end[r] = t.end[v];
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
        const double improvement = improvement_of(t, weight, classes, grown.total_weight, v, l);
        if (improvement + stop_epsilon >= fit.min_impurity_decrease) {
          u32* validation = t.validation + t.vbegin[v];
          const u32* order = fit.order + fit.begin;
          const u32 vleft = partition_rows(data, split.feature, split.threshold, validation, t.validation_other,
                                           t.vend[v] - t.vbegin[v], [order](u32 i) { return order[i]; });
          t.vbegin[l] = t.vbegin[v];
          t.vend[l] = t.vbegin[r] = t.vbegin[v] + vleft;
          t.vend[r] = t.vend[v];
          t.feature[v] = split.feature;
          t.threshold[v] = split.threshold;
          t.improvement[v] = improvement;
          t.left[v] = l;
          nodes += 2;
        }
      }
      if (t.feature[v] == none32)
        for (u32 i = t.vbegin[v]; i < t.vend[v]; ++i) leaf[t.validation[i]] = v;
    }
    t.level_begin[++grown.levels] = level_end;
  }
  return grown;
}

// What every tree starts from: its rows and its root.
template <class Block>
DEVICE const double* start_tree(Block& block, const DatasetView& data, const Fit& fit, Tree& t, u32 tree, u32* shared_count) {
  for (u32 k = block.lane(); k < data.classes; k += block.lanes()) t.counts[k] = 0;
  for (u32 w = block.lane(); w < (data.features + 31) / 32; w += block.lanes()) t.visited[w] = 0;
  block.sync();
  const u32 rows = sample_rows(block, data, fit, t, tree, shared_count);
  const double* weight = tree_class_weights(block, data, fit, t);
  if (block.lane() == 0) {
    u32 sum = 0;
    for (u32 k = 0; k < data.classes; ++k) sum += t.counts[k];
    t.begin[0] = t.vbegin[0] = 0;
    t.end[0] = rows;
    t.vend[0] = fit.end - fit.begin;
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
DEVICE void finish_tree(Block& block, const DatasetView& data, const Fit& fit, Tree& t, const Grown& grown, const double* weight,
                        u32 tree_of_round, u32* shared_count) {
  const u32 nodes = t.level_begin[grown.levels];
  u32* value = fit.value + static_cast<u64>(tree_of_round) * fit.max_nodes * fit.values;
  for (u32 v = block.lane(); v < nodes; v += block.lanes())
    node_votes(fit, weight, t.counts + static_cast<u64>(v) * data.classes, data.classes, value + static_cast<u64>(v) * fit.values);
  if (fit.any_leaf_limit) {
    if (block.lane() == 0) *shared_count = best_first_order(t);
    block.sync();
  }
  const u32 splits = *shared_count;
  for (u32 s = 0; s < fit.structures; ++s)
    cut_tree(block, fit, t, grown.levels, splits, fit.structure[s], grown.total_weight, weight, data.classes,
             fit.cut + (static_cast<u64>(tree_of_round) * fit.structures + s) * fit.max_nodes);
}

template <class Block>
DEVICE void grow_tree(Block& block, const GrowArgs& a, TreeUnit unit, u8* workspace, u32* shared_count) {
  const Fit& fit = a.fits[unit.fit];
  Tree t = carve_tree(workspace, a.data, fit, Block::single ? single_scratch_bytes(a.data) : 0).tree;
  const u32 tree = fit.first_tree + unit.tree;
  const double* weight = start_tree(block, a.data, fit, t, tree, shared_count);
  u32* leaf = fit.leaf + static_cast<u64>(unit.tree) * (fit.end - fit.begin);
  Grown grown;
  if constexpr (Block::single) grown = grow_levels_single(a.data, fit, t, weight, tree, leaf);
  else grown = grow_levels_team(block, a.data, fit, t, weight, tree, leaf);
  finish_tree(block, a.data, fit, t, grown, weight, unit.tree, shared_count);
}
