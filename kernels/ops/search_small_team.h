// Finds the best split of a node of at most exact_rows rows with the lanes of one warp, which compare each row with each
// other: no histogram, and values are told apart within bins. Included inside a backend's namespace.

// A row of a small node as one feature sees it.
template <class Stat>
struct alignas(8) Staged {
  u32 code;                      // a missing cell's is above all others
  typename Stat::Payload item;   // packed: the word that it adds; otherwise the sample's payload
};

// A small node and its warp's memory.
template <class Stat>
struct SmallNode {
  using Number = typename Stat::Number;
  const Growth<Stat>& growth;
  const CellShape& shape;
  const Tree<Stat>& tree;
  u32 node, rows, drawn;   // drawn: sum of bootstrap counts
  Staged<Stat>* stage;     // [rows]
  Number* left;            // [numbers][warp_lanes] sums of a candidate, a column for each lane; unless packed

  DEVICE const Number* sums() const { return sums_of(growth.stat, tree, node); }   // [numbers]
  DEVICE u64 path() const { return tree.path[node]; }
};

// A feature of the node, once it is staged.
struct SmallFeature {
  u32 feature;
  u32 missing_code;        // codes from here on are missing cells'
  u32 missing;             // packed: what missing rows add up to; otherwise their number
  u32 least, most;         // codes of values; none32: there is none
  u32 drawn, drawn_side;   // extra_trees: the one threshold
};

// Candidates are ordered by side, then code: index = side << 16 | code.
struct SmallBest {
  i64 key = smallest_key;
  u32 index = none32, left = 0;
};

// Each row's code is a candidate; equal codes are equal candidates. A lane looks at `lane_rows` of them at once.
template <u32 lane_rows, class Stat, class Block>
DEVICE SmallBest packed_candidates(Block& block, const SmallNode<Stat>& s, const SmallFeature& f, u32 candidates) {
  SmallBest best;
  const Fit& fit = s.growth.fit;
  const double min_weight = s.growth.min_weight;
  const bool random = fit.random_thresholds != 0;
  for (u32 from = block.warp_lane(); from < candidates; from += lane_rows * block.warp_lanes()) {
    u32 code[lane_rows], left[lane_rows];
    for (u32 m = 0; m < lane_rows; ++m) {
      const u32 i = from + m * block.warp_lanes();
      code[m] = i < candidates ? (random ? f.drawn : s.stage[i].code) : f.missing_code;
      left[m] = 0;
    }
    for (u32 k = 0; k < s.rows; ++k) {
      const Staged<Stat> other = s.stage[k];
      for (u32 m = 0; m < lane_rows; ++m) left[m] += other.code <= code[m] ? other.item : 0;
    }
    for (u32 m = 0; m < lane_rows; ++m) {
      if (code[m] >= f.missing_code) continue;
      for (u32 side = 0; side < (f.missing != 0 ? 2u : 1u); ++side) {
        if (random && side != f.drawn_side) continue;
        const u32 all = left[m] + (side ? f.missing : 0);
        const typename Stat::Pair pair = Stat::pair_of(all);
        const u32 l = pair.weight;
        if (l == s.drawn || l < fit.min_samples_leaf || s.drawn - l < fit.min_samples_leaf || l < min_weight ||
            s.drawn - l < min_weight)
          continue;
        const i64 key = s.growth.stat.key(pair, Stat::pair_of(s.drawn, s.sums()));
        const u32 index = side << 16 | code[m];
        if (key > best.key || (key == best.key && index < best.index)) best = {key, index, all};
      }
    }
  }
  return best;
}

// The sums of a candidate's left side, in the lane's column.
struct SummedLeft {
  u32 rows, drawn;
};
template <class Stat, class Block>
DEVICE SummedLeft sum_left(Block& block, const SmallNode<Stat>& s, u32 missing_code, u32 code, u32 side) {
  using Number = typename Stat::Number;
  const u32 numbers = Stat::numbers(s.growth.data);
  Number* left = s.left + block.warp_lane();
  for (u32 k = 0; k < numbers; ++k) left[k * block.warp_lanes()] = 0;
  SummedLeft sum{0, 0};
  for (u32 i = 0; i < s.rows; ++i) {
    const Staged<Stat> other = s.stage[i];
    if (!(other.code <= code || (side && other.code >= missing_code))) continue;
    Stat::each(other.item, [&](u32 k, Number x) { left[k * block.warp_lanes()] += x; });
    sum.drawn += Stat::drawn(other.item);
    ++sum.rows;
  }
  return sum;
}

// Not packed.
template <class Stat, class Block>
DEVICE SmallBest summed_candidates(Block& block, const SmallNode<Stat>& s, const SmallFeature& f, u32 candidates) {
  SmallBest best;
  const Growth<Stat>& g = s.growth;
  const bool random = g.fit.random_thresholds != 0;
  const u32 stride = block.warp_lanes();
  const auto* left = s.left + block.warp_lane();
  for (u32 i = block.warp_lane(); i < candidates; i += block.warp_lanes()) {
    const u32 code = random ? f.drawn : s.stage[i].code;
    if (code >= f.missing_code) continue;
    for (u32 side = 0; side < (f.missing != 0 ? 2u : 1u); ++side) {
      if (random && side != f.drawn_side) continue;
      const SummedLeft l = sum_left(block, s, f.missing_code, code, side);
      if (l.rows == s.rows || l.rows < g.fit.min_samples_leaf || s.rows - l.rows < g.fit.min_samples_leaf) continue;
      const auto left_of = [&](u32 k) { return left[k * stride]; };
      if (!heavy_enough(g.stat, l.drawn, s.drawn, s.sums(), g.min_weight, left_of)) continue;
      const i64 key = g.stat.key(l.drawn, s.drawn, s.sums(), left_of);
      const u32 index = side << 16 | code;
      if (key > best.key || (key == best.key && index < best.index)) best = {key, index, 0};
    }
  }
  return best;
}

// What a warp of up to 32 lanes needs for small nodes, in words of its own.
template <class Stat>
DEVICE u32 small_words(const DatasetView& data, bool packed) {
  const u64 left = packed ? 0 : 32 * Stat::numbers(data) * sizeof(typename Stat::Number);
  return static_cast<u32>((exact_rows * sizeof(Staged<Stat>) + left) / sizeof(u32));
}

// Puts a feature's codes on the stage and finds its outermost ones. own: the lane's samples of the node.
template <class Stat, class Block>
DEVICE SmallFeature stage_feature(Block& block, const SmallNode<Stat>& s, const Sample<Stat>* own, u32 feature) {
  const DatasetView& data = s.growth.data;
  SmallFeature f{feature, static_cast<u32>(data.feature_bins[feature]) << 8, 0, none32, 0, none32, 0};
  u32 most_inverted = none32;
  for (u32 m = 0; m < exact_rows / Block::warp_lanes(); ++m) {
    const u32 i = block.warp_lane() + m * block.warp_lanes();
    if (i >= s.rows) break;
    const u32 code = code_of(data, own[m].cells, feature);
    const typename Stat::Payload item = s.shape.packed ? Stat::word(own[m].payload) : own[m].payload;
    s.stage[i] = {code, item};
    if (code >= f.missing_code) {
      f.missing += s.shape.packed ? static_cast<u32>(item) : 1;
    } else {
      f.least = code < f.least ? code : f.least;
      most_inverted = ~code < most_inverted ? ~code : most_inverted;
    }
  }
  block.warp_sync();
  f.least = block.warp_min(f.least);
  f.most = ~block.warp_min(most_inverted);
  f.missing = data.feature_missing[feature] ? block.warp_sum32(f.missing) : 0;
  return f;
}

// This lane's best candidate of a feature.
template <class Stat, class Block>
DEVICE SmallBest best_of_lane(Block& block, const SmallNode<Stat>& s, const SmallFeature& f) {
  const u32 candidates = s.growth.fit.random_thresholds ? 1 : s.rows;
  if (!s.shape.packed) return summed_candidates(block, s, f, candidates);
  if (candidates <= block.warp_lanes()) return packed_candidates<1>(block, s, f, candidates);
  if (candidates <= 2 * block.warp_lanes()) return packed_candidates<2>(block, s, f, candidates);
  return packed_candidates<4>(block, s, f, candidates);
}

// The threshold of a candidate: half-way to the next code that the node has.
template <class Stat, class Block>
DEVICE u32 threshold_after(Block& block, const SmallNode<Stat>& s, const SmallFeature& f, u32 code) {
  u32 next = none32;
  for (u32 i = block.warp_lane(); i < s.rows; i += block.warp_lanes()) {
    const u32 other = s.stage[i].code;
    if (other > code && other < f.missing_code && other < next) next = other;
  }
  next = block.warp_min(next);
  const DatasetView& data = s.growth.data;
  return s.growth.fit.random_thresholds ? f.drawn
         : next == none32               ? all_values(data, f.feature)
                                        : threshold_of_codes(data, f.feature, code, next, 0.5);
}

// Node v by one warp, all its features. words: [small_words], visited: [visited_words], both the warp's own; at: the node's
// place in found.
template <class Stat, class Block>
DEVICE void search_small(Block& block, const Growth<Stat>& growth, const CellShape& shape, const Tree<Stat>& t, u32 v,
                         u32* visited, u32* words, const Found<Stat>& found, u32 at) {
  using Number = typename Stat::Number;
  constexpr u32 own_rows = exact_rows / Block::warp_lanes();   // that a lane holds
  const DatasetView& data = growth.data;
  const Fit& fit = growth.fit;
  const u32 begin = t.begin[v];
  Staged<Stat>* stage = reinterpret_cast<Staged<Stat>*>(words);
  const SmallNode<Stat> s{growth,           shape,      t,     v,
                          t.end[v] - begin, t.drawn[v], stage, reinterpret_cast<Number*>(stage + exact_rows)};
  for (u32 w = block.warp_lane(); w < (data.features + 31) / 32; w += block.warp_lanes()) visited[w] = 0;
  block.warp_sync();
  SlotBest best{smallest_key, none32, 0, 0, 0, 0, 0};
  u32 best_feature = none32;
  bool constant = true;
  Sample<Stat> own[own_rows];
  for (u32 m = 0; m < own_rows; ++m) {
    const u32 i = block.warp_lane() + m * block.warp_lanes();
    own[m] = i < s.rows ? t.samples[begin + i] : Sample<Stat>{};
  }
  Words draws{};
  for (u32 j = 0; j < data.features && (j < fit.max_features || constant); ++j) {
    if (j % 4 == 0)
      draws = philox(fit.node_key, j / 4, growth.tree, static_cast<u32>(s.path()), static_cast<u32>(s.path() >> 32));
    const FeaturePlace place = find_feature(visited, below(draws.v[j % 4], data.features - j));
    block.warp_sync();   // every lane finds the same one, then one marks it
    if (block.warp_lane() == 0) visited[place.word] |= place.bit;
    SmallFeature f = stage_feature(block, s, own, place.feature);
    if (f.least == none32 || (f.least == f.most && f.missing == 0)) {   // constant
      block.warp_sync();
      continue;
    }
    constant = false;
    if (fit.random_thresholds) {
      const ThresholdDraw draw = threshold_draw(fit.node_key, growth.tree, s.path(), j);
      f.drawn = threshold_of_codes(data, f.feature, f.least, f.most, draw.share);
      f.drawn_side = draw.missing_left && f.missing != 0;
    }
    const SmallBest mine = best_of_lane(block, s, f);
    const i64 top = block.warp_max(mine.key);
    if (top > best.key) {
      const u32 winner = block.warp_min(mine.key == top ? mine.index : none32), code = winner & 0xffffu;
      best.key = top;
      best.side = winner >> 16;
      best.missing = f.missing;
      best.threshold = threshold_after(block, s, f, code);
      best_feature = f.feature;
      if (shape.packed) {
        best.left = ~block.warp_min(mine.key == top && mine.index == winner ? ~mine.left : none32);
      } else if (block.warp_lane() == 0) {   // summed anew by one lane
        sum_left(block, s, f.missing_code, code, best.side);
        Number* left = left_of_node(data, found, at);
        for (u32 k = 0; k < Stat::numbers(data); ++k) left[k] = s.left[k * block.warp_lanes()];
      }
    }
    block.warp_sync();   // the stage is read by all, then written again
  }
  if (block.warp_lane() == 0) {
    found.best[at] = best;
    found.feature[at] = best_feature;
    if (shape.packed) Stat::unpair(Stat::pair_of(best.left), left_of_node(data, found, at));
  }
}
