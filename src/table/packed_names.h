// The names of a column's categories, one text after another: a few bytes more than the names themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "table/growing_bytes.h"

namespace warptune {

class PackedNames {
 public:
  PackedNames() = default;
  PackedNames(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) append(name);
  }

  [[nodiscard]] std::size_t size() const { return ordered_ ? order_.size() : count_; }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::string_view operator[](std::size_t i) const { return text(ordered_ ? order_[i] : i); }
  [[nodiscard]] bool operator==(const PackedNames& other) const;

  void append(std::string_view name);
  // From now on name i is what was name order[i].
  void reorder(std::vector<std::uint32_t> order);

 private:
  static constexpr std::size_t group = 16;   // names that are found from one mark

  [[nodiscard]] std::string_view text(std::size_t i) const;

  GrowingBytes texts_;                 // each behind its length: 7 bits a byte, the lowest first, the top bit says more
  std::vector<std::uint64_t> marks_;   // where every group of texts begins
  std::size_t count_ = 0;              // of texts
  std::vector<std::uint32_t> order_;
  bool ordered_ = false;
};

}   // namespace warptune
