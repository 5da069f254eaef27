// A Stat of the tests: how often rows were drawn and the sum of their targets, which are labels read as integers. A split's
// key is what it explains of the squares, in whole 2^-16. Included inside a backend's namespace.

// paired: with one word a bucket where its numbers fit; else a column for each number.
template <bool paired>
struct Moments {
  using Payload = u32;   // how often the bootstrap drew the row << 8 | its target
  using Number = u64;
  struct Pair {
    u32 weight;
    u64 sum;
  };

  const DatasetView& data;
  const Fit& fit;

  static u32 numbers(const DatasetView&) { return 2; }
  static u32 padded(const DatasetView&) { return 2; }
  static u64 space(const DatasetView&) { return 0; }
  template <class Block>
  void start(Block&, const u64*, double*) {}

  Payload payload(u32 row, u32 drawn) const { return drawn << 8 | data.labels[row]; }
  static u32 drawn(Payload p) { return p >> 8; }
  template <class To>
  static void each(Payload p, To to) {
    to(0, p >> 8);
    to(1, static_cast<u64>(p >> 8) * (p & 255));
  }

  template <class Of>
  u32 drawn_of(Of of) const {
    return static_cast<u32>(of(0));
  }
  template <class Of>
  double weight_of(u32 drawn, Of) const {
    return drawn;
  }
  template <class Of>
  double impurity(Of of) const {   // but for the mean of the squares, which no split changes
    const double mean = static_cast<double>(of(1)) / static_cast<double>(of(0));
    return -mean * mean;
  }
  template <class Of>
  bool pure(u32, Of) const {
    return false;
  }
  void value(const u64* sums, u32* out) const { *out = static_cast<u32>((sums[1] << 12) / sums[0]); }

  template <class LeftOf>
  i64 key(u32 left, u32 n, const u64* total, LeftOf left_of) const {
    return key({left, left_of(1)}, {n, total[1]});
  }
  static Pair pair_of(u32 drawn, const u64* sums) { return {drawn, sums[1]}; }
  static void unpair(Pair pair, u64* sums) {
    sums[0] = pair.weight;
    sums[1] = pair.sum;
  }
  i64 key(Pair left, Pair all) const {
    const u64 right = all.sum - left.sum;
    return static_cast<i64>((left.sum * left.sum << 16) / left.weight +
                            (right * right << 16) / (all.weight - left.weight));
  }

  // What goes left of a candidate, row after row.
  struct Left {
    static constexpr bool small = true;
    u64 sums[2] = {0, 0};
    void add(Payload p, bool taken) {
      each(p, [&](u32 k, u64 x) { sums[k] += taken ? x : 0; });
    }
    bool heavy_enough(const Moments&, u32 n, double min_weight) const {
      const double left = static_cast<double>(sums[0]);
      return !(min_weight > 0) || !(left < min_weight || n - left < min_weight);
    }
    i64 key(const Moments& stat, u32 n, const u64* total) const {
      return stat.key(static_cast<u32>(sums[0]), n, total, [this](u32 k) { return sums[k]; });
    }
  };

  bool pairs_fit_words(u32 drawn) const { return paired && drawn < 4096; }
  static u32 word(Payload p) { return p >> 8 | (p >> 8) * (p & 255) << 12; }
  static Pair pair_of(u32 word) { return {word & 4095, word >> 12}; }
  struct Weighed {};
  static constexpr bool has_rough_keys = false, plain = false, many_numbers = false;
};
template <bool paired>
inline i64 word_key(const Moments<paired>& stat, typename Moments<paired>::Pair left,
                    typename Moments<paired>::Pair all) {
  return stat.key(left, all);
}

// One lane.
struct MomentsBucket {
  using Word = u64;
  static constexpr bool tracked = false;
  static Word item(u32 p) { return static_cast<u64>(p >> 8) * (1 + (static_cast<u64>(p & 255) << 24)); }
  static u32 weight(Word c) { return static_cast<u32>(c & 0xffffff); }
  static u64 sum(Word c) { return c >> 24; }
  static u32 rows(Word c) { return weight(c); }
};
template <bool paired, class Pairs, class Sums>
inline auto with_buckets(const Moments<paired>&, bool tracked, u32, Pairs pairs, Sums sums) {
  return paired && !tracked ? pairs(MomentsBucket{}) : sums();
}
template <bool paired>
inline bool needs_sums(const Moments<paired>&, u32) {
  return true;
}
template <bool paired>
inline void keys_of_pairs(const Moments<paired>& stat, const u32* weight, const u64* sum, u32 count,
                          typename Moments<paired>::Pair all, i64* key) {
  for (u32 i = 0; i < count; ++i) key[i] = stat.key({weight[i], sum[i]}, all);
}
template <bool paired>
inline u32 move_left(const Moments<paired>&, u64* left, const u64* bucket, u32) {
  left[1] += bucket[1];
  return static_cast<u32>(left[0] += bucket[0]);
}
template <bool paired>
inline i64 key_of_sums(const Moments<paired>& stat, u32 drawn, u32 n, const u64* left, const u64* total, u32) {
  return stat.key({drawn, left[1]}, {n, total[1]});
}
template <bool paired, class LeftOf>
inline i64 sums_key(const Moments<paired>& stat, u32 left, u32 n, const u64* total, LeftOf left_of) {
  return stat.key(left, n, total, left_of);
}
template <bool paired, class Work>
inline auto with_left(const Moments<paired>&, u32, Work work) {
  return work(typename Moments<paired>::Left{});
}
