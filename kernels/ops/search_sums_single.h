// Finds a node's best split with one lane where a Stat's sums are many numbers, or too large for a pair's buckets. Buckets:
// [bins][padded numbers], zero between uses; rows per bin are counted only where min_samples_leaf asks for them. Included
// inside a backend's namespace.

// The analyzer does not see that arrays and histograms below are filled up to what is read.
// NOLINTBEGIN(clang-analyzer-core.*)
template <class Stat>
struct SumBuckets {
  using Number = typename Stat::Number;
  Number* buckets;   // [bins][padded]
  u32* rows;         // [bins], when tracked
  Number* left;      // [padded]
  u32 padded;
  bool tracked;
};

template <class Stat>
inline bool search_feature_sums(const NodeTask<Stat>& task, const Axis& axis, u32 visit, const SumBuckets<Stat>& m,
                                u64* mask, Split<Stat>& split) {
  const Fit& fit = *task.fit;
  const u32 bins = axis.bins, padded = m.padded;
  const bool missing = (mask[bins / 64] >> (bins % 64) & 1) != 0;
  mask[bins / 64] &= ~(1ull << (bins % 64));
  const u32 words = (bins + 63) / 64;
  u32 occupied = 0, first = none32, last = 0;
  for (u32 w = 0; w < words; ++w) {
    if (mask[w] == 0) continue;
    occupied += static_cast<u32>(__builtin_popcountll(mask[w]));
    if (first == none32) first = w * 64 + static_cast<u32>(__builtin_ctzll(mask[w]));
    last = w * 64 + 63 - static_cast<u32>(__builtin_clzll(mask[w]));
  }
  if (occupied + missing < 2) return true;
  Drawn drawn{none32, 0};   // extra_trees: the one threshold to look at
  bool drawn_side = false;
  if (fit.random_thresholds && occupied > 0) {
    const ThresholdDraw draw = threshold_draw(fit.node_key, task.tree, task.path, visit);
    drawn_side = draw.missing_left && missing;
    drawn = axis.draw(first, last, draw.share, task.rows);
  }
  using Number = typename Stat::Number;
  Number* left = m.left;
  for (u32 side = 0; side < (missing ? 2u : 1u); ++side) {   // 1: missing values go left
    if (fit.random_thresholds && side != static_cast<u32>(drawn_side)) continue;
    for (u32 k = 0; k < padded; ++k) left[k] = side ? m.buckets[bins * padded + k] : 0;
    u32 rows = side && m.tracked ? m.rows[bins] : 0, seen = 0;
    for (u32 w = 0; w < words; ++w)
      for (u64 rest = mask[w]; rest != 0; rest &= rest - 1) {
        const u32 bin = w * 64 + static_cast<u32>(__builtin_ctzll(rest));
        const u32 l = move_left(*task.stat, left, m.buckets + bin * padded, padded);
        if (m.tracked) rows += m.rows[bin];
        ++seen;
        if (seen == occupied && !(side == 0 && missing)) continue;
        if (fit.random_thresholds) {   // only the last bin not above the threshold
          u64 more = rest & (rest - 1);
          u32 next = more != 0 ? w * 64 + static_cast<u32>(__builtin_ctzll(more)) : none32;
          for (u32 v = w + 1; next == none32 && v < words; ++v)
            if (mask[v] != 0) next = v * 64 + static_cast<u32>(__builtin_ctzll(mask[v]));
          if (bin > drawn.bin || (next != none32 && next <= drawn.bin)) continue;
        }
        // Where rows are not counted, every row weighs 1 or one row is enough.
        const u32 left_rows = m.tracked ? rows : l, all_rows = m.tracked ? task.rows : task.drawn;
        if (left_rows < fit.min_samples_leaf || all_rows - left_rows < fit.min_samples_leaf) continue;
        if (!heavy_enough(*task.stat, l, task.drawn, task.sums, task.min_weight, [=](u32 k) { return left[k]; }))
          continue;
        const i64 key = key_of_sums(*task.stat, l, task.drawn, left, task.sums, padded);
        if (key <= split.key) continue;
        u32 next = bin + 1;
        while (next < bins && !(mask[next / 64] >> (next % 64) & 1)) ++next;
        const bool missing_left = missing ? side != 0 : 2 * static_cast<u64>(l) > task.drawn;
        split.key = key;
        split.feature = axis.feature;
        split.threshold = fit.random_thresholds ? drawn.threshold : axis.threshold(bin, next);
        if (missing_left) split.threshold |= missing_left_bit;
      }
  }
  return false;
}

template <class Stat>
inline u64 sum_buckets_count(const DatasetView& data) {
  return static_cast<u64>(data.bucket_bins) * Stat::padded(data);
}

// Adds a node's rows to the buckets of up to four features at once, so that a row's bins are fetched once. Narrow: all
// features have at most 64 bins, whose occupied ones are one word.
template <u32 group, bool narrow, class Stat>
inline void add_rows_to_sums(const NodeTask<Stat>& task, const u32* feature, typename Stat::Number* const* buckets,
                             u32 padded, u64 (*mask)[4]) {
  const u64 stride = task.data->features;
  const u8* bins = task.data->bins;
  u64 seen[group] = {};
  for (u32 i = 0; i < task.rows; ++i) {
    const Sample<Stat> s = task.samples[i];
    const u8* row = bins + s.row * stride;
    for (u32 g = 0; g < group; ++g) {
      const u32 bin = row[feature[g]];
      typename Stat::Number* bucket = buckets[g] + bin * padded;
      Stat::each(s.payload, [bucket](u32 k, auto x) { bucket[k] += x; });
      if constexpr (narrow)
        seen[g] |= 1ull << bin;
      else
        mask[g][bin / 64] |= 1ull << (bin % 64);
    }
  }
  if constexpr (narrow)
    for (u32 g = 0; g < group; ++g) mask[g][0] = seen[g];
}

template <bool narrow, class Stat>
inline void add_rows_to_sums(const NodeTask<Stat>& task, u32 group, const u32* feature,
                             typename Stat::Number* const* buckets, u32 padded, u64 (*mask)[4]) {
  if (group == 4)
    add_rows_to_sums<4, narrow>(task, feature, buckets, padded, mask);
  else if (group == 3)
    add_rows_to_sums<3, narrow>(task, feature, buckets, padded, mask);
  else if (group == 2)
    add_rows_to_sums<2, narrow>(task, feature, buckets, padded, mask);
  else
    add_rows_to_sums<1, narrow>(task, feature, buckets, padded, mask);
}

template <class Stat>
inline void add_own_bins_to_sums(const NodeTask<Stat>& task, const Axis& axis, typename Stat::Number* buckets,
                                 u32 padded, u64* mask) {
  for (u32 i = 0; i < task.rows; ++i) {
    const u32 bin = axis.place[i];
    typename Stat::Number* bucket = buckets + bin * padded;
    Stat::each(task.samples[i].payload, [bucket](u32 k, auto x) { bucket[k] += x; });
    mask[bin / 64] |= 1ull << (bin % 64);
  }
}

template <class Stat>
inline Split<Stat> search_sums(const NodeTask<Stat>& task, Tree<Stat>& t) {
  using Number = typename Stat::Number;
  const u32 features = task.data->features, numbers = Stat::numbers(*task.data), padded = Stat::padded(*task.data);
  FeatureDraws draws{t.visited, (features + 31) / 32, features};
  const u64 buckets_count = sum_buckets_count<Stat>(*task.data);
  SumBuckets<Stat> m;
  Number* all_buckets = reinterpret_cast<Number*>(t.scratch);
  m.left = all_buckets + 4 * buckets_count;
  Number* total = m.left + padded;
  m.rows = reinterpret_cast<u32*>(total + padded);
  m.padded = padded;
  m.tracked = task.fit->min_samples_leaf > 1 && task.fit->draws > 0;
  for (u32 k = 0; k < padded; ++k) total[k] = k < numbers ? task.sums[k] : 0;
  NodeTask<Stat> padded_task = task;
  padded_task.sums = total;
  const bool narrow = task.data->bucket_bins <= 64;
  OwnBins own[4];
  Split<Stat> split;
  bool constant = true;
  while (draws.count < features && (draws.count < task.fit->max_features || constant)) {
    const u32 wanted = draws.count < task.fit->max_features ? task.fit->max_features - draws.count : 1;
    const u32 group = wanted < 4 ? wanted : 4, first = draws.count;
    u32 feature[4];
    Number* buckets[4];
    Axis axis[4];
    bool any_own = false;
    u64 mask[4][4] = {};
    for (u32 g = 0; g < group; ++g) {
      feature[g] = next_feature(draws, task);
      axis[g] = axis_of(task, feature[g], own[g]);
      any_own |= axis[g].place != nullptr;
      buckets[g] = all_buckets + g * buckets_count;
    }
    if (any_own) {
      for (u32 g = 0; g < group; ++g) {
        if (axis[g].place != nullptr)
          add_own_bins_to_sums(task, axis[g], buckets[g], padded, mask[g]);
        else
          add_rows_to_sums<1, false>(task, feature + g, buckets + g, padded, mask + g);
      }
    } else if (narrow)
      add_rows_to_sums<true>(task, group, feature, buckets, padded, mask);
    else
      add_rows_to_sums<false>(task, group, feature, buckets, padded, mask);
    for (u32 g = 0; g < group; ++g) {
      m.buckets = buckets[g];
      if (m.tracked) {
        for (u32 b = 0; b <= axis[g].bins; ++b) m.rows[b] = 0;
        const u8* column = task.data->bins + feature[g];
        for (u32 i = 0; i < task.rows; ++i)
          ++m.rows[axis[g].place != nullptr ? axis[g].place[i]
                                            : column[task.samples[i].row * static_cast<u64>(features)]];
      }
      u64 searched[4] = {mask[g][0], mask[g][1], mask[g][2], mask[g][3]};
      if (!search_feature_sums(padded_task, axis[g], first + g, m, searched, split)) constant = false;
      for (u32 w = 0; w < 4; ++w)
        for (u64 rest = mask[g][w]; rest != 0; rest &= rest - 1) {
          Number* bucket = m.buckets + (w * 64 + static_cast<u32>(__builtin_ctzll(rest))) * padded;
          for (u32 k = 0; k < padded; ++k) bucket[k] = 0;
        }
    }
  }
  for (u32 w = 0; w < draws.words; ++w) t.visited[w] = 0;
  return split;
}

// NOLINTEND(clang-analyzer-core.*)
