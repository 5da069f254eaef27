#include "table/packed_names.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace warptune {
namespace {

constexpr std::size_t seven_bits = 0x7f, more = 0x80;

// The text behind the length at `at`.
std::string_view text_at(const std::byte* at) {
  std::size_t length = 0;
  for (int shift = 0;; shift += 7) {
    const auto part = static_cast<std::size_t>(*at++);
    length |= (part & seven_bits) << shift;
    if ((part & more) == 0) return {reinterpret_cast<const char*>(at), length};
  }
}

const std::byte* after(std::string_view text) { return reinterpret_cast<const std::byte*>(text.data() + text.size()); }

}   // namespace

std::string_view PackedNames::text(std::size_t i) const {
  std::string_view text = text_at(texts_.data() + marks_[i / group]);
  for (std::size_t k = i % group; k > 0; --k) text = text_at(after(text));
  return text;
}

void PackedNames::append(std::string_view name) {
  if (count_ % group == 0) marks_.push_back(texts_.size());
  std::size_t length = name.size();
  for (; length > seven_bits; length >>= 7) *texts_.grow(1) = static_cast<std::byte>((length & seven_bits) | more);
  std::byte* const out = texts_.grow(1 + name.size());
  *out = static_cast<std::byte>(length);
  std::memcpy(out + 1, name.data(), name.size());
  ++count_;
}

void PackedNames::reorder(std::vector<std::uint32_t> order) {
  if (ordered_) {
    for (std::uint32_t& i : order) i = order_[i];
  }
  order_ = std::move(order);
  ordered_ = true;
}

bool PackedNames::operator==(const PackedNames& other) const {
  if (size() != other.size()) return false;
  for (std::size_t i = 0; i < size(); ++i) {
    if ((*this)[i] != other[i]) return false;
  }
  return true;
}

}   // namespace warptune
