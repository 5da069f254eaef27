#include "base/text_table.h"

#include <algorithm>
#include <cstddef>

#include "base/utf8.h"

namespace warptune {

std::string text_table(const std::vector<TextColumn>& columns) {
  std::vector<std::size_t> widths;
  for (const TextColumn& column : columns) {
    std::size_t& width = widths.emplace_back(column.width);
    for (const std::string& cell : column.cells) width = std::max(width, characters_of(cell));
  }
  std::string text;
  for (std::size_t row = 0; !columns.empty() && row < columns.front().cells.size(); ++row) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string& cell = columns[i].cells[row];
      const std::string space(widths[i] - characters_of(cell), ' ');
      line += (columns[i].right ? space + cell : cell + space) + "  ";
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}   // namespace warptune
