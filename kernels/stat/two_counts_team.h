// ClassCounts of the forests that are asked for most, for many lanes: two classes without weights, whose pairs fit words in
// every node, the best of all thresholds, and no limit on a leaf's rows beside their draws. A kernel of this Stat alone is half as
// large and takes fewer registers. Included inside a backend's namespace.

struct TwoCounts : ClassCounts {
  static constexpr bool plain = true, many_numbers = false;
  DEVICE static bool serves(const DatasetView& data, const Fit& fit) {
    const u32 drawn = fit.draws > 0 ? fit.draws : fit.train.rows;
    return data.classes == 2 && fit.weighted == 0 && drawn < 65536 && fit.random_thresholds == 0 &&
           !(fit.min_samples_leaf > 1 && fit.draws > 0);
  }

  DEVICE static constexpr u32 numbers(const DatasetView&) { return 2; }
  DEVICE static u64 space(const DatasetView&) { return 0; }
  template <class Block>
  DEVICE void start(Block&, const u32*, double*) {}
  template <class Of>
  DEVICE u32 drawn_of(Of of) const {
    return of(0) + of(1);
  }
  template <class Of>
  DEVICE double weight_of(u32 drawn, Of) const {
    return static_cast<double>(drawn);
  }
  template <class Of>
  DEVICE double impurity(Of of) const {
    return impurity_of(fit.criterion, data.entropy_terms, nullptr, 2, of);
  }
  template <class Of>
  DEVICE bool pure(u32, Of of) const {
    return of(0) == 0 || of(1) == 0;
  }
  // Votes for class 1, (counts[1] << 21 | n) / 2 n, in two divisions of 32 bits.
  DEVICE void value(const u32* counts, u32* out) const {
    static_assert(vote_bits == 20);
    const u32 n = counts[0] + counts[1], whole = 2 * n, high = counts[1] << 11, q = high / whole;
    *out = (q << 10) + (((high - q * whole) << 10) + n) / whole;
  }
  DEVICE static constexpr bool pairs_fit_words(u32) { return true; }
};
