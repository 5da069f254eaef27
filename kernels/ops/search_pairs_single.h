// Finds a node's best split with one lane where a Stat's sums are a pair of numbers: one integer a bucket, histograms in L1,
// only occupied bins are looked at, candidates are scored as vectors. Bucket: the Stat's, see with_buckets. Included inside a
// backend's namespace.

// Candidates of one feature, in order of their bins: what goes left at each.
template <class Stat>
struct Candidates {
  using Sum = decltype(Stat::Pair::sum);
  u32 count = 0;
  alignas(64) u32 weight[264];
  alignas(64) Sum sum[264];
  alignas(64) u8 bin[264];
};

// Adds a node's rows to the buckets of up to four features at once, so that a row's bins are fetched once.
template <class Bucket, u32 group, class Stat>
inline void add_rows(const NodeTask<Stat>& task, const u32* feature, typename Bucket::Word* const* buckets) {
  const u64 stride = task.data->features;
  const u8* bins = task.data->bins;
  for (u32 i = 0; i < task.rows; ++i) {
    const Sample<Stat> s = task.samples[i];
    const u8* row = bins + s.row * stride;
    const typename Bucket::Word item = Bucket::item(s.payload);
    for (u32 g = 0; g < group; ++g) buckets[g][row[feature[g]]] += item;
  }
}

template <class Bucket, class Stat>
inline void add_rows(const NodeTask<Stat>& task, u32 group, const u32* feature, typename Bucket::Word* const* buckets) {
  // Copies of the pointers: stores to buckets can't change what a local array holds.
  const u32 f[4] = {feature[0], feature[1], feature[2], feature[3]};
  typename Bucket::Word* const c[4] = {buckets[0], buckets[1], buckets[2], buckets[3]};
  if (group == 1)
    add_rows<Bucket, 1>(task, f, c);
  else if (group == 2)
    add_rows<Bucket, 2>(task, f, c);
  else if (group == 3)
    add_rows<Bucket, 3>(task, f, c);
  else
    add_rows<Bucket, 4>(task, f, c);
}

// To one feature's own bins.
template <class Bucket, class Stat>
inline void add_to_own_bins(const NodeTask<Stat>& task, const Axis& axis, typename Bucket::Word* buckets) {
  for (u32 i = 0; i < task.rows; ++i) buckets[axis.place[i]] += Bucket::item(task.samples[i].payload);
}

// Bit i: buckets[i] is not zero, for 64 buckets.
inline u64 occupied_64(const u32* buckets) {
  u64 mask = 0;
#if defined(__AVX2__)
  for (u32 i = 0; i < 64; i += 8) {
    const __m256i c = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(buckets + i));
    const __m256i zero = _mm256_cmpeq_epi32(c, _mm256_setzero_si256());
    mask |= static_cast<u64>(~_mm256_movemask_ps(_mm256_castsi256_ps(zero)) & 0xff) << i;
  }
#else
  for (u32 i = 0; i < 64; i += 4) {
    const __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(buckets + i));
    const __m128i zero = _mm_cmpeq_epi32(c, _mm_setzero_si128());
    mask |= static_cast<u64>(~_mm_movemask_ps(_mm_castsi128_ps(zero)) & 0xf) << i;
  }
#endif
  return mask;
}
inline u64 occupied_64(const u64* buckets) {
  u64 mask = 0;
#if defined(__AVX2__)
  for (u32 i = 0; i < 64; i += 4) {
    const __m256i c = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(buckets + i));
    const __m256i zero = _mm256_cmpeq_epi64(c, _mm256_setzero_si256());
    mask |= static_cast<u64>(~_mm256_movemask_pd(_mm256_castsi256_pd(zero)) & 0xf) << i;
  }
#else
  for (u32 i = 0; i < 64; ++i) mask |= static_cast<u64>(buckets[i] != 0) << i;
#endif
  return mask;
}

// Bit b of mask: bucket b is not zero. buckets: a whole number of 64.
template <class Word>
inline void occupied_bins(const Word* buckets, u32 bins, u64* mask) {
  for (u32 w = 0; w * 64 < bins; ++w) mask[w] = occupied_64(buckets + w * 64);
}

// The analyzer does not see that arrays and histograms below are filled up to what is read: up to `count`, and 64 buckets at
// a time.
// NOLINTBEGIN(clang-analyzer-core.*)
struct Best {
  i64 key = smallest_key;
  u32 candidate = 0;
};

template <class Stat>
inline Best best_candidate(const NodeTask<Stat>& task, Candidates<Stat>& c) {
  Best best;
  if (c.count == 0) return best;
  const u32 padded = (c.count + 7) / 8 * 8;
  for (u32 i = c.count; i < padded; ++i) {   // whole vectors: copies of the first never win
    c.weight[i] = c.weight[0];
    c.sum[i] = c.sum[0];
  }
  alignas(64) i64 key[264];
  key[0] = smallest_key;
  keys_of_pairs(*task.stat, c.weight, c.sum, padded, Stat::pair_of(task.drawn, task.sums), key);
  i64 top = key[0];
  for (u32 i = 0; i < padded; ++i) top = key[i] > top ? key[i] : top;
  u32 at = 0;
  while (key[at] != top) ++at;
  best.key = top;
  best.candidate = at;
  return best;
}

// One feature of a node. Returns whether the feature is constant in the node.
template <class Bucket, class Stat>
inline bool search_feature_pairs(const NodeTask<Stat>& task, const Axis& axis, u32 visit,
                                 typename Bucket::Word* buckets, Candidates<Stat>& c, Split<Stat>& split) {
  const Fit& fit = *task.fit;
  const u32 bins = axis.bins;
  u64 mask[4];
  occupied_bins(buckets, bins + 1, mask);   // buckets past the missing one are zero
  const typename Bucket::Word missing = buckets[bins];
  if (missing != 0) mask[bins / 64] &= ~(1ull << (bins % 64));
  const u32 words = (bins + 63) / 64;
  u32 occupied = 0;
  for (u32 w = 0; w < words; ++w) occupied += static_cast<u32>(__builtin_popcountll(mask[w]));
  if (occupied + (missing != 0) < 2) return true;
  const bool limited = fit.min_samples_leaf > 1 || task.min_weight > 0;
  const auto allowed = [&](typename Bucket::Word left) {
    const u32 l = Bucket::rows(left), r = task.rows - l;
    if (Bucket::tracked
            ? (l < fit.min_samples_leaf || r < fit.min_samples_leaf)
            : (Bucket::weight(left) < fit.min_samples_leaf || task.drawn - Bucket::weight(left) < fit.min_samples_leaf))
      return false;
    return !(Bucket::weight(left) < task.min_weight || task.drawn - Bucket::weight(left) < task.min_weight);
  };

  Drawn drawn{none32, 0};   // extra_trees: the one threshold to look at
  bool drawn_side = false, all_left = false;
  if (fit.random_thresholds && occupied > 0) {
    u32 first = 0, last = 0;
    for (u32 w = words; w-- > 0;)
      if (mask[w]) first = w * 64 + static_cast<u32>(__builtin_ctzll(mask[w]));
    for (u32 w = 0; w < words; ++w)
      if (mask[w]) last = w * 64 + 63 - static_cast<u32>(__builtin_clzll(mask[w]));
    const ThresholdDraw draw = threshold_draw(fit.node_key, task.tree, task.path, visit);
    drawn_side = draw.missing_left && missing != 0;
    all_left = drawn_side && first == last;   // one value, and the missing rows with it
    drawn = axis.draw(first, last, draw.share, task.rows);
  }

  for (u32 side = 0; side < (missing != 0 ? 2u : 1u); ++side) {   // 1: missing values go left
    typename Bucket::Word left = side ? missing : 0;
    c.count = 0;
    u32 seen = 0;
    if (!fit.random_thresholds) {
      for (u32 w = 0; w < words; ++w)
        for (u64 m = mask[w]; m != 0; m &= m - 1) {
          const u32 bin = w * 64 + static_cast<u32>(__builtin_ctzll(m));
          left += buckets[bin];
          ++seen;
          c.weight[c.count] = Bucket::weight(left);
          c.sum[c.count] = Bucket::sum(left);
          c.bin[c.count] = static_cast<u8>(bin);
          // The last occupied bin splits values from missing ones, which go right then.
          c.count += (seen < occupied || (side == 0 && missing != 0)) && (!limited || allowed(left));
        }
    } else if (side == static_cast<u32>(drawn_side)) {
      for (u32 bin = 0; bin <= drawn.bin; ++bin) left += buckets[bin];
      c.weight[0] = Bucket::weight(left);
      c.sum[0] = Bucket::sum(left);
      c.bin[0] = static_cast<u8>(drawn.bin);
      c.count = !all_left && (!limited || allowed(left));
    }
    const Best best = best_candidate(task, c);
    if (c.count == 0 || best.key <= split.key) continue;
    const u32 bin = c.bin[best.candidate];
    u32 next = bin + 1;   // the next occupied bin
    while (next < bins && buckets[next] == 0) ++next;
    bool missing_left = side != 0;
    // No missing row here: later ones follow the larger child (scikit-learn).
    if (missing == 0) missing_left = 2 * static_cast<u64>(c.weight[best.candidate]) > task.drawn;
    split.key = best.key;
    split.feature = axis.feature;
    split.threshold = fit.random_thresholds ? drawn.threshold : axis.threshold(bin, next);
    if (missing_left) split.threshold |= missing_left_bit;
    split.paired = true;
    split.left = {c.weight[best.candidate], c.sum[best.candidate]};
  }
  return false;
}

template <class Bucket, class Stat>
inline Split<Stat> search_pairs(const NodeTask<Stat>& task, Tree<Stat>& t) {
  using Word = typename Bucket::Word;
  const u32 features = task.data->features, buckets_of = (task.data->bucket_bins + 63) / 64 * 64;
  FeatureDraws draws{t.visited, (features + 31) / 32, features};
  Word* all = reinterpret_cast<Word*>(t.scratch);
  Candidates<Stat> c;
  OwnBins own[4];
  Split<Stat> split;
  bool constant = true;
  while (draws.count < features && (draws.count < task.fit->max_features || constant)) {
    const u32 wanted = draws.count < task.fit->max_features ? task.fit->max_features - draws.count : 1;
    const u32 group = wanted < 4 ? wanted : 4, first = draws.count;
    u32 feature[4] = {};
    Word* buckets[4] = {};
    Axis axis[4];
    bool any_own = false;
    for (u32 g = 0; g < group; ++g) {
      feature[g] = next_feature(draws, task);
      axis[g] = axis_of(task, feature[g], own[g]);
      any_own |= axis[g].place != nullptr;
      buckets[g] = all + g * buckets_of;
      const u32 used = (axis[g].bins + 64u) / 64 * 64;
      __builtin_memset(buckets[g], 0, used * sizeof(Word));
    }
    if (!any_own) {
      add_rows<Bucket>(task, group, feature, buckets);
    } else {
      for (u32 g = 0; g < group; ++g) {
        if (axis[g].place != nullptr)
          add_to_own_bins<Bucket>(task, axis[g], buckets[g]);
        else
          add_rows<Bucket, 1>(task, feature + g, buckets + g);
      }
    }
    for (u32 g = 0; g < group; ++g)
      if (!search_feature_pairs<Bucket>(task, axis[g], first + g, buckets[g], c, split)) constant = false;
  }
  for (u32 w = 0; w < draws.words; ++w) t.visited[w] = 0;
  return split;
}

// NOLINTEND(clang-analyzer-core.*)
