// Notes of one kind about columns: of a table with thousands of them the first few, and how many more there are.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace warptune {

class ColumnNotes {
 public:
  void add(std::string note) {
    constexpr std::size_t most = 5;
    if (first_.size() < most)
      first_.push_back(std::move(note));
    else
      ++more_;
  }

  // table: what messages call it; what: is said of the columns that have no note of their own.
  [[nodiscard]] std::vector<std::string> lines(const std::string& table, std::string_view what) const {
    std::vector<std::string> lines = first_;
    if (more_ > 0) lines.push_back(fmt::format("{}: {} more columns {}", table, more_, what));
    return lines;
  }

 private:
  std::vector<std::string> first_;
  std::size_t more_ = 0;
};

}   // namespace warptune
