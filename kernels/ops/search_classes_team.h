// Finds the best split between bins of a (node, feature) of many classes with the lanes of one warp: each adds up classes of its
// own, bin after bin, and together they sum the squares, from which keys follow. Buckets are read once, side by side, and stay as
// they were counted. Same answers as best_bin. Included inside a backend's namespace.

// Whether a node is searched so: by its settings, and how much was drawn of its rows.
template <class Stat>
DEVICE bool scans_classes(const Stat& stat, u32 drawn) {
  if constexpr (Stat::many_numbers)
    return wide<Stat>(stat.data) && stat.fit.random_thresholds == 0 && keys_of_squares(stat, drawn);
  else
    return false;
}

// A lane's classes: lane, lane + warp_lanes, ...
template <class Block>
inline constexpr u32 own_classes = (256 + Block::warp_lanes() - 1) / Block::warp_lanes();

// Of one bin, told to all lanes.
struct ClassSums {
  u32 of_left, of_right, drawn;   // squares, and what goes left
};

// Adds bin after bin to what goes left.
template <class Block>
struct ClassScan {
  Block& block;
  u32 classes;
  u32 total[own_classes<Block>], left[own_classes<Block>];

  template <class Each>
  DEVICE void each_own(Each each) const {
    for (u32 c = 0; c < own_classes<Block>; ++c) {
      if (c * block.warp_lanes() >= classes) break;
      const u32 k = c * block.warp_lanes() + block.warp_lane();
      each(c, k, k < classes);
    }
  }
  DEVICE void read(const u32* bucket, u32* here) const {
    each_own([&](u32 c, u32 k, bool is) { here[c] = is ? bucket[k] : 0; });
  }
  DEVICE ClassSums add(const u32* here) {
    ClassSums mine{0, 0, 0};
    each_own([&](u32 c, u32, bool) {
      left[c] += here[c];
      const u32 right = total[c] - left[c];
      mine.of_left += left[c] * left[c];
      mine.of_right += right * right;
      mine.drawn += left[c];
    });
    return {block.warp_sum32(mine.of_left), block.warp_sum32(mine.of_right), block.warp_sum32(mine.drawn)};
  }
};

// This lane's best candidate.
template <class Stat, class Block>
DEVICE BinBest best_bin_of_classes(const SlotSearch<Stat, Block>& s, u32 missing) {
  constexpr u32 at_once = 2;
  Block& block = s.block;
  const u32 classes = Stat::numbers(s.growth.data), width = s.shape.width, lanes = block.warp_lanes();
  const u32* const buckets = s.buckets;
  const u32 least = least_weight(1, s.growth.min_weight);   // rows weigh what was drawn of them
  ClassScan<Block> scan{block, classes, {}, {}};
  scan.each_own([&](u32 c, u32 k, bool is) { scan.total[c] = is ? s.sums[k] : 0; });
  BinBest best;
  for (u32 side = 0; side < (missing != 0 ? 2u : 1u); ++side) {
    scan.each_own([&](u32 c, u32 k, bool is) { scan.left[c] = side != 0 && is ? s.missing_bucket[k] : 0; });
    u32 rows_before = side != 0 ? missing : 0;
    for (u32 from = 0; from < s.bins; from += lanes) {
      const u32 bin = from + block.warp_lane(), rows_here = bin < s.bins ? buckets[bin * width + classes] : 0;
      const u32 rows = block.warp_scan_inclusive(rows_here);
      ClassSums mine{0, 0, 0};
      // Of the bins that have rows, each is its lane's candidate; those that are read are on their way at once.
      for (u32 occupied = block.warp_ballot(rows_here != 0); occupied != 0;) {
        u32 lane[at_once], here[at_once][own_classes<Block>];
        for (u32 j = 0; j < at_once; ++j) {
          lane[j] = occupied != 0 ? lowest_bit(occupied) : none32;
          occupied &= occupied - (occupied != 0);
          if (lane[j] != none32) scan.read(buckets + (from + lane[j]) * width, here[j]);
        }
        for (u32 j = 0; j < at_once; ++j) {
          if (lane[j] == none32) continue;
          const ClassSums sums = scan.add(here[j]);
          if (lane[j] == block.warp_lane()) mine = sums;
        }
      }
      const u32 left_rows = rows_before + rows;
      rows_before += block.warp_last(rows);
      if (rows_here == 0 || !both_weigh(left_rows, s.rows, s.growth.fit.min_samples_leaf) ||
          !both_weigh(mine.drawn, s.drawn, least))
        continue;
      const i64 key = key_of_squares(mine.of_left, mine.of_right, mine.drawn, s.drawn);
      if (key > best.key) best = {key, side * s.bins + bin, mine.drawn};
    }
  }
  return best;
}

// What goes left in the end: numbers[k] of bins up to `last`, and of missing rows on side 1. By the lanes of one warp.
template <class Block>
DEVICE void sum_bins(Block& block, const u32* buckets, u32 width, u32 last, const u32* missing, u32* numbers) {
  constexpr u32 at_once = 4;
  for (u32 k = block.warp_lane(); k + 1 < width; k += block.warp_lanes()) {
    u32 sum = missing != nullptr ? missing[k] : 0;
    for (u32 from = 0; from <= last; from += at_once) {
      u32 here[at_once];
      for (u32 j = 0; j < at_once; ++j) here[j] = from + j <= last ? buckets[(from + j) * width + k] : 0;
      for (u32 j = 0; j < at_once; ++j) sum += here[j];
    }
    numbers[k] = sum;
  }
}
