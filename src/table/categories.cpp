#include "table/categories.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <numeric>

namespace warptune {
namespace {

constexpr std::uint64_t number_mask = 0xffffffffu;

std::uint64_t hash_of(std::string_view word) { return XXH3_64bits(word.data(), word.size()); }

}   // namespace

std::string_view Categories::word(std::uint32_t number) const {
  const std::uint64_t begin = number == 0 ? 0 : ends_[number - 1];
  return std::string_view(text_).substr(begin, ends_[number] - begin);
}

std::uint32_t Categories::number(std::string_view word) {
  if (ends_.size() * 2 >= slots_.size()) grow();
  const std::uint64_t hash = hash_of(word);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
    const std::uint64_t slot = slots_[i];
    if (slot == 0) {
      const auto fresh = static_cast<std::uint32_t>(ends_.size());
      text_ += word;
      ends_.push_back(text_.size());
      slots_[i] = (hash & ~number_mask) | (fresh + 1u);
      return fresh;
    }
    if (((slot ^ hash) & ~number_mask) != 0) continue;
    const auto known = static_cast<std::uint32_t>((slot & number_mask) - 1);
    if (this->word(known) == word) return known;
  }
}

void Categories::grow() {
  std::vector<std::uint64_t> slots(std::max<std::size_t>(slots_.size() * 2, 16), 0);
  const std::size_t mask = slots.size() - 1;
  for (std::uint32_t n = 0; n < ends_.size(); ++n) {
    const std::uint64_t hash = hash_of(word(n));
    std::size_t i = hash & mask;
    while (slots[i] != 0) i = (i + 1) & mask;
    slots[i] = (hash & ~number_mask) | (n + 1u);
  }
  slots_ = std::move(slots);
}

std::vector<std::uint32_t> Categories::sorted() const {
  std::vector<std::uint32_t> order(size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return word(a) < word(b); });
  return order;
}

}   // namespace warptune
