// Grows a tree with one lane, level by level, node by node: search, send the rows to the children. Included inside a
// backend's namespace.

// What only the one-lane body needs, in the workspace: validation rows are sent down with the training rows.
struct SingleSpace {
  u32 *begin, *end;                        // [max_nodes] a node's validation rows: rows[begin, end)
  Placed *validation, *validation_other;   // [validation rows]
};

struct CarvedSingle {
  Tree tree;
  SingleSpace space;
  u64 bytes;
};
inline CarvedSingle carve_single(u8* at, const DatasetView& data, const Fit& fit) {
  const CarvedTree carved = carve_tree(at, data, fit, single_scratch_bytes(data));
  Carver c{at, carved.bytes};
  SingleSpace s;
  s.begin = c.take<u32>(fit.max_nodes);
  s.end = c.take<u32>(fit.max_nodes);
  s.validation = c.take<Placed>(fit.end - fit.begin);
  s.validation_other = c.take<Placed>(fit.end - fit.begin);
  return {carved.tree, s, (c.used + 63) & ~u64{63}};
}

inline Grown grow_levels_single(const DatasetView& data, const Fit& fit, Tree& t, SingleSpace& s, const double* weight,
                                u32 tree, u32* leaf) {
  const u32 classes = data.classes;
  Grown grown;
  grown.total_weight = weight != nullptr ? weight_of(weight, t.counts, classes) : static_cast<double>(t.weight[0]);
  const double min_weight = fit.min_weight_fraction_leaf * grown.total_weight;
  clear_cells(data, fit, t);
  s.begin[0] = 0;
  s.end[0] = fit.end - fit.begin;
  for (u32 i = 0; i < s.end[0]; ++i) s.validation[i] = {fit.order[fit.begin + i], i};
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
        const u32 left = partition_rows(data, split.feature, split.threshold, samples, t.samples_other, rows);
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
        const double improvement = improvement_of(fit.criterion, data.entropy_terms, weight, classes, counts, lc,
                                                  t.impurity[v], grown.total_weight);
        if (improvement + stop_epsilon >= fit.min_impurity_decrease) {
          const u32 placed_left = partition_rows(data, split.feature, split.threshold, s.validation + s.begin[v],
                                                 s.validation_other, s.end[v] - s.begin[v]);
          s.begin[l] = s.begin[v];
          s.end[l] = s.begin[r] = s.begin[v] + placed_left;
          s.end[r] = s.end[v];
          t.feature[v] = split.feature;
          t.threshold[v] = split.threshold;
          t.improvement[v] = improvement;
          t.left[v] = l;
          make_child(data, fit, t, weight, v, 0);
          make_child(data, fit, t, weight, v, 1);
          nodes += 2;
        }
      }
      if (t.feature[v] == none32)
        for (u32 i = s.begin[v]; i < s.end[v]; ++i) leaf[s.validation[i].place] = v;
    }
    t.level_begin[++grown.levels] = level_end;
  }
  return grown;
}

template <class Block>
inline void grow_tree(Block& block, const GrowArgs& a, TreeUnit unit, u8* workspace, u32* shared_count) {
  const Fit& fit = a.fits[unit.fit];
  CarvedSingle carved = carve_single(workspace, a.data, fit);
  Tree& t = carved.tree;
  const u32 tree = fit.first_tree + unit.tree;
  const double* weight = start_tree(block, a.data, fit, t, tree, shared_count);
  u32* leaf = fit.leaf + static_cast<u64>(unit.tree) * (fit.end - fit.begin);
  const Grown grown = grow_levels_single(a.data, fit, t, carved.space, weight, tree, leaf);
  finish_tree(block, a.data, fit, t, grown, weight, unit.tree, shared_count);
}
