// A small node and its rows on the stage of the warp that searches it. Included inside a backend's namespace.

// A row of a small node as one feature sees it.
template <class Stat>
struct alignas(8) Staged {
  u32 code;   // a missing cell's is above all others; where the node's rows are in the order of classes twice that, and 1 more in
      // the last row of a class
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
  bool by_class;           // rows are in the order of their classes

  DEVICE u32 code_of(u32 row) const { return stage[row].code >> by_class; }

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
    if (const u32 code = s.code_of(i); code < f.missing_code) bins |= 1u << (code >> 8);
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
    const u32 code = random ? f.drawn : bins != 0 ? i << 8 : s.code_of(i);
    if (code >= f.missing_code) continue;
    for (u32 side = 0; side < (f.missing != 0 ? 2u : 1u); ++side)
      if (!random || side == f.drawn_side) look(code, side);
  }
}

// A bit for each row that a lane has of a small node.
template <class Block>
struct OwnBits {
  static constexpr u32 rows = exact_rows / Block::warp_lanes();
  u32 word[(rows + 31) / 32] = {};
  DEVICE void set(u32 m, bool bit) { word[m / 32] |= static_cast<u32>(bit) << m % 32; }
  DEVICE u32 operator[](u32 m) const { return word[m / 32] >> m % 32 & 1; }
};

// Deals the node's samples out anew, class after class, so that a candidate's count of one class is whole before the next one's
// begins, however many classes there are. own: the lane's; returns which are the last ones of their classes.
template <class Stat, class Block>
DEVICE OwnBits<Block> order_by_class(Block& block, const SmallNode<Stat>& s, Sample<Stat>* own) {
  constexpr u32 own_rows = exact_rows / Block::warp_lanes();
  const auto number = [&](u32 m) { return block.warp_lane() + m * block.warp_lanes(); };
  // A row's place is the number of rows that are before it, by class, then as they are.
  const auto rank = [&](u32 m) { return Stat::class_of(own[m].payload) << 8 | number(m); };
  for (u32 m = 0; m < own_rows; ++m)
    if (const u32 i = number(m); i < (s.rows + 3) / 4 * 4) s.stage[i].code = i < s.rows ? rank(m) : none32;
  block.warp_sync();
  u32 place[own_rows];
  for (u32 m = 0; m < own_rows; ++m) {
    place[m] = 0;
    if (m * block.warp_lanes() >= s.rows) continue;
    const u32 mine = rank(m);
    for (u32 i = 0; i < s.rows; i += 4) {
      const StagedFour<Stat> four = *reinterpret_cast<const StagedFour<Stat>*>(s.stage + i);
      for (u32 o = 0; o < 4; ++o) place[m] += four.row[o].code < mine;
    }
  }
  const auto exchange = [&](auto staged_of, auto take) {   // over the stage, which holds half of a sample
    block.warp_sync();
    for (u32 m = 0; m < own_rows; ++m)
      if (number(m) < s.rows) s.stage[place[m]] = staged_of(own[m]);
    block.warp_sync();
    for (u32 m = 0; m < own_rows; ++m)
      if (number(m) < s.rows) take(own[m], m);
  };
  exchange(
      [](const Sample<Stat>& sample) {
        return Staged<Stat>{sample.cells.bins, sample.cells.fine};
      },
      [&](Sample<Stat>& sample, u32 m) {
        sample.cells = {s.stage[number(m)].code, s.stage[number(m)].item};
      });
  OwnBits<Block> last;
  exchange(
      [](const Sample<Stat>& sample) {
        return Staged<Stat>{0, sample.payload};
      },
      [&](Sample<Stat>& sample, u32 m) {
        const u32 i = number(m);
        sample.payload = s.stage[i].item;
        const bool ends = i + 1 == s.rows || Stat::class_of(s.stage[i + 1].item) != Stat::class_of(sample.payload);
        last.set(m, ends);
      });
  block.warp_sync();   // the stage is written again
  return last;
}
