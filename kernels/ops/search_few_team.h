// Small nodes whose rows are of few of many classes, as most are: counts of up to eight classes lie in registers, 16 bits each,
// where otherwise each row is added to shared memory. Same answers as summed_candidates. Included inside a backend's namespace.

struct FewCounts {
  u64 low = 0, high = 0;   // of the node's classes, in their order

  DEVICE u32 of(u32 rank) const { return static_cast<u32>((rank < 4 ? low : high) >> 16 * (rank & 3)) & 0xffffu; }
};
inline constexpr u32 few_classes = 8;

// What a node's few classes are to its rows. count 0: they are not few, or keys need more than counts.
struct FewClasses {
  u32 count = 0;
  FewCounts all;
};

// Calls each(k, from, before, lanes, here) for classes k = from + this lane: whether the node has it, which lanes' it has, and how
// many before `from`. Returns their number.
template <class Block, class Each>
DEVICE u32 each_class(Block& block, u32 classes, const u32* sums, Each each) {
  u32 before = 0;
  for (u32 from = 0; from < classes; from += block.warp_lanes()) {
    const u32 k = from + block.warp_lane();
    const bool here = k < classes && sums[k] != 0;
    const u32 lanes = block.warp_ballot(here);
    each(k, from, before, lanes, here);
    before += bits_set(lanes);
  }
  return before;
}

// In the rows' payloads classes become ranks, if they are few.
template <u32 own_rows, class Stat, class Block>
DEVICE FewClasses few_classes_of(Block& block, const SmallNode<Stat>& s, Sample<Stat>* own) {
  FewClasses few;
  const Stat& stat = s.growth.stat;
  if (!keys_of_squares(stat, s.drawn)) return few;
  u32 rank[own_rows];
  const u32 count = each_class(block, stat.data.classes, s.sums(), [&](u32, u32 from, u32 before, u32 lanes, bool) {
    for (u32 m = 0; m < own_rows; ++m)
      if (const u32 bit = (own[m].payload & 255) - from; bit < block.warp_lanes())
        rank[m] = before + bits_set(lanes & ((1u << bit) - 1));
  });
  if (count > few_classes) return few;
  FewCounts mine;
  for (u32 m = 0; m < own_rows; ++m) {
    if (block.warp_lane() + m * block.warp_lanes() >= s.rows) continue;
    const u32 drawn = own[m].payload >> 8;
    (rank[m] < 4 ? mine.low : mine.high) += static_cast<u64>(drawn) << 16 * (rank[m] & 3);
    own[m].payload = drawn << 8 | rank[m];
  }
  few.count = count;
  few.all = {block.warp_sum(mine.low), block.warp_sum(mine.high)};
  return few;
}

// What goes left of a candidate. Wide: more than four classes.
struct FewLeft {
  FewCounts counts;
  u32 rows = 0;
};
template <bool wide, class Stat>
DEVICE FewLeft few_left(const SmallNode<Stat>& s, u32 missing_code, u32 code, u32 side) {
  FewLeft left;
  const u32 from_code = side ? missing_code : none32;   // these go left as well
  for (u32 i = 0; i < s.rows; i += 4) {                 // the stage ends in whole fours, of which none goes left
    const StagedFour<Stat> four = *reinterpret_cast<const StagedFour<Stat>*>(s.stage + i);
    for (u32 m = 0; m < 4; ++m) {
      const u32 other = four.row[m].code, item = four.row[m].item;
      const bool taken = (other <= code) | ((other >= from_code) & (other != none32));
      const u64 drawn = static_cast<u64>(taken ? item >> 8 : 0) << 16 * (item & 3);
      left.counts.low += wide && (item & 4) != 0 ? 0 : drawn;
      if (wide) left.counts.high += (item & 4) != 0 ? drawn : 0;
      left.rows += taken;
    }
  }
  return left;
}

template <bool wide, class Stat, class Block>
DEVICE WordBest few_candidates(Block& block, const SmallNode<Stat>& s, const SmallFeature& f, const FewClasses& few) {
  WordBest best;
  const Growth<Stat>& g = s.growth;
  each_candidate(block, s, f, [&](u32 code, u32 side) {
    const FewLeft left = few_left<wide>(s, f.missing_code, code, side);
    if (!both_weigh(left.rows, s.rows, g.fit.min_samples_leaf)) return;
    u32 drawn = 0, of_left = 0, of_right = 0;   // squares: below 2^32
    for (u32 k = 0; k < (wide ? few_classes : few_classes / 2); ++k) {
      const u32 l = left.counts.of(k), r = few.all.of(k) - l;
      drawn += l;
      of_left += l * l;
      of_right += r * r;
    }
    // Where keys follow from squares, rows weigh what was drawn of them.
    if (!heavy_enough(g.stat, drawn, s.drawn, s.sums(), g.min_weight, [](u32) { return 0u; })) return;
    best.look_at(key_of_squares(of_left, of_right, drawn, s.drawn), side << 16 | code, 0);
  });
  return best;
}

// Writes what goes left as a node's sums, [classes].
template <class Stat, class Block>
DEVICE void write_few(Block& block, const SmallNode<Stat>& s, const FewCounts& counts, u32* left) {
  const u32 classes = s.growth.data.classes;
  each_class(block, classes, s.sums(), [&](u32 k, u32, u32 before, u32 lanes, bool here) {
    if (k < classes) left[k] = here ? counts.of(before + bits_set(lanes & ((1u << block.warp_lane()) - 1))) : 0;
  });
}
