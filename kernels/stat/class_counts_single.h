// How one lane sums class counts: buckets of its histograms as narrow as the node allows, and candidates' keys as vectors.
// Included inside a backend's namespace.

// Buckets of two classes: bootstrap counts of all rows and of class 1 in one integer; `tracked` ones also count rows, which
// min_samples_leaf is about.
struct Bucket16 {
  using Word = u32;
  static constexpr bool tracked = false;
  static Word item(u32 p) { return (p >> 8) * (1u + ((p & 1u) << 16)); }
  static u32 weight(Word c) { return c & 0xffffu; }
  static u32 sum(Word c) { return c >> 16; }
  static u32 rows(Word c) { return c & 0xffffu; }
};
struct Bucket32 {
  using Word = u64;
  static constexpr bool tracked = false;
  static Word item(u32 p) { return static_cast<u64>(p >> 8) * (1ull + (static_cast<u64>(p & 1u) << 32)); }
  static u32 weight(Word c) { return static_cast<u32>(c); }
  static u32 sum(Word c) { return static_cast<u32>(c >> 32); }
  static u32 rows(Word c) { return static_cast<u32>(c); }
};
struct Bucket21 {
  using Word = u64;
  static constexpr bool tracked = true;
  static Word item(u32 p) {
    return (static_cast<u64>(p >> 8) * (1ull + (static_cast<u64>(p & 1u) << 21))) | 1ull << 42;
  }
  static u32 weight(Word c) { return static_cast<u32>(c) & 0x1fffffu; }
  static u32 sum(Word c) { return static_cast<u32>(c >> 21) & 0x1fffffu; }
  static u32 rows(Word c) { return static_cast<u32>(c >> 42); }
};

// Searches a node with the narrowest buckets that hold its sums: pairs(Bucket{}), else sums(). tracked: rows are to be counted
// beside what the bootstrap drew.
template <class Pairs, class Sums>
inline auto with_buckets(const ClassCounts& stat, bool tracked, u32 drawn, Pairs pairs, Sums sums) {
  if (stat.pairs()) {
    if (!tracked && drawn < 65536) return pairs(Bucket16{});
    if (!tracked) return pairs(Bucket32{});
    if (drawn < 1u << 21) return pairs(Bucket21{});
  }
  return sums();
}

// Whether any node of a tree, whose root was drawn so often, is searched with sums.
inline bool needs_sums(const ClassCounts& stat, u32 drawn) { return !stat.pairs() || drawn >= 1u << 21; }

// Keys of `count` candidates, in whole vectors: a multiple of 8, at most 264.
inline void keys_of_pairs(const ClassCounts& stat, const u32* weight, const u32* sum, u32 count, ClassCounts::Pair all,
                          i64* key) {
  if (stat.fit.criterion == gini) {
    const double n = all.weight, n1 = all.sum;
    alignas(64) double value[264];
    for (u32 i = 0; i < count; ++i)
      value[i] = gini_binary(static_cast<double>(static_cast<int>(weight[i])),
                             static_cast<double>(static_cast<int>(sum[i])), n, n1);
    __builtin_memcpy(key, value, count * sizeof(double));
  } else {
    const i64* terms = stat.data.entropy_terms;
    for (u32 i = 0; i < count; ++i) key[i] = entropy_binary(terms, weight[i], sum[i], all.weight, all.sum);
  }
}

// Adds a bucket to what goes left; returns how often the bootstrap drew rows of that.
inline u32 move_left(const ClassCounts&, u32* left, const u32* bucket, u32 padded) {
  u32 drawn = 0;
  for (u32 k = 0; k < padded; ++k) {
    left[k] += bucket[k];
    drawn += left[k];
  }
  return drawn;
}

// A candidate's key; left, total: [padded].
inline i64 key_of_sums(const ClassCounts& stat, u32 drawn, u32 n, const u32* left, const u32* total, u32 padded) {
  if (stat.class_weight != nullptr || stat.fit.criterion != gini)
    return stat.key(drawn, n, total, [=](u32 k) { return left[k]; });
  u64 sl = 0, sr = 0;
  if (n < 65536) {   // squares and their sums fit 32 bits
    u32 a = 0, b = 0;
    for (u32 k = 0; k < padded; ++k) {
      const u32 r = total[k] - left[k];
      a += left[k] * left[k];
      b += r * r;
    }
    sl = a;
    sr = b;
  } else {
    for (u32 k = 0; k < padded; ++k) {
      const u64 x = left[k], r = total[k] - left[k];
      sl += x * x;
      sr += r * r;
    }
  }
  return static_cast<i64>(bits_of(gini_sums(sl, sr, drawn, n)));
}
