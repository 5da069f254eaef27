// Finds the best split of a node of at most exact_rows rows with the lanes of one warp, which compare each row with each
// candidate, a row or a bin: no histogram, and values are told apart within bins. Included inside a backend's namespace.

// Candidates are ordered by side, then code: index = side << 16 | code.

// Each row's code is a candidate; equal codes are equal candidates. A lane looks at `lane_rows` of them at once. Packed.
template <u32 lane_rows, class Stat, class Block>
DEVICE WordBest packed_candidates(Block& block, const SmallNode<Stat>& s, const SmallFeature& f, u32 candidates) {
  WordBest best;
  const Fit& fit = s.growth.fit;
  const typename Stat::Pair all = Stat::pair_of(s.drawn, s.sums());
  const u32 least = least_weight(fit.min_samples_leaf, s.growth.min_weight);
  const bool random = drawn_thresholds<Stat>(fit);
  u32 top = 0;
  for (u32 from = 0; from < candidates; from += lane_rows * block.warp_lanes()) {
    u32 code[lane_rows], left[lane_rows];
    for (u32 m = 0; m < lane_rows; ++m) {
      const u32 i = from + m * block.warp_lanes() + block.warp_lane();
      code[m] = i < candidates ? (random ? f.drawn : s.stage[i].code) : f.missing_code;
      left[m] = 0;
    }
    for (u32 k = 0; k < s.rows; k += 4) {   // the stage ends in whole fours
      StagedFour<Stat> four = *reinterpret_cast<const StagedFour<Stat>*>(s.stage + k);
      for (u32 o = 0; o < 4; ++o)
        for (u32 m = 0; m < lane_rows; ++m)
          left[m] += four.row[o].code <= code[m] ? static_cast<u32>(four.row[o].item) : 0;
    }
    for (u32 side = 0; side < (f.missing != 0 ? 2u : 1u); ++side) {
      u32 asked = 0;
      for (u32 m = 0; m < lane_rows; ++m) {
        if (side) left[m] += f.missing;
        const u32 weight = Stat::pair_of(left[m]).weight;
        asked |= static_cast<u32>(code[m] < f.missing_code && both_weigh(weight, s.drawn, least)) << m;
      }
      if (random && side != f.drawn_side) continue;
      const auto index_of = [&](u32 j) { return side << 16 | one_of<lane_rows>(code, j); };
      look_at_words<lane_rows>(block, s.growth.stat, all, left, asked, index_of, top, best);
    }
  }
  return best;
}

// Not packed. Left: adds up what goes left, row after row as they stand on the stage; see stat/class_counts_team.h.
template <class Left, class Stat, class Block>
DEVICE WordBest summed_candidates(Block& block, const SmallNode<Stat>& s, const SmallFeature& f) {
  WordBest best;
  const Growth<Stat>& g = s.growth;
  each_candidate(block, s, f, [&](u32 code, u32 side) {
    // As they stand on the stage: up to which, and from which on, codes go left.
    const u32 up_to = code << s.by_class | s.by_class, from = side ? f.missing_code << s.by_class : none32;
    Left left;
    u32 rows = 0;
    const auto look = [&](const Staged<Stat>& row) {
      const bool taken = (row.code <= up_to) | ((row.code >= from) & (row.code != none32));
      left.add(row.item, taken);
      rows += taken;
      if constexpr (Stat::many_numbers)
        if ((row.code & 1) != 0) left.end_class(g.stat, row.item);
    };
    if constexpr (Left::small) {
      for (u32 i = 0; i < s.rows; i += 4) {   // the stage ends in whole fours, of which none goes left
        const StagedFour<Stat> four = *reinterpret_cast<const StagedFour<Stat>*>(s.stage + i);
        for (u32 m = 0; m < 4; ++m) look(four.row[m]);
      }
    } else {
      for (u32 i = 0; i < s.rows; ++i) look(s.stage[i]);
    }
    if (!both_weigh(rows, s.rows, g.fit.min_samples_leaf)) return;
    if (!left.heavy_enough(g.stat, s.drawn, g.min_weight)) return;
    best.look_at(left.key(g.stat, s.drawn, s.sums()), side << 16 | code, 0);
  });
  return best;
}

// What a warp needs for small nodes, in words of its own.
template <class Stat>
DEVICE constexpr u32 small_words() {
  return exact_rows * sizeof(Staged<Stat>) / sizeof(u32);
}

// Puts a feature's codes on the stage. own: the lane's samples of the node; last: of order_by_class.
template <class Stat, class Block>
DEVICE SmallFeature stage_feature(Block& block, const SmallNode<Stat>& s, const Sample<Stat>* own,
                                  const OwnBits<Block>& last, u32 feature) {
  constexpr u32 own_rows = exact_rows / Block::warp_lanes();
  const DatasetView& data = s.growth.data;
  SmallFeature f{feature, static_cast<u32>(data.feature_bins[feature]) << 8, 0, true, none32, 0, none32, 0};
  u32 code[own_rows], most_inverted = none32;
  for (u32 m = 0; m < own_rows; ++m) {
    const u32 i = block.warp_lane() + m * block.warp_lanes();
    code[m] = none32;
    if (i >= s.rows) continue;
    code[m] = code_of(data, own[m].cells, feature);
    const typename Stat::Payload item = s.shape.packed() ? Stat::word(own[m].payload) : own[m].payload;
    s.stage[i] = {s.by_class ? code[m] << 1 | last[m] : code[m], item};
    if (code[m] >= f.missing_code) {
      f.missing += s.shape.packed() ? static_cast<u32>(item) : 1;
    } else {
      f.least = code[m] < f.least ? code[m] : f.least;
      most_inverted = ~code[m] < most_inverted ? ~code[m] : most_inverted;
    }
  }
  for (u32 i = s.rows + block.warp_lane(); i < (s.rows + 3) / 4 * 4; i += block.warp_lanes())
    s.stage[i] = {none32, {}};   // goes left nowhere
  block.warp_sync();
  const u32 first = s.code_of(0);
  bool other = false;
  for (u32 m = 0; m < own_rows; ++m) other = other || (code[m] != none32 && code[m] != first);
  f.constant = block.warp_ballot(other) == 0;
  if (drawn_thresholds<Stat>(s.growth.fit)) {
    f.least = block.warp_min(f.least);
    f.most = ~block.warp_min(most_inverted);
  }
  f.missing = data.feature_missing[feature] ? block.warp_sum32(f.missing) : 0;
  return f;
}

// This lane's best candidate of a feature.
template <class Stat, class Block>
DEVICE WordBest best_of_lane(Block& block, const SmallNode<Stat>& s, const SmallFeature& f) {
  if constexpr (!Stat::plain)
    if (!s.shape.packed())
      return with_left(s.growth.stat, s.drawn,
                       [&](auto left) { return summed_candidates<decltype(left)>(block, s, f); });
  const u32 candidates = drawn_thresholds<Stat>(s.growth.fit) ? 1 : s.rows;
  if (candidates <= block.warp_lanes()) return packed_candidates<1>(block, s, f, candidates);
  if (candidates <= 2 * block.warp_lanes()) return packed_candidates<2>(block, s, f, candidates);
  return packed_candidates<4>(block, s, f, candidates);
}

// A split after a code: the next code that the node has.
template <class Stat, class Block>
DEVICE Between between_codes(Block& block, const SmallNode<Stat>& s, const SmallFeature& f, u32 code) {
  if (drawn_thresholds<Stat>(s.growth.fit)) return {f.drawn, f.drawn};
  u32 next = none32;
  for (u32 i = block.warp_lane(); i < s.rows; i += block.warp_lanes()) {
    const u32 other = s.code_of(i);
    if (other > code && other < f.missing_code && other < next) next = other;
  }
  return {code, block.warp_min(next)};
}

// Writes the sums of what goes left, [numbers].
template <class Stat, class Block>
DEVICE void write_left(Block& block, const SmallNode<Stat>& s, const Sample<Stat>* own, u32 feature, u32 last_code,
                       u32 side, typename Stat::Number* left) {
  using Number = typename Stat::Number;
  const DatasetView& data = s.growth.data;
  for (u32 k = block.warp_lane(); k < Stat::numbers(data); k += block.warp_lanes()) left[k] = 0;
  block.warp_sync();
  const u32 from_code = side ? static_cast<u32>(data.feature_bins[feature]) << 8 : none32;
  for (u32 m = 0; m < exact_rows / Block::warp_lanes(); ++m) {
    if (block.warp_lane() + m * block.warp_lanes() >= s.rows) continue;
    const u32 code = code_of(data, own[m].cells, feature);
    if (code <= last_code || code >= from_code)
      Stat::each(own[m].payload, [&](u32 k, Number x) { block.add(left + k, x); });
  }
}

// Node v by one warp, all its features. words: [small_words], visited: [visited_words], both the warp's own; at: the node's
// place in found.
template <class Stat, class Block>
DEVICE void search_small(Block& block, const Growth<Stat>& growth, const Tree<Stat>& t, u32 v, u32* visited, u32* words,
                         const Found<Stat>& found, u32 at) {
  constexpr u32 own_rows = exact_rows / Block::warp_lanes();   // that a lane holds
  const DatasetView& data = growth.data;
  const Fit& fit = growth.fit;
  const u32 begin = t.begin[v];
  const BucketShape<Stat> shape = bucket_shape(growth.stat, t.drawn[v]);
  Staged<Stat>* stage = reinterpret_cast<Staged<Stat>*>(words);
  const SmallNode<Stat> s{growth,           shape,      t,     v,
                          t.end[v] - begin, t.drawn[v], stage, Stat::many_numbers && !shape.packed()};
  u32 seen = 0;   // features
  if (data.features > 32) {
    u32* end = visited + (data.features + 31) / 32;
    for (u32* w = visited + block.warp_lane(); w < end; w += block.warp_lanes()) *w = 0;
    block.warp_sync();
  }
  SlotBest best{smallest_key, {0, none32}, 0, 0, 0, 0};
  u32 best_feature = none32, best_code = 0;
  bool constant = true;
  Sample<Stat> own[own_rows];
  for (u32 m = 0; m < own_rows; ++m) {
    const u32 i = block.warp_lane() + m * block.warp_lanes();
    own[m] = i < s.rows ? t.samples[begin + i] : Sample<Stat>{};
  }
  OwnBits<Block> last;
  if constexpr (Stat::many_numbers)
    if (s.by_class) last = order_by_class(block, s, own);
  Words draws{};
  for (u32 j = 0; j < data.features && (j < fit.max_features || constant); ++j) {
    if (j % 4 == 0)
      draws = philox(fit.node_key, j / 4, growth.tree, static_cast<u32>(s.path()), static_cast<u32>(s.path() >> 32));
    const u32 r = below(word_of(draws, j % 4), data.features - j);
    u32 feature = 0;
    if (data.features <= 32) {   // a set in a register
      feature = find_in_word(seen, r);
      seen |= 1u << feature;
    } else {
      const FeaturePlace place = find_feature(visited, r);
      block.warp_sync();   // every lane finds the same one, then one marks it
      if (block.warp_lane() == 0) visited[place.word] |= place.bit;
      feature = place.feature;
    }
    SmallFeature f = stage_feature(block, s, own, last, feature);
    if (f.constant) {
      block.warp_sync();
      continue;
    }
    constant = false;
    if (drawn_thresholds<Stat>(fit)) {
      const ThresholdDraw draw = threshold_draw(fit.node_key, growth.tree, s.path(), j);
      f.drawn = threshold_of_codes(data, f.feature, f.least, f.most, draw.share);
      f.drawn_side = draw.missing_left && f.missing != 0;
    }
    const WordBest winner = best_of_warp(block, best_of_lane(block, s, f));
    if (winner.key > best.key) {
      const u32 code = winner.index & 0xffffu;
      best.key = winner.key;
      best.side = winner.index >> 16;
      best.missing = f.missing;
      best.split = between_codes(block, s, f, code);
      best.left = winner.left;
      best_feature = f.feature;
      best_code = code;
    }
    block.warp_sync();   // the stage is read by all, then written again
  }
  if (!shape.packed() && best_feature != none32)
    write_left(block, s, own, best_feature, best_code, best.side, left_of_node(data, found, at));
  if (block.warp_lane() == 0) {
    found.best[at] = best;
    found.feature[at] = best_feature;
    if (shape.packed()) Stat::unpair(Stat::pair_of(best.left), left_of_node(data, found, at));
  }
}
