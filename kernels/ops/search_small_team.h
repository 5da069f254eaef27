// Finds the best split of a node of at most exact_rows rows with the lanes of one warp, which compare each row with each
// other: no histogram, and values are told apart within bins. Included inside a backend's namespace.

// A row of a small node as one feature sees it.
struct alignas(8) Staged {
  u32 code;   // a missing cell's is above all others
  u32 item;   // packed: what it adds to a packed cell; otherwise its Sample::weight_label
};

// One feature of a small node, staged by its warp.
struct SmallNode {
  const DatasetView& data;
  const Fit& fit;
  const double* class_weight;
  const u32* counts;       // [classes]
  u32 rows, n;             // n: sum of bootstrap counts
  u32 missing_code;        // codes from here on are missing cells'
  u32 missing;             // packed: what missing rows add up to; otherwise their number
  u32 drawn, drawn_side;   // extra_trees: the one threshold
  double min_weight;
  const Staged* stage;   // [rows]
  u32* left;             // [classes][warp_lanes] counts of a candidate, a column for each lane; unless packed
};

// Candidates are ordered by side, then code: index = side << 16 | code.
struct SmallBest {
  i64 key = smallest_key;
  u32 index = none32, left = 0;
};

// Each row's code is a candidate; equal codes are equal candidates. A lane looks at `lane_rows` of them at once.
template <u32 lane_rows, class Block>
DEVICE SmallBest packed_candidates(Block& block, const SmallNode& s, u32 candidates) {
  SmallBest best;
  const bool random = s.fit.random_thresholds != 0;
  for (u32 from = block.warp_lane(); from < candidates; from += lane_rows * block.warp_lanes()) {
    u32 code[lane_rows], left[lane_rows];
    for (u32 m = 0; m < lane_rows; ++m) {
      const u32 i = from + m * block.warp_lanes();
      code[m] = i < candidates ? (random ? s.drawn : s.stage[i].code) : s.missing_code;
      left[m] = 0;
    }
    for (u32 k = 0; k < s.rows; ++k) {
      const Staged other = s.stage[k];
      for (u32 m = 0; m < lane_rows; ++m) left[m] += other.code <= code[m] ? other.item : 0;
    }
    for (u32 m = 0; m < lane_rows; ++m) {
      if (code[m] >= s.missing_code) continue;
      for (u32 side = 0; side < (s.missing != 0 ? 2u : 1u); ++side) {
        if (random && side != s.drawn_side) continue;
        const u32 all = left[m] + (side ? s.missing : 0), l = all & 0xffffu;
        if (l == s.n || l < s.fit.min_samples_leaf || s.n - l < s.fit.min_samples_leaf || l < s.min_weight ||
            s.n - l < s.min_weight)
          continue;
        const i64 key = key_binary(s.fit.criterion, s.data.entropy_terms, l, all >> 16, s.n, s.counts[1]);
        const u32 index = side << 16 | code[m];
        if (key > best.key || (key == best.key && index < best.index)) best = {key, index, all};
      }
    }
  }
  return best;
}

// The counts of a candidate's left side, by class in the lane's column.
struct CountedLeft {
  u32 rows, weight;
};
template <class Block>
DEVICE CountedLeft count_left(Block& block, const SmallNode& s, u32 code, u32 side) {
  u32* left = s.left + block.warp_lane();
  for (u32 k = 0; k < s.data.classes; ++k) left[k * block.warp_lanes()] = 0;
  CountedLeft sum{0, 0};
  for (u32 i = 0; i < s.rows; ++i) {
    const Staged other = s.stage[i];
    if (!(other.code <= code || (side && other.code >= s.missing_code))) continue;
    left[(other.item & 255) * block.warp_lanes()] += other.item >> 8;
    sum.weight += other.item >> 8;
    ++sum.rows;
  }
  return sum;
}

// Many classes, class weights, or leaves whose rows are counted.
template <class Block>
DEVICE SmallBest counted_candidates(Block& block, const SmallNode& s, u32 candidates) {
  SmallBest best;
  const bool random = s.fit.random_thresholds != 0;
  const u32 stride = block.warp_lanes();
  const u32* left = s.left + block.warp_lane();
  for (u32 i = block.warp_lane(); i < candidates; i += block.warp_lanes()) {
    const u32 code = random ? s.drawn : s.stage[i].code;
    if (code >= s.missing_code) continue;
    for (u32 side = 0; side < (s.missing != 0 ? 2u : 1u); ++side) {
      if (random && side != s.drawn_side) continue;
      const CountedLeft l = count_left(block, s, code, side);
      if (l.rows == s.rows || l.rows < s.fit.min_samples_leaf || s.rows - l.rows < s.fit.min_samples_leaf) continue;
      const auto left_of = [&](u32 k) { return left[k * stride]; };
      if (!heavy_enough(s.class_weight, s.counts, s.data.classes, l.weight, s.n, s.min_weight, left_of)) continue;
      const i64 key = key_of_counts(s.data, s.fit, s.class_weight, s.counts, l.weight, s.n, left_of);
      const u32 index = side << 16 | code;
      if (key > best.key || (key == best.key && index < best.index)) best = {key, index, 0};
    }
  }
  return best;
}

// What a warp of up to 32 lanes needs for small nodes, in words of its own.
DEVICE u32 small_words(const DatasetView& data, bool packed) {
  return 2 * exact_rows + (packed ? 0 : 32 * data.classes);
}

// One node by one warp, all its features. words: [small_words], the warp's own.
template <class Block>
DEVICE void search_small(Block& block, const DatasetView& data, const Fit& fit, const CellShape& shape, const Tree& t,
                         u32 v, u32 tree, const double* weight, u32* visited, u32 visited_words, double min_weight,
                         u32* words, const Found& found, u32 at) {
  constexpr u32 own_rows = exact_rows / Block::warp_lanes();   // that a lane holds
  const u32 begin = t.begin[v], rows = t.end[v] - begin, classes = data.classes;
  Staged* stage = reinterpret_cast<Staged*>(words);
  for (u32 w = block.warp_lane(); w < visited_words; w += block.warp_lanes()) visited[w] = 0;
  block.warp_sync();
  SlotBest best{smallest_key, none32, 0, 0, 0, 0, 0};
  u32 best_feature = none32;
  bool constant = true;
  Sample own[own_rows];
  for (u32 m = 0; m < own_rows; ++m) {
    const u32 i = block.warp_lane() + m * block.warp_lanes();
    own[m] = i < rows ? t.samples[begin + i] : Sample{};
  }
  Words draws{};
  for (u32 j = 0; j < data.features && (j < fit.max_features || constant); ++j) {
    if (j % 4 == 0)
      draws = philox(fit.node_key, j / 4, tree, static_cast<u32>(t.path[v]), static_cast<u32>(t.path[v] >> 32));
    const FeaturePlace found_feature = find_feature(visited, below(draws.v[j % 4], data.features - j));
    const u32 f = found_feature.feature;
    block.warp_sync();   // every lane finds the same one, then one marks it
    if (block.warp_lane() == 0) visited[found_feature.word] |= found_feature.bit;
    const u32 missing_code = data.feature_bins[f] << 8;
    u32 least = none32, most_inverted = none32, missing = 0;   // of values; what missing rows add up to
    for (u32 m = 0; m < own_rows; ++m) {
      const u32 i = block.warp_lane() + m * block.warp_lanes();
      if (i >= rows) break;
      const Sample s = own[m];
      const u32 code = code_of(data, s.cells, f), w = s.weight_label >> 8;
      const u32 item = shape.packed ? (w | (s.weight_label & 255 ? w << 16 : 0)) : s.weight_label;
      stage[i] = {code, item};
      if (code >= missing_code) {
        missing += shape.packed ? item : 1;
      } else {
        least = code < least ? code : least;
        most_inverted = ~code < most_inverted ? ~code : most_inverted;
      }
    }
    block.warp_sync();
    least = block.warp_min(least);
    const u32 most = ~block.warp_min(most_inverted);
    missing = data.feature_missing[f] ? block.warp_sum32(missing) : 0;
    if (least == none32 || (least == most && missing == 0)) {   // constant
      block.warp_sync();
      continue;
    }
    constant = false;
    u32 drawn = none32, drawn_side = 0;
    if (fit.random_thresholds) {
      const ThresholdDraw draw = threshold_draw(fit.node_key, tree, t.path[v], j);
      drawn = threshold_of_codes(data, f, least, most, draw.share);
      drawn_side = draw.missing_left && missing != 0;
    }
    const SmallNode node{data,
                         fit,
                         weight,
                         t.counts + static_cast<u64>(v) * classes,
                         rows,
                         t.weight[v],
                         missing_code,
                         missing,
                         drawn,
                         drawn_side,
                         min_weight,
                         stage,
                         words + 2 * exact_rows};
    const u32 candidates = fit.random_thresholds ? 1 : rows;
    SmallBest mine;
    if (!shape.packed)
      mine = counted_candidates(block, node, candidates);
    else if (candidates <= block.warp_lanes())
      mine = packed_candidates<1>(block, node, candidates);
    else if (candidates <= 2 * block.warp_lanes())
      mine = packed_candidates<2>(block, node, candidates);
    else
      mine = packed_candidates<4>(block, node, candidates);
    const i64 key = mine.key;
    const u32 index = mine.index, left_of_key = mine.left;
    const i64 top = block.warp_max(key);
    if (top > best.key) {
      const u32 winner = block.warp_min(key == top ? index : none32), code = winner & 0xffffu;
      best.key = top;
      best.side = winner >> 16;
      best.missing = missing;
      u32 next = none32;
      for (u32 i = block.warp_lane(); i < rows; i += block.warp_lanes()) {
        const u32 other = stage[i].code;
        if (other > code && other < missing_code && other < next) next = other;
      }
      next = block.warp_min(next);
      best.threshold = fit.random_thresholds ? drawn
                       : next == none32      ? all_values(data, f)
                                             : threshold_of_codes(data, f, code, next, 0.5);
      best_feature = f;
      u32* left = found.left_counts + static_cast<u64>(at) * classes;
      if (shape.packed) {
        best.left = ~block.warp_min(key == top && index == winner ? ~left_of_key : none32);
      } else if (block.warp_lane() == 0) {   // counted anew by one lane
        count_left(block, node, code, best.side);
        for (u32 k = 0; k < classes; ++k) left[k] = node.left[k * block.warp_lanes()];
      }
    }
    block.warp_sync();   // the stage is read by all, then written again
  }
  if (block.warp_lane() == 0) {
    found.best[at] = best;
    found.feature[at] = best_feature;
    if (shape.packed) {
      u32* left = found.left_counts + 2 * static_cast<u64>(at);
      left[1] = best.left >> 16;
      left[0] = (best.left & 0xffffu) - left[1];
    }
  }
}
