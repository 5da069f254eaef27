// Columns of text under each other, for people.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace warptune {

struct TextColumn {
  std::vector<std::string> cells;   // UTF-8; the first one is the head, where there is one
  bool right = false;               // where its cells are aligned, as those of numbers
  std::size_t width = 0;            // at least
};

// A line for each row, its cells two blanks apart, no blanks at its end. Columns are of one length.
[[nodiscard]] std::string text_table(const std::vector<TextColumn>& columns);

}   // namespace warptune
