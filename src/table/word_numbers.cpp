#include "table/word_numbers.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "table/word_order.h"

namespace warptune {
namespace {

constexpr std::uint64_t number_mask = 0xffffffffu;
constexpr std::size_t least_slots = 16, free_slots = 512;   // so many are never too many

constexpr std::uint32_t word_bits = 64;

// Turns what is where into where is what, without a second list: cycle by cycle, a top bit marks what is done.
void invert(std::vector<std::uint32_t>& permutation) {
  constexpr std::uint32_t done = 0x80000000u;   // there are fewer numbers
  for (std::uint32_t start = 0; start < permutation.size(); ++start) {
    for (std::uint32_t from = start, to = permutation[start]; (to & done) == 0;) {
      const std::uint32_t next = permutation[to];
      permutation[to] = from | done;
      from = to;
      to = next;
    }
    permutation[start] &= ~done;
  }
}

}   // namespace

std::uint32_t WordNumbers::number(std::string_view word) {
  bytes_ += word.size() + 1;
  if (slots_.empty() || (used_ * 4 >= slots_.size() * 3 && may_grow())) grow();
  // The hash's lower half: its place is known from the slot, so that the table grows without the words.
  const std::uint64_t hash = XXH3_64bits(word.data(), word.size()) & number_mask;
  const std::size_t mask = slots_.size() - 1, home = hash & mask;
  std::size_t i = home;
  for (; slots_[i] != 0; i = (i + 1) & mask) {
    if (slots_[i] >> 32 != hash) continue;
    const auto known = static_cast<std::uint32_t>((slots_[i] & number_mask) - 1);
    if (words_[known] == word) return known;
  }
  const auto fresh = static_cast<std::uint32_t>(words_.size());
  words_.append(word);
  const std::uint64_t slot = hash << 32 | (fresh + 1u);
  if (used_ * 4 < slots_.size() * 3) {
    slots_[i] = slot;
    ++used_;
  } else if (i != home) {
    slots_[home] = slot;   // the word there is forgotten
  }
  return fresh;
}

bool WordNumbers::may_grow() const {
  const std::size_t larger = 2 * slots_.size();
  return larger <= free_slots || (larger + slots_.size()) * sizeof(std::uint64_t) <= bytes_ / 4;
}

void WordNumbers::grow() {
  std::vector<std::uint64_t> slots(std::max(slots_.size() * 2, least_slots), 0);
  const std::size_t mask = slots.size() - 1;
  for (const std::uint64_t slot : slots_) {
    if (slot == 0) continue;
    std::size_t i = (slot >> 32) & mask;
    while (slots[i] != 0) i = (i + 1) & mask;
    slots[i] = slot;
  }
  slots_ = std::move(slots);
}

void WordNumbers::sort() {
  slots_ = {};
  place_ = word_order(words_);
  fresh_.resize(place_.size() / word_bits + 1);
  for (std::size_t i = 0; i < place_.size(); ++i) {
    if (i == 0 || word(place_[i - 1]) != word(place_[i])) fresh_[i / word_bits] |= std::uint64_t{1} << (i % word_bits);
  }
  std::uint32_t before = 0;
  for (const std::uint64_t bits : fresh_) {
    fresh_before_.push_back(before);
    before += static_cast<std::uint32_t>(std::popcount(bits));
  }
  invert(place_);
}

std::uint32_t WordNumbers::code(std::uint32_t number) const {
  const std::uint32_t place = place_[number], shift = word_bits - 1 - place % word_bits;
  const std::uint64_t up_to_place = fresh_[place / word_bits] << shift;
  return fresh_before_[place / word_bits] + static_cast<std::uint32_t>(std::popcount(up_to_place)) - 1;
}

PackedNames WordNumbers::categories() && {
  invert(place_);
  std::size_t count = 0;
  for (std::size_t i = 0; i < place_.size(); ++i) {
    if ((fresh_[i / word_bits] >> (i % word_bits) & 1) != 0) place_[count++] = place_[i];
  }
  place_.resize(count);
  words_.reorder(std::move(place_));
  return std::move(words_);
}

}   // namespace warptune
