// The best of candidates that are words (a pair, packed), by a warp. What is nearly the best is found with rough keys in floats;
// exact keys decide among that. Included inside a backend's namespace.

// Candidates are ordered by key, then by index, the lowest first.
struct WordBest {
  i64 key = smallest_key;
  u32 index = none32, left = 0;   // left: what goes left, a word

  DEVICE void look_at(i64 its_key, u32 its_index, u32 its_left) {
    if (its_key > key || (its_key == key && its_index < index)) {
      key = its_key;
      index = its_index;
      left = its_left;
    }
  }
};

// Looks at `count` candidates of each lane. left: their words; asked: bits of those that are candidates; index_of(j): the
// j-th's; top: the highest rough key of the warp so far, 0 before the first call.
template <u32 count, class Stat, class Block, class IndexOf>
DEVICE void look_at_words(Block& block, const Stat& stat, typename Stat::Pair all, const u32* left, u32 asked,
                          IndexOf index_of, u32& top, WordBest& best) {
  if constexpr (count > 1 && Stat::has_rough_keys) {
    float rough[count];   // of what is asked; else anything
    rough_keys<count>(stat, left, all, rough);
    u32 highest = 0;
    for (u32 j = 0; j < count; ++j) {
      const u32 bits = (asked >> j & 1) != 0 ? float_bits(rough[j]) : 0;
      highest = bits > highest ? bits : highest;
    }
    highest = ~block.warp_min(~highest);
    top = highest > top ? highest : top;
    const float least = float_of(top) - static_cast<float>(all.weight) * 0x1p-17f;
    for (u32 j = 0; j < count; ++j) asked &= ~(static_cast<u32>(rough[j] < least) << j);
  }
  for (; asked != 0; asked &= asked - 1) {
    const u32 j = lowest_bit(asked), word = one_of<count>(left, j);
    best.look_at(word_key(stat, Stat::pair_of(word), all), index_of(j), word);
  }
}

// The best of all lanes', told to all of them.
template <class Block>
DEVICE WordBest best_of_warp(Block& block, const WordBest& mine) {
  const u32 lanes = block.warp_ballot(mine.key != smallest_key);
  if (lanes == 0) return mine;
  u32 winner = lowest_bit(lanes);
  if ((lanes & (lanes - 1)) != 0) {   // seldom
    const i64 top = block.warp_max(mine.key);
    const u32 index = block.warp_min(mine.key == top ? mine.index : none32);
    const u32 has =
        block.warp_ballot(mine.key == top && mine.index == index);   // equal ones stand for the same candidate
    winner = lowest_bit(has);
  }
  const u32 high = block.warp_shuffle(static_cast<u32>(static_cast<u64>(mine.key) >> 32), winner),
            low = block.warp_shuffle(static_cast<u32>(mine.key), winner);
  return {static_cast<i64>(static_cast<u64>(high) << 32 | low), block.warp_shuffle(mine.index, winner),
          block.warp_shuffle(mine.left, winner)};
}
