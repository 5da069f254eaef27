// What a forest of classes sums of its rows: how often the bootstrap drew rows of each class. A Stat; kernels/README.md says
// what one must give. Included inside a backend's namespace.

struct ClassCounts {
  using Payload = u32;   // how often the bootstrap drew the row << 8 | its class
  using Number = u32;    // sums are [classes] bootstrap counts
  struct Pair {          // sums of two classes
    u32 weight, sum;     // bootstrap counts of all rows, of those of class 1
  };

  const DatasetView& data;
  const Fit& fit;
  const double* class_weight = nullptr;   // [classes]; nullptr: all classes weigh 1

  DEVICE static u32 numbers(const DatasetView& data) { return data.classes; }
  DEVICE static u32 padded(const DatasetView& data) {
    return (data.classes + 15) / 16 * 16;
  }   // to whole vectors of zeros
  DEVICE static u64 space(const DatasetView& data) { return data.classes; }

  // Class weights of a tree (scikit-learn's class_weight): n / (classes * count) of all training rows, given in the fit, or
  // of the tree's own sample. A class without rows weighs 0. root: [classes]; space: [classes].
  template <class Block>
  DEVICE void start(Block& block, const u32* root, double* space) {
    if (fit.weighted == 0) return;
    class_weight = fit.weighted == 1 ? fit.class_weights : space;
    if (fit.weighted == 1) return;
    u64 n = 0;
    for (u32 k = 0; k < data.classes; ++k) n += root[k];
    for (u32 k = block.lane(); k < data.classes; k += block.lanes())
      space[k] = root[k] == 0 ? 0.0 : static_cast<double>(n) / (static_cast<double>(data.classes) * root[k]);
    block.sync();
  }

  // Rows.
  DEVICE Payload payload(u32 row, u32 drawn) const { return drawn << 8 | data.labels[row]; }
  DEVICE static u32 drawn(Payload p) { return p >> 8; }
  DEVICE static u32 class_of(Payload p) { return p & 255; }
  template <class To>
  DEVICE static void each(Payload p, To to) {
    to(p & 255, p >> 8);
  }

  // Sums of a node, or of one side of a candidate. of(k): of class k.
  template <class Of>
  DEVICE u32 drawn_of(Of of) const {
    u32 sum = 0;
    for (u32 k = 0; k < data.classes; ++k) sum += of(k);
    return sum;
  }
  template <class Of>
  DEVICE double weight_of(u32 drawn, Of of) const {
    if (class_weight == nullptr) return static_cast<double>(drawn);
    double sum = 0;
    for (u32 k = 0; k < data.classes; ++k) sum += class_weight[k] * of(k);
    return sum;
  }
  template <class Of>
  DEVICE double impurity(Of of) const {
    return impurity_of(fit.criterion, data.entropy_terms, class_weight, data.classes, of);
  }
  template <class Of>
  DEVICE bool pure(u32 drawn, Of of) const {
    for (u32 k = 0; k < data.classes; ++k)
      if (of(k) == drawn) return true;
    return false;
  }
  // Class shares in votes, [Fit::values].
  DEVICE void value(const u32* counts, u32* out) const {
    u64 n = 0;
    for (u32 k = 0; k < data.classes; ++k) n += counts[k];
    const double weighted = class_weight != nullptr ? weight_of(0, [counts](u32 k) { return counts[k]; }) : 0;
    for (u32 i = 0; i < fit.values; ++i) {
      const u32 k = fit.values == 1 ? 1 : i;
      if (counts[k] == 0 || (counts[k] == n && class_weight == nullptr)) {   // most of a leaf's classes
        out[i] = counts[k] == 0 ? 0 : 1u << vote_bits;
        continue;
      }
      if (class_weight == nullptr)   // n is at least counts[k], which is not 0 here
        // NOLINTNEXTLINE(clang-analyzer-core.DivideZero)
        out[i] = static_cast<u32>(((static_cast<u64>(counts[k]) << (vote_bits + 1)) + n) / (2 * n));
      else
        out[i] = static_cast<u32>(class_weight[k] * counts[k] / weighted * (1u << vote_bits) + 0.5);
    }
  }

  // The key of a candidate. left: bootstrap counts that go left; n: of all; total: [classes].
  template <class LeftOf>
  DEVICE i64 key(u32 left, u32 n, const u32* total, LeftOf left_of) const {
    if (class_weight != nullptr) return key_weighted(fit.criterion, class_weight, total, data.classes, left_of);
    if (fit.criterion == gini) {
      u64 sl = 0, sr = 0;
      for (u32 k = 0; k < data.classes; ++k) {
        const u64 l = left_of(k), r = total[k] - l;
        sl += l * l;
        sr += r * r;
      }
      return static_cast<i64>(bits_of(gini_sums(sl, sr, left, n)));
    }
    i64 sum = -data.entropy_terms[left] - data.entropy_terms[n - left];
    for (u32 k = 0; k < data.classes; ++k) {
      const u32 l = left_of(k);
      sum += data.entropy_terms[l] + data.entropy_terms[total[k] - l];
    }
    return sum;
  }

  // Pairs stand for the sums of two classes without weights.
  DEVICE bool pairs() const { return data.classes == 2 && fit.weighted == 0; }
  DEVICE static Pair pair_of(u32 drawn, const u32* counts) { return {drawn, counts[1]}; }
  DEVICE static void unpair(Pair pair, u32* counts) {
    counts[0] = pair.weight - pair.sum;
    counts[1] = pair.sum;
  }

  // Many lanes: a pair in one word, 16 bits each; its keys are in stat/class_counts_team.h.
  DEVICE bool pairs_fit_words(u32 drawn) const { return pairs() && drawn < 65536; }
  DEVICE static u32 word(Payload p) { return (p >> 8) | (p & 255 ? p >> 8 << 16 : 0); }
  DEVICE static Pair pair_of(u32 word) { return {word & 0xffffu, word >> 16}; }
  // A node, or a side of its split, as many lanes weigh it. sum: over classes, of squares or of entropy's terms; where classes
  // weigh, doubles follow from the counts alone.
  struct Weighed {
    u32 drawn;
    bool pure;
    u64 sum;
  };
  static constexpr bool has_rough_keys = true, plain = false, many_numbers = true;
};
