// A small node and its rows on the stage of the warp that searches it. Included inside a backend's namespace.

// A row of a small node as one feature sees it.
template <class Stat>
struct alignas(8) Staged {
  u32 code;                      // a missing cell's is above all others
  typename Stat::Payload item;   // packed: the word that it adds; otherwise the sample's payload
};

template <class Stat>
struct alignas(16) StagedFour {
  Staged<Stat> row[4];
};

// A small node and its warp's memory.
template <class Stat>
struct SmallNode {
  using Number = typename Stat::Number;
  const Growth<Stat>& growth;
  const BucketShape<Stat>& shape;
  const Tree<Stat>& tree;
  u32 node, rows, drawn;   // drawn: sum of bootstrap counts
  Staged<Stat>* stage;     // [rows], then up to 3 that have no row
  Number* left;            // [numbers][warp_lanes] sums of each lane's candidate; unless packed

  DEVICE const Number* sums() const { return sums_of(growth.stat, tree, node); }   // [numbers]
  DEVICE u64 path() const { return tree.path[node]; }
};

// A feature of the node, once it is staged.
struct SmallFeature {
  u32 feature;
  u32 missing_code;        // codes from here on are missing cells'
  u32 missing;             // packed: what missing rows add up to; otherwise their number
  bool constant;           // all rows have the same code
  u32 least, most;         // extra_trees: the outermost codes of values
  u32 drawn, drawn_side;   // extra_trees: the one threshold
};

// Bins are fewer candidates than a node's rows are where the feature has no other codes: those that the node has, a bit each. 0:
// there are more bins than bits, or rows are as few.
template <class Stat, class Block>
DEVICE u32 candidate_bins(Block& block, const SmallNode<Stat>& s, const SmallFeature& f) {
  if (s.rows <= block.warp_lanes() || f.missing_code > 32 << 8 || s.growth.data.feature_fine[f.feature]) return 0;
  u32 bins = 0;
  for (u32 i = block.warp_lane(); i < s.rows; i += block.warp_lanes())
    if (const u32 code = s.stage[i].code; code < f.missing_code) bins |= 1u << (code >> 8);
  return block.warp_or(bins);
}

// Calls look(code, side) for this lane's candidates: bins, or each row's code, where equal codes are equal candidates;
// extra_trees have one. side: 1 sends missing values left.
template <class Stat, class Block, class Look>
DEVICE void each_candidate(Block& block, const SmallNode<Stat>& s, const SmallFeature& f, Look look) {
  const bool random = drawn_thresholds<Stat>(s.growth.fit);
  const u32 bins = random ? 0 : candidate_bins(block, s, f);
  const u32 candidates = random ? 1 : bins != 0 ? 32 : s.rows;
  for (u32 i = block.warp_lane(); i < candidates; i += block.warp_lanes()) {
    if (bins != 0 && (bins >> i & 1) == 0) continue;
    const u32 code = random ? f.drawn : bins != 0 ? i << 8 : s.stage[i].code;
    if (code >= f.missing_code) continue;
    for (u32 side = 0; side < (f.missing != 0 ? 2u : 1u); ++side)
      if (!random || side == f.drawn_side) look(code, side);
  }
}
