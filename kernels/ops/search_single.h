// Finds a node's best split with one lane: the body for a core. Node by node, histograms stay in L1, only occupied bins
// are looked at, candidates of two classes are scored as vectors. ops/search_team.h is the same search for many lanes.
// Included inside a backend's namespace.

struct Split {
  i64 key = smallest_key;
  u32 feature = none32;
  u32 threshold = 0;                    // see ops/threshold.h
  u32 left_weight = 0, left_ones = 0;   // two classes: bootstrap counts that go left
};

// Histogram cells of two classes: bootstrap counts of all rows and of class 1 in one integer, as narrow as the node
// allows; `Tracked` also counts rows, which min_samples_leaf is about.
struct Cell16 {
  using Word = u32;
  static constexpr bool tracked = false;
  static Word item(u32 wl) { return (wl >> 8) * (1u + ((wl & 1u) << 16)); }
  static u32 weight(Word c) { return c & 0xffffu; }
  static u32 ones(Word c) { return c >> 16; }
  static u32 rows(Word c) { return c & 0xffffu; }
};
struct Cell32 {
  using Word = u64;
  static constexpr bool tracked = false;
  static Word item(u32 wl) { return static_cast<u64>(wl >> 8) * (1ull + (static_cast<u64>(wl & 1u) << 32)); }
  static u32 weight(Word c) { return static_cast<u32>(c); }
  static u32 ones(Word c) { return static_cast<u32>(c >> 32); }
  static u32 rows(Word c) { return static_cast<u32>(c); }
};
struct Cell21 {
  using Word = u64;
  static constexpr bool tracked = true;
  static Word item(u32 wl) {
    return (static_cast<u64>(wl >> 8) * (1ull + (static_cast<u64>(wl & 1u) << 21))) | 1ull << 42;
  }
  static u32 weight(Word c) { return static_cast<u32>(c) & 0x1fffffu; }
  static u32 ones(Word c) { return static_cast<u32>(c >> 21) & 0x1fffffu; }
  static u32 rows(Word c) { return static_cast<u32>(c >> 42); }
};

// Candidates of one feature, in order of their bins: what goes left at each.
struct Candidates {
  u32 count = 0;
  alignas(64) u32 weight[264];
  alignas(64) u32 ones[264];
  alignas(64) u8 bin[264];
};

// Adds a node's rows to the cells of up to four features at once, so that a row's bins are fetched once.
template <class Cell, u32 group>
inline void add_rows(const NodeTask& task, const u32* feature, typename Cell::Word* const* cells) {
  const u64 stride = task.data->features;
  const u8* bins = task.data->bins;
  for (u32 i = 0; i < task.rows; ++i) {
    const Sample s = task.samples[i];
    const u8* row = bins + s.row * stride;
    const typename Cell::Word item = Cell::item(s.weight_label);
    for (u32 g = 0; g < group; ++g) cells[g][row[feature[g]]] += item;
  }
}

template <class Cell>
inline void add_rows(const NodeTask& task, u32 group, const u32* feature, typename Cell::Word* const* cells) {
  // Copies of the pointers: stores to cells can't change what a local array holds.
  const u32 f[4] = {feature[0], feature[1], feature[2], feature[3]};
  typename Cell::Word* const c[4] = {cells[0], cells[1], cells[2], cells[3]};
  if (group == 1)
    add_rows<Cell, 1>(task, f, c);
  else if (group == 2)
    add_rows<Cell, 2>(task, f, c);
  else if (group == 3)
    add_rows<Cell, 3>(task, f, c);
  else
    add_rows<Cell, 4>(task, f, c);
}

// To one feature's own bins.
template <class Cell>
inline void add_to_own_bins(const NodeTask& task, const Axis& axis, typename Cell::Word* cells) {
  for (u32 i = 0; i < task.rows; ++i) cells[axis.place[i]] += Cell::item(task.samples[i].weight_label);
}

// Bit i: cells[i] is not zero, for 64 cells.
inline u64 occupied_64(const u32* cells) {
  u64 mask = 0;
#if defined(__AVX2__)
  for (u32 i = 0; i < 64; i += 8) {
    const __m256i c = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(cells + i));
    const __m256i zero = _mm256_cmpeq_epi32(c, _mm256_setzero_si256());
    mask |= static_cast<u64>(~_mm256_movemask_ps(_mm256_castsi256_ps(zero)) & 0xff) << i;
  }
#else
  for (u32 i = 0; i < 64; i += 4) {
    const __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(cells + i));
    const __m128i zero = _mm_cmpeq_epi32(c, _mm_setzero_si128());
    mask |= static_cast<u64>(~_mm_movemask_ps(_mm_castsi128_ps(zero)) & 0xf) << i;
  }
#endif
  return mask;
}
inline u64 occupied_64(const u64* cells) {
  u64 mask = 0;
#if defined(__AVX2__)
  for (u32 i = 0; i < 64; i += 4) {
    const __m256i c = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(cells + i));
    const __m256i zero = _mm256_cmpeq_epi64(c, _mm256_setzero_si256());
    mask |= static_cast<u64>(~_mm256_movemask_pd(_mm256_castsi256_pd(zero)) & 0xf) << i;
  }
#else
  for (u32 i = 0; i < 64; ++i) mask |= static_cast<u64>(cells[i] != 0) << i;
#endif
  return mask;
}

// Bit b of mask: cell b is not zero. cells: a whole number of 64.
template <class Word>
inline void occupied_bins(const Word* cells, u32 bins, u64* mask) {
  for (u32 w = 0; w * 64 < bins; ++w) mask[w] = occupied_64(cells + w * 64);
}

// The analyzer does not see that arrays and histograms below are filled up to what is read: up to `count`, and 64 cells at
// a time.
// NOLINTBEGIN(clang-analyzer-core.*)
struct Best {
  i64 key = smallest_key;
  u32 candidate = 0;
};

inline Best best_candidate(const NodeTask& task, Candidates& c) {
  Best best;
  if (c.count == 0) return best;
  const u32 padded = (c.count + 7) / 8 * 8;
  for (u32 i = c.count; i < padded; ++i) {   // whole vectors: copies of the first never win
    c.weight[i] = c.weight[0];
    c.ones[i] = c.ones[0];
  }
  alignas(64) i64 key[264];
  key[0] = smallest_key;
  if (task.fit->criterion == gini) {
    const double n = task.n, n1 = task.n1;
    alignas(64) double value[264];
    for (u32 i = 0; i < padded; ++i)
      value[i] = gini_binary(static_cast<double>(static_cast<int>(c.weight[i])),
                             static_cast<double>(static_cast<int>(c.ones[i])), n, n1);
    __builtin_memcpy(key, value, padded * sizeof(double));
  } else {
    const i64* terms = task.data->entropy_terms;
    for (u32 i = 0; i < padded; ++i) key[i] = entropy_binary(terms, c.weight[i], c.ones[i], task.n, task.n1);
  }
  i64 top = key[0];
  for (u32 i = 0; i < padded; ++i) top = key[i] > top ? key[i] : top;
  u32 at = 0;
  while (key[at] != top) ++at;
  best.key = top;
  best.candidate = at;
  return best;
}

// One feature of a two-class node. Returns whether the feature is constant in the node.
template <class Cell>
inline bool search_feature_binary(const NodeTask& task, const Axis& axis, u32 visit, typename Cell::Word* cells,
                                  Candidates& c, Split& split) {
  const Fit& fit = *task.fit;
  const u32 bins = axis.bins;
  u64 mask[4];
  occupied_bins(cells, bins + 1, mask);   // cells past the missing one are zero
  const typename Cell::Word missing = cells[bins];
  if (missing != 0) mask[bins / 64] &= ~(1ull << (bins % 64));
  const u32 words = (bins + 63) / 64;
  u32 occupied = 0;
  for (u32 w = 0; w < words; ++w) occupied += static_cast<u32>(__builtin_popcountll(mask[w]));
  if (occupied + (missing != 0) < 2) return true;
  const bool limited = fit.min_samples_leaf > 1 || task.min_weight > 0;
  const auto allowed = [&](typename Cell::Word left) {
    const u32 l = Cell::rows(left), r = task.rows - l;
    if (Cell::tracked
            ? (l < fit.min_samples_leaf || r < fit.min_samples_leaf)
            : (Cell::weight(left) < fit.min_samples_leaf || task.n - Cell::weight(left) < fit.min_samples_leaf))
      return false;
    return !(Cell::weight(left) < task.min_weight || task.n - Cell::weight(left) < task.min_weight);
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
    typename Cell::Word left = side ? missing : 0;
    c.count = 0;
    u32 seen = 0;
    if (!fit.random_thresholds) {
      for (u32 w = 0; w < words; ++w)
        for (u64 m = mask[w]; m != 0; m &= m - 1) {
          const u32 bin = w * 64 + static_cast<u32>(__builtin_ctzll(m));
          left += cells[bin];
          ++seen;
          c.weight[c.count] = Cell::weight(left);
          c.ones[c.count] = Cell::ones(left);
          c.bin[c.count] = static_cast<u8>(bin);
          // The last occupied bin splits values from missing ones, which go right then.
          c.count += (seen < occupied || (side == 0 && missing != 0)) && (!limited || allowed(left));
        }
    } else if (side == static_cast<u32>(drawn_side)) {
      for (u32 bin = 0; bin <= drawn.bin; ++bin) left += cells[bin];
      c.weight[0] = Cell::weight(left);
      c.ones[0] = Cell::ones(left);
      c.bin[0] = static_cast<u8>(drawn.bin);
      c.count = !all_left && (!limited || allowed(left));
    }
    const Best best = best_candidate(task, c);
    if (c.count == 0 || best.key <= split.key) continue;
    const u32 bin = c.bin[best.candidate];
    u32 next = bin + 1;   // the next occupied bin
    while (next < bins && cells[next] == 0) ++next;
    bool missing_left = side != 0;
    // No missing row here: later ones follow the larger child (scikit-learn).
    if (missing == 0) missing_left = 2 * static_cast<u64>(c.weight[best.candidate]) > task.n;
    split.key = best.key;
    split.feature = axis.feature;
    split.threshold = fit.random_thresholds ? drawn.threshold : axis.threshold(bin, next);
    if (missing_left) split.threshold |= missing_left_bit;
    split.left_weight = c.weight[best.candidate];
    split.left_ones = c.ones[best.candidate];
  }
  return false;
}

// Draws a node's features one after the other. visited must be zero and is left zero.
struct FeatureDraws {
  u32* visited;
  u32 words, features, count = 0;
  Words block{};
};
inline u32 next_feature(FeatureDraws& d, const NodeTask& task) {
  const u32 word = feature_word(task.fit->node_key, task.tree, task.path, d.count, &d.block);
  const u32 f = visit_feature(d.visited, below(word, d.features - d.count));
  ++d.count;
  return f;
}

template <class Cell>
inline Split search_binary(const NodeTask& task, Tree& t) {
  using Word = typename Cell::Word;
  const u32 features = task.data->features, cells_of = (task.data->cell_bins + 63) / 64 * 64;
  FeatureDraws draws{t.visited, (features + 31) / 32, features};
  Word* all = reinterpret_cast<Word*>(t.scratch);
  Candidates c;
  OwnBins own[4];
  Split split;
  bool constant = true;
  while (draws.count < features && (draws.count < task.fit->max_features || constant)) {
    const u32 wanted = draws.count < task.fit->max_features ? task.fit->max_features - draws.count : 1;
    const u32 group = wanted < 4 ? wanted : 4, first = draws.count;
    u32 feature[4] = {};
    Word* cells[4] = {};
    Axis axis[4];
    bool any_own = false;
    for (u32 g = 0; g < group; ++g) {
      feature[g] = next_feature(draws, task);
      axis[g] = axis_of(task, feature[g], own[g]);
      any_own |= axis[g].place != nullptr;
      cells[g] = all + g * cells_of;
      const u32 used = (axis[g].bins + 64u) / 64 * 64;
      __builtin_memset(cells[g], 0, used * sizeof(Word));
    }
    if (!any_own) {
      add_rows<Cell>(task, group, feature, cells);
    } else {
      for (u32 g = 0; g < group; ++g) {
        if (axis[g].place != nullptr)
          add_to_own_bins<Cell>(task, axis[g], cells[g]);
        else
          add_rows<Cell, 1>(task, feature + g, cells + g);
      }
    }
    for (u32 g = 0; g < group; ++g)
      if (!search_feature_binary<Cell>(task, axis[g], first + g, cells[g], c, split)) constant = false;
  }
  for (u32 w = 0; w < draws.words; ++w) t.visited[w] = 0;
  return split;
}

// Many classes, class weights, or counts too large for a packed cell. Cells: [bins][padded classes] bootstrap counts, zero
// between uses; rows per bin are counted only where min_samples_leaf asks for them.
inline u32 padded_classes(u32 classes) { return (classes + 15) / 16 * 16; }

// A candidate's key from what goes left, [padded classes]; l: its sum.
inline i64 key_many(const NodeTask& task, const u32* left, u32 l, u32 padded) {
  const u32 classes = task.data->classes;
  if (task.weight != nullptr)
    return key_weighted(task.fit->criterion, task.weight, task.counts, classes, [=](u32 k) { return left[k]; });
  if (task.fit->criterion == gini) {
    u64 sl = 0, sr = 0;
    if (task.n < 65536) {   // squares and their sums fit 32 bits
      u32 a = 0, b = 0;
      for (u32 k = 0; k < padded; ++k) {
        const u32 r = task.counts[k] - left[k];
        a += left[k] * left[k];
        b += r * r;
      }
      sl = a;
      sr = b;
    } else {
      for (u32 k = 0; k < padded; ++k) {
        const u64 x = left[k], r = task.counts[k] - left[k];
        sl += x * x;
        sr += r * r;
      }
    }
    return static_cast<i64>(bits_of(gini_sums(sl, sr, l, task.n)));
  }
  const i64* terms = task.data->entropy_terms;
  i64 sum = -terms[l] - terms[task.n - l];
  for (u32 k = 0; k < classes; ++k) sum += terms[left[k]] + terms[task.counts[k] - left[k]];
  return sum;
}

struct ManyCells {
  u32* cells;   // [bins][padded]
  u32* rows;    // [bins], when tracked
  u32* left;    // [padded]
  u32 padded;
  bool tracked;
};

inline bool search_feature_many(const NodeTask& task, const Axis& axis, u32 visit, const ManyCells& m, u64* mask,
                                Split& split) {
  const Fit& fit = *task.fit;
  const u32 bins = axis.bins, classes = task.data->classes, padded = m.padded;
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
  u32* left = m.left;
  for (u32 side = 0; side < (missing ? 2u : 1u); ++side) {   // 1: missing values go left
    if (fit.random_thresholds && side != static_cast<u32>(drawn_side)) continue;
    for (u32 k = 0; k < padded; ++k) left[k] = side ? m.cells[bins * padded + k] : 0;
    u32 rows = side && m.tracked ? m.rows[bins] : 0, seen = 0;
    for (u32 w = 0; w < words; ++w)
      for (u64 rest = mask[w]; rest != 0; rest &= rest - 1) {
        const u32 bin = w * 64 + static_cast<u32>(__builtin_ctzll(rest));
        const u32* cell = m.cells + bin * padded;
        u32 l = 0;
        for (u32 k = 0; k < padded; ++k) {
          left[k] += cell[k];
          l += left[k];
        }
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
        const u32 left_rows = m.tracked ? rows : l, all_rows = m.tracked ? task.rows : task.n;
        if (left_rows < fit.min_samples_leaf || all_rows - left_rows < fit.min_samples_leaf) continue;
        if (!heavy_enough(task.weight, task.counts, classes, l, task.n, task.min_weight,
                          [=](u32 k) { return left[k]; }))
          continue;
        const i64 key = key_many(task, left, l, padded);
        if (key <= split.key) continue;
        u32 next = bin + 1;
        while (next < bins && !(mask[next / 64] >> (next % 64) & 1)) ++next;
        const bool missing_left = missing ? side != 0 : 2 * static_cast<u64>(l) > task.n;
        split.key = key;
        split.feature = axis.feature;
        split.threshold = fit.random_thresholds ? drawn.threshold : axis.threshold(bin, next);
        if (missing_left) split.threshold |= missing_left_bit;
        split.left_weight = l;
        split.left_ones = none32;   // to be counted
      }
  }
  return false;
}

inline u64 many_cells_count(const DatasetView& data) {
  return static_cast<u64>(data.cell_bins) * padded_classes(data.classes);
}

// Adds a node's rows to the cells of up to four features at once, so that a row's bins are fetched once. Narrow: all
// features have at most 64 bins, whose occupied ones are one word.
template <u32 group, bool narrow>
inline void add_rows_many(const NodeTask& task, const u32* feature, u32* const* cells, u32 padded, u64 (*mask)[4]) {
  const u64 stride = task.data->features;
  const u8* bins = task.data->bins;
  u64 seen[group] = {};
  for (u32 i = 0; i < task.rows; ++i) {
    const Sample s = task.samples[i];
    const u8* row = bins + s.row * stride;
    const u32 label = s.weight_label & 255, w = s.weight_label >> 8;
    for (u32 g = 0; g < group; ++g) {
      const u32 bin = row[feature[g]];
      cells[g][bin * padded + label] += w;
      if constexpr (narrow)
        seen[g] |= 1ull << bin;
      else
        mask[g][bin / 64] |= 1ull << (bin % 64);
    }
  }
  if constexpr (narrow)
    for (u32 g = 0; g < group; ++g) mask[g][0] = seen[g];
}

template <bool narrow>
inline void add_rows_many(const NodeTask& task, u32 group, const u32* feature, u32* const* cells, u32 padded,
                          u64 (*mask)[4]) {
  if (group == 4)
    add_rows_many<4, narrow>(task, feature, cells, padded, mask);
  else if (group == 3)
    add_rows_many<3, narrow>(task, feature, cells, padded, mask);
  else if (group == 2)
    add_rows_many<2, narrow>(task, feature, cells, padded, mask);
  else
    add_rows_many<1, narrow>(task, feature, cells, padded, mask);
}

inline void add_to_own_bins_many(const NodeTask& task, const Axis& axis, u32* cells, u32 padded, u64* mask) {
  for (u32 i = 0; i < task.rows; ++i) {
    const u32 bin = axis.place[i], wl = task.samples[i].weight_label;
    cells[bin * padded + (wl & 255)] += wl >> 8;
    mask[bin / 64] |= 1ull << (bin % 64);
  }
}

inline Split search_many(const NodeTask& task, Tree& t) {
  const u32 features = task.data->features, classes = task.data->classes, padded = padded_classes(classes);
  FeatureDraws draws{t.visited, (features + 31) / 32, features};
  ManyCells m;
  u32* all_cells = reinterpret_cast<u32*>(t.scratch);
  m.rows = all_cells + 4 * many_cells_count(*task.data);
  m.left = m.rows + (task.data->cell_bins + 15) / 16 * 16;
  u32* total = m.left + padded;
  m.padded = padded;
  m.tracked = task.fit->min_samples_leaf > 1 && task.fit->draws > 0;
  for (u32 k = 0; k < padded; ++k) total[k] = k < classes ? task.counts[k] : 0;
  NodeTask padded_task = task;
  padded_task.counts = total;
  const bool narrow = task.data->cell_bins <= 64;
  OwnBins own[4];
  Split split;
  bool constant = true;
  while (draws.count < features && (draws.count < task.fit->max_features || constant)) {
    const u32 wanted = draws.count < task.fit->max_features ? task.fit->max_features - draws.count : 1;
    const u32 group = wanted < 4 ? wanted : 4, first = draws.count;
    u32 feature[4];
    u32* cells[4];
    Axis axis[4];
    bool any_own = false;
    u64 mask[4][4] = {};
    for (u32 g = 0; g < group; ++g) {
      feature[g] = next_feature(draws, task);
      axis[g] = axis_of(task, feature[g], own[g]);
      any_own |= axis[g].place != nullptr;
      cells[g] = all_cells + g * many_cells_count(*task.data);
    }
    if (any_own) {
      for (u32 g = 0; g < group; ++g) {
        if (axis[g].place != nullptr)
          add_to_own_bins_many(task, axis[g], cells[g], padded, mask[g]);
        else
          add_rows_many<1, false>(task, feature + g, cells + g, padded, mask + g);
      }
    } else if (narrow)
      add_rows_many<true>(task, group, feature, cells, padded, mask);
    else
      add_rows_many<false>(task, group, feature, cells, padded, mask);
    for (u32 g = 0; g < group; ++g) {
      m.cells = cells[g];
      if (m.tracked) {
        for (u32 b = 0; b <= axis[g].bins; ++b) m.rows[b] = 0;
        const u8* column = task.data->bins + feature[g];
        for (u32 i = 0; i < task.rows; ++i)
          ++m.rows[axis[g].place != nullptr ? axis[g].place[i]
                                            : column[task.samples[i].row * static_cast<u64>(features)]];
      }
      u64 searched[4] = {mask[g][0], mask[g][1], mask[g][2], mask[g][3]};
      if (!search_feature_many(padded_task, axis[g], first + g, m, searched, split)) constant = false;
      for (u32 w = 0; w < 4; ++w)
        for (u64 rest = mask[g][w]; rest != 0; rest &= rest - 1) {
          u32* cell = m.cells + (w * 64 + static_cast<u32>(__builtin_ctzll(rest))) * padded;
          for (u32 k = 0; k < padded; ++k) cell[k] = 0;
        }
    }
  }
  for (u32 w = 0; w < draws.words; ++w) t.visited[w] = 0;
  return split;
}

// NOLINTEND(clang-analyzer-core.*)

inline bool packs_two_classes(const DatasetView& data, const Fit& fit) {
  return data.classes == 2 && fit.weighted == 0;
}

// Before a tree's first search: search_many's cells are zero between uses.
inline void clear_cells(const DatasetView& data, const Fit& fit, Tree& t) {
  if (!packs_two_classes(data, fit) || t.weight[0] >= 1u << 21)
    __builtin_memset(t.scratch, 0, 4 * many_cells_count(data) * sizeof(u32));
}

inline u64 single_scratch_bytes(const DatasetView& data) {
  const u64 cells_of = (data.cell_bins + 63) / 64 * 64;
  const u64 binary = 4 * cells_of * sizeof(u64);
  const u64 many = (4 * many_cells_count(data) + cells_of + 2 * padded_classes(data.classes)) * sizeof(u32);
  return binary > many ? binary : many;
}

inline Split search_node(const NodeTask& task, Tree& t) {
  if (packs_two_classes(*task.data, *task.fit)) {
    // Without a bootstrap a row weighs 1, so weights count rows.
    const bool track = task.fit->min_samples_leaf > 1 && task.fit->draws > 0;
    if (!track && task.n < 65536) return search_binary<Cell16>(task, t);
    if (!track) return search_binary<Cell32>(task, t);
    if (task.n < 1u << 21) return search_binary<Cell21>(task, t);
  }
  return search_many(task, t);
}
