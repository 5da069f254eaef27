// A (node, feature) of a level and its histogram, as a warp looks at it. Included inside a backend's namespace.
//
// Buckets of one (node, feature): [bucket_bins][width]. Where a Stat's pair fits a word: that word (packed). Otherwise the
// numbers of its sums, and one that counts rows.
// Packed buckets come in several copies, [bucket_bins][copies]: lane i adds to copy i % copies, so that with 16 copies at most
// two lanes of a warp meet in a memory bank. Bins are then looked at by eights, a lane's.

inline constexpr u32 most_copies = 16, lane_bins = 8;

template <class Stat>
struct BucketShape {
  u32 in_words, width, words;   // words: of one (node, feature), in one copy
  DEVICE bool packed() const { return Stat::plain || in_words != 0; }
};
template <class Stat>
DEVICE BucketShape<Stat> bucket_shape(const Stat& stat, u32 root_drawn) {
  BucketShape<Stat> s;
  const bool tracked = stat.fit.min_samples_leaf > 1 && stat.fit.draws > 0;
  s.in_words = !tracked && stat.pairs_fit_words(root_drawn);
  s.width = s.packed() ? 1 : Stat::numbers(stat.data) + 1;
  s.words = s.packed() ? (stat.data.bucket_bins + 3) / 4 * 4   // whole fours
                       : stat.data.bucket_bins * s.width * (sizeof(typename Stat::Number) / sizeof(u32));
  return s;
}

// extra_trees, which plain Stats know nothing of.
template <class Stat>
DEVICE bool drawn_thresholds(const Fit& fit) {
  return !Stat::plain && fit.random_thresholds != 0;
}

// A candidate of one (node, feature).
struct SlotBest {
  i64 key;
  Between split;   // see ops/threshold.h
  u32 side;        // 1: missing values go left
  u32 left;        // bootstrap counts that go left; packed: what goes left, in a word
  u32 constant, missing;
};
// The last bin that goes left, of a split between bins.
DEVICE u32 last_bin(const Between& split) { return split.last == split.next ? split.last >> 8 : split.last; }

// A node of few numbers is one lane's, where they are many a warp's, whose lanes share them.
inline constexpr u32 wide_numbers = 16;
template <class Stat>
DEVICE bool wide(const DatasetView& data) {
  if constexpr (Stat::many_numbers)
    return Stat::numbers(data) >= wide_numbers;
  else
    return false;
}

// The lanes of a node, where those of a block share nodes: the first one's number, and how far the next one's is.
template <class Block>
struct NodeLanes {
  u32 first, step, lane, lanes;

  DEVICE NodeLanes(Block& block, bool wide)
      : first(wide ? block.warp() : block.lane()),
        step(wide ? block.warps() : block.lanes()),
        lane(wide ? block.warp_lane() : 0),
        lanes(wide ? block.warp_lanes() : 1) {}
  DEVICE void sync(Block& block) const {
    if (lanes > 1) block.warp_sync();
  }
};

// What goes left when bins up to one go left.
template <class Stat>
struct LeftSide {
  typename Stat::Pair pair;   // not packed: its weight only
  u32 rows;
};
template <class Stat>
DEVICE LeftSide<Stat> left_of_word(u32 word) {   // packed: each row counts once, or any row is enough
  const typename Stat::Pair pair = Stat::pair_of(word);
  return {pair, pair.weight};
}

template <class Stat, class Block>
struct SlotSearch {
  using Number = typename Stat::Number;
  using Left = LeftSide<Stat>;
  Block& block;
  const Growth<Stat>& growth;
  const BucketShape<Stat>& shape;
  const Number* sums;   // of the node, [numbers]
  u32 rows, drawn, bins;
  u64 path;
  u32 feature, visit;
  u32* buckets;    // of the (node, feature)
  Number* up_to;   // the same unless packed; once they are added up, sums over bins
  const Number* missing_bucket;
  bool added_up;   // else each bin has its own

  DEVICE Number number_left(u32 bin, u32 side, u32 k) const {
    return up_to[bin * shape.width + k] + (side ? missing_bucket[k] : 0);
  }

  DEVICE i64 key_of(u32 bin, u32 side, const Left& left) const {
    const Stat& stat = growth.stat;
    if (shape.packed()) return word_key(stat, left.pair, Stat::pair_of(drawn, sums));
    return sums_key(stat, left.pair.weight, drawn, sums, [&](u32 k) { return number_left(bin, side, k); });
  }

  DEVICE bool allowed(u32 bin, u32 side, const Left& left) const {
    const u32 weight = left.pair.weight;
    if (weight == 0 || weight == drawn) return false;
    const u32 all_rows = shape.packed() ? drawn : rows;
    if (left.rows < growth.fit.min_samples_leaf || all_rows - left.rows < growth.fit.min_samples_leaf) return false;
    return heavy_enough(growth.stat, weight, drawn, sums, growth.min_weight,
                        [&](u32 k) { return number_left(bin, side, k); });
  }

  // Adds up the value bins, in place; those that are read are on their way at once.
  DEVICE void add_up_bins() {
    constexpr u32 at_once = 4;
    for (u32 k = block.warp_lane(); k < shape.width; k += block.warp_lanes()) {
      Number sum = 0;
      for (u32 b = 0; b < bins; b += at_once) {
        Number here[at_once];
        for (u32 j = 0; j < at_once; ++j) here[j] = b + j < bins ? up_to[(b + j) * shape.width + k] : 0;
        for (u32 j = 0; j < at_once; ++j) {
          sum += here[j];
          if (b + j < bins) up_to[(b + j) * shape.width + k] = sum;
        }
      }
    }
    block.warp_sync();
  }

  DEVICE Left left_of(u32 bin, u32 side) const {   // after add_up_bins, not packed
    const u32 drawn_left = growth.stat.drawn_of([&](u32 k) { return number_left(bin, side, k); });
    return {{drawn_left, 0}, static_cast<u32>(number_left(bin, side, shape.width - 1))};
  }

  // Is a value bin occupied? After add_up_bins, if they are added up.
  DEVICE bool occupied(u32 bin) const {
    if (shape.packed()) return buckets[bin] != 0;
    const u32 c = shape.width;
    const Number here = up_to[bin * c + c - 1];
    return bin == 0 || !added_up ? here != 0 : here != up_to[(bin - 1) * c + c - 1];
  }

  // none32: there is none.
  DEVICE u32 next_occupied(u32 bin) const {
    for (u32 from = bin + 1; from < bins; from += block.warp_lanes()) {
      const u32 b = from + block.warp_lane();
      const u32 here = block.warp_ballot(b < bins && occupied(b));
      if (here != 0) return from + lowest_bit(here);
    }
    return none32;
  }
};

// Candidates are ordered by side, then bin: index = side * bins + bin.
struct BinBest {
  i64 key = smallest_key;
  u32 index = none32, left = 0;   // left: as SlotBest's
};
