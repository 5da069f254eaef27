// Cuts a grown tree short for each structure of its fit: which node stands for each leaf of the full tree. A structure
// only ever stops earlier on a path, so the cut tree is node for node the one that would have been grown alone.
// Sources: scikit-learn's DepthFirstTreeBuilder, BestFirstTreeBuilder and minimal cost-complexity pruning (Breiman et
// al., 1984, chapter 3). Included inside a backend's namespace.

inline constexpr double stop_epsilon = 2.220446049250313e-16;   // scikit-learn's slack for min_impurity_decrease

// The node is not split under the structure's own limits (leaf limit and pruning aside).
template <class Stat>
DEVICE bool stops(const Tree<Stat>& t, const Structure& s, u32 node) {
  return t.feature[node] == none32 || t.depth[node] >= s.max_depth ||
         t.end[node] - t.begin[node] < s.min_samples_split ||
         t.improvement[node] + stop_epsilon < s.min_impurity_decrease;
}

// Split nodes in the order in which best-first growth would split them: largest improvement first, ties to the lower
// node. Removing nodes (with what is below them) keeps the order of the others, so one order serves all structures.
// One lane; returns their number.
template <class Stat>
DEVICE u32 best_first_order(Tree<Stat>& t) {
  u32 size = 0, count = 0;
  const auto before = [&](u32 a, u32 b) {
    return t.improvement[a] > t.improvement[b] || (t.improvement[a] == t.improvement[b] && a < b);
  };
  const auto push = [&](u32 node) {
    u32 at = size++;
    while (at > 0 && before(node, t.heap[(at - 1) / 2])) {
      t.heap[at] = t.heap[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    t.heap[at] = node;
  };
  if (t.feature[0] != none32) push(0);
  while (size > 0) {
    const u32 top = t.heap[0], last = t.heap[--size];
    u32 at = 0;
    while (2 * at + 1 < size) {
      u32 child = 2 * at + 1;
      if (child + 1 < size && before(t.heap[child + 1], t.heap[child])) ++child;
      if (!before(t.heap[child], last)) break;
      t.heap[at] = t.heap[child];
      at = child;
    }
    if (size > 0) t.heap[at] = last;
    t.order[count++] = top;
    for (u32 side = 0; side < 2; ++side)
      if (t.feature[t.left[top] + side] != none32) push(t.left[top] + side);
  }
  return count;
}

// What stands for each node under one structure, which is one column of a tile.
struct Cut {
  u32* first;
  u32 tile;
  DEVICE u32& operator[](u32 node) const { return first[static_cast<u64>(node) * tile]; }
};
DEVICE Cut cut_of(const Fit& fit, u32 tree_of_wave, u32 structure) {
  const u64 tile = static_cast<u64>(tree_of_wave) * fit.tiles + structure / fit.tile;
  return {fit.cut + tile * fit.max_nodes * fit.tile + structure % fit.tile, fit.tile};
}

// Whether more than the node itself says where the structure ends.
DEVICE bool needs_marks(const Structure& s) { return s.max_leaf_nodes != none32 || s.ccp_alpha > 0; }

// cut[node] = the node that stands for it under the structure; for all nodes. First which nodes split at all: split_mark, else
// the node itself.
inline constexpr u32 split_mark = none32;
template <class Stat, class Block>
DEVICE void mark_splits(Block& block, const Growth<Stat>& g, Tree<Stat>& t, u32 levels, u32 splits, const Structure& s,
                        Cut cut) {
  const u32 nodes = t.level_begin[levels];
  if (s.max_leaf_nodes != none32) {
    for (u32 v = block.lane(); v < nodes; v += block.lanes()) cut[v] = v;
    block.sync();
    if (block.lane() == 0) {
      u32 expanded = 0;
      for (u32 i = 0; i < splits && expanded + 1 < s.max_leaf_nodes; ++i) {
        const u32 v = t.order[i];
        if ((v == 0 || cut[t.parent[v]] == split_mark) && !stops(t, s, v)) {
          cut[v] = split_mark;
          ++expanded;
        }
      }
    }
  } else {
    for (u32 v = block.lane(); v < nodes; v += block.lanes()) cut[v] = stops(t, s, v) ? v : split_mark;
  }
  block.sync();
  if (!(s.ccp_alpha > 0)) return;
  // Bottom up: a subtree costs the smaller of its root as a leaf and its children; equal costs prune.
  for (u32 level = levels; level-- > 0;) {
    for (u32 v = t.level_begin[level] + block.lane(); v < t.level_begin[level + 1]; v += block.lanes()) {
      const double w = g.stat.weight_of(t.drawn[v], number_of(sums_of(g.stat, t, v)));
      const double as_leaf = t.impurity[v] * w / g.total_weight + s.ccp_alpha;
      if (cut[v] != split_mark) {
        t.cost[v] = as_leaf;
        continue;
      }
      const double below_it = t.cost[t.left[v]] + t.cost[t.left[v] + 1];
      if (as_leaf <= below_it) cut[v] = v;
      t.cost[v] = as_leaf <= below_it ? as_leaf : below_it;
    }
    block.sync();
  }
}

// Then top down: below a node that does not split, everything is that node.
template <class Stat, class Block>
DEVICE void cut_tree(Block& block, const Growth<Stat>& g, Tree<Stat>& t, u32 levels, u32 splits, const Structure& s,
                     Cut cut) {
  mark_splits(block, g, t, levels, splits, s, cut);
  for (u32 level = 0; level < levels; ++level) {
    for (u32 v = t.level_begin[level] + block.lane(); v < t.level_begin[level + 1]; v += block.lanes()) {
      if (v == 0) continue;
      const u32 above = cut[t.parent[v]];
      if (above != split_mark) cut[v] = above;
    }
    block.sync();
  }
}

// Calls work(node, structure) for nodes from `first` to `last` and all places of all tiles, gaps too; places of a tile lie side
// by side.
template <class Block, class Work>
DEVICE void each_place(Block& block, const Fit& fit, u32 first, u32 last, Work work) {
  const u32 tile = fit.tile, shift = bits_set(tile - 1);   // of a power of 2
  for (u32 begin = 0; begin < fit.tiles * tile; begin += tile)
    for (u32 i = (first << shift) + block.lane(); i < last << shift; i += block.lanes())
      work(i >> shift, begin + (i & (tile - 1)));
}

// The same for all structures of a fit, with many lanes: a lane has a node and a structure.
template <class Stat, class Block>
DEVICE void cut_tree_together(Block& block, const Growth<Stat>& g, Tree<Stat>& t, u32 levels, u32 splits,
                              u32 tree_of_wave) {
  const Fit& fit = g.fit;
  for (u32 s = 0; s < fit.structures; ++s)
    if (needs_marks(fit.structure[s]))
      mark_splits(block, g, t, levels, splits, fit.structure[s], cut_of(fit, tree_of_wave, s));
  for (u32 level = 0; level < levels; ++level) {
    each_place(block, fit, t.level_begin[level], t.level_begin[level + 1], [&](u32 v, u32 s) {
      if (s >= fit.structures) return;
      const Structure& structure = fit.structure[s];
      const Cut cut = cut_of(fit, tree_of_wave, s);
      const u32 own = needs_marks(structure) ? cut[v] : stops(t, structure, v) ? v : split_mark;
      const u32 above = v == 0 ? split_mark : cut[t.parent[v]];
      cut[v] = above != split_mark ? above : own;
    });
    block.sync();
  }
}
