// Finds the best split of one (node, feature) with the lanes of one warp, from its histogram. Same answers as
// ops/search_single.h. Included inside a backend's namespace.

// The only candidate of extra_trees; first, last: the node's outermost occupied bins.
template <class Stat, class Block>
DEVICE void look_at_drawn(const SlotSearch<Stat, Block>& s, u32 first, u32 last, SlotBest& best) {
  const Growth<Stat>& g = s.growth;
  const ThresholdDraw draw = threshold_draw(g.fit.node_key, g.tree, s.path, s.visit);
  const u32 threshold = threshold_of_bins(g.data, s.feature, first, last, draw.share), bin = threshold >> 8;
  const u32 side = draw.missing_left && best.missing != 0;
  LeftSide<Stat> left{};
  u32 word = 0;
  if (s.shape.packed()) {
    u32 sum = 0;
    for (u32 b = s.block.warp_lane(); b <= bin; b += s.block.warp_lanes()) sum += s.buckets[b];
    word = s.block.warp_sum32(sum) + (side ? best.missing : 0);
    left = left_of_word<Stat>(word);
  } else {
    left = s.left_of(bin, side);
    word = left.pair.weight;
  }
  if (!s.allowed(bin, side, left)) return;
  best.key = s.key_of(bin, side, left);
  best.split = {threshold, threshold};
  best.side = side;
  best.left = word;
}

// This lane's best candidate, not packed.
template <class Stat, class Block>
DEVICE BinBest best_bin(const SlotSearch<Stat, Block>& s, u32 missing) {
  BinBest best;
  const u32 sides = missing != 0 ? 2 : 1;
  for (u32 side = 0; side < sides; ++side)
    for (u32 bin = s.block.warp_lane(); bin < s.bins; bin += s.block.warp_lanes()) {
      if (!s.occupied(bin)) continue;
      const LeftSide<Stat> left = s.left_of(bin, side);
      if (!s.allowed(bin, side, left)) continue;
      const i64 candidate = s.key_of(bin, side, left);
      if (candidate > best.key) best = {candidate, side * s.bins + bin, left.pair.weight};
    }
  return best;
}

// Which value bins of a (node, feature) are occupied.
struct Occupied {
  u32 count, first, last;
};
template <class Stat, class Block>
DEVICE Occupied occupied_bins(const SlotSearch<Stat, Block>& s) {
  constexpr u32 at_once = 4;
  u32 count = 0, first = none32, last_inverted = none32;
  for (u32 from = s.block.warp_lane(); from < s.bins; from += at_once * s.block.warp_lanes()) {
    bool here[at_once];
    for (u32 j = 0; j < at_once; ++j) {
      const u32 b = from + j * s.block.warp_lanes();
      here[j] = b < s.bins && s.occupied(b);
    }
    for (u32 j = 0; j < at_once; ++j) {
      if (!here[j]) continue;
      const u32 b = from + j * s.block.warp_lanes();
      ++count;
      if (first == none32) first = b;
      last_inverted = ~b;
    }
  }
  return {s.block.warp_sum32(count), s.block.warp_min(first), ~s.block.warp_min(last_inverted)};
}

// This lane's best candidate.
template <class Stat, class Block>
DEVICE BinBest best_candidate(const SlotSearch<Stat, Block>& s, u32 missing) {
  if constexpr (Stat::many_numbers)
    if (!s.shape.packed() && !s.added_up) return best_bin_of_classes(s, missing);
  return best_bin(s, missing);
}

// One (node, feature), by one warp.
template <class Stat, class Block>
DEVICE SlotBest search_slot(SlotSearch<Stat, Block> s) {
  Block& block = s.block;
  const u32 bins = s.bins, missing_at = bins * s.shape.width;
  s.missing_bucket = s.up_to + missing_at;
  // Packed: a word; otherwise rows.
  const u32 missing = s.shape.packed() ? s.buckets[missing_at] : static_cast<u32>(s.missing_bucket[s.shape.width - 1]);
  s.added_up = !s.shape.packed() && !scans_classes(s.growth.stat, s.drawn);
  if (s.added_up) s.add_up_bins();
  const Occupied occupied = occupied_bins(s);
  SlotBest best{smallest_key, {0, none32}, 0, 0, occupied.count + (missing != 0) < 2, missing};
  if (best.constant) return best;
  if (drawn_thresholds<Stat>(s.growth.fit)) {
    look_at_drawn(s, occupied.first, occupied.last, best);
    return best;
  }
  const BinBest mine = best_candidate(s, missing);
  best.key = block.warp_max(mine.key);
  if (best.key == smallest_key) return best;
  const u32 winner = block.warp_min(mine.key == best.key ? mine.index : none32);
  best.side = winner >= bins;
  best.split.last = winner - best.side * bins;
  best.split.next = s.next_occupied(best.split.last);
  // The winner's counts, told to all lanes.
  best.left = ~block.warp_min(mine.key == best.key && mine.index == winner ? ~mine.left : none32);
  return best;
}

// A lane's eight buckets from bin `at` on; 0 where there are no more.
DEVICE void read_lane_bins(const u32* buckets, u32 at, u32 bins, u32* word) {
  for (u32 j = 0; j < lane_bins; j += 4) {
    Four four{};
    if (at + j < bins) four = *reinterpret_cast<const Four*>(buckets + at + j);   // whole fours, see bucket_shape
    for (u32 k = 0; k < 4; ++k) word[j + k] = at + j + k < bins ? four.v[k] : 0;
  }
}

// The same of packed buckets, but for extra_trees.
template <class Stat, class Block>
DEVICE SlotBest search_words(SlotSearch<Stat, Block> s) {
  Block& block = s.block;
  const Fit& fit = s.growth.fit;
  const typename Stat::Pair all = Stat::pair_of(s.drawn, s.sums);
  const u32 missing = s.buckets[s.bins];
  const u32 least = least_weight(fit.min_samples_leaf, s.growth.min_weight);
  const auto allowed = [&](u32 word) { return both_weigh(Stat::pair_of(word).weight, s.drawn, least); };
  WordBest mine;
  u32 before = 0, top = 0, values = 0;   // of the bins before; the highest rough key; values of the feature, or 2
  for (u32 from = 0; from < s.bins; from += lane_bins * block.warp_lanes()) {
    const u32 at = from + block.warp_lane() * lane_bins;
    u32 word[lane_bins], here = 0, sum = 0;
    read_lane_bins(s.buckets, at, s.bins, word);
    for (u32 j = 0; j < lane_bins; ++j) {
      here |= static_cast<u32>(word[j] != 0) << j;
      sum += word[j];
      word[j] = sum;
    }
    const u32 sums = block.warp_scan_inclusive(sum);
    for (u32 j = 0; j < lane_bins; ++j) word[j] += before + sums - sum;
    before += block.warp_last(sums);
    values += bits_set(block.warp_ballot(here != 0)) + (block.warp_ballot((here & (here - 1)) != 0) != 0);
    for (u32 side = 0; side < (missing != 0 ? 2u : 1u); ++side) {
      u32 asked = 0;
      for (u32 j = 0; j < lane_bins; ++j) {
        if (side) word[j] += missing;
        asked |= static_cast<u32>((here >> j & 1) != 0 && allowed(word[j])) << j;
      }
      look_at_words<lane_bins>(
          block, s.growth.stat, all, word, asked, [&](u32 j) { return side * s.bins + at + j; }, top, mine);
    }
  }
  SlotBest best{smallest_key, {0, none32}, 0, 0, values + (missing != 0) < 2, missing};
  const WordBest winner = best_of_warp(block, mine);
  if (winner.key == smallest_key) return best;
  best.key = winner.key;
  best.side = winner.index >= s.bins;
  best.split.last = winner.index - best.side * s.bins;
  best.split.next = s.next_occupied(best.split.last);
  best.left = winner.left;
  return best;
}
