#include "cli/columns_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "dataset/cut_points.h"
#include "base/shown.h"

namespace warptune {
namespace {

const char* type_text(const Column& column) {
  if (column.skipped) return "ignored";
  switch (column.type) {
    case ColumnType::numeric: return "number";
    case ColumnType::boolean: return "boolean";
    case ColumnType::text: return "category";
  }
  return "";
}

// Columns of a terminal that a UTF-8 text takes, or nearly so.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, width_of(text)), ' ');
}

}   // namespace

std::string columns_text(const Table& table, const ColumnRoles& roles) {
  std::vector<std::string> names{"column"}, uses(table.columns.size(), "-");
  for (const Column& column : table.columns) names.push_back(shown(column.name));
  for (const std::size_t c : roles.features) uses[c] = "feature";
  uses[roles.target] = "target";
  if (roles.fold) uses[*roles.fold] = "folds";
  std::size_t width = 0;
  for (const std::string& name : names) width = std::max(width, width_of(name));
  std::string text = fmt::format("{}  type      missing  distinct  used as\n", padded(names[0], width));
  SortSpace space;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    std::string missing = "-", distinct = "-";
    if (!column.skipped) {
      const DistinctValues& found = distinct_values(column.values, space);
      const auto present = std::accumulate(found.counts.begin(), found.counts.end(), std::size_t{0});
      missing = std::to_string(table.rows - present);
      distinct = std::to_string(found.values.size());
    }
    text += fmt::format("{}  {:<8}  {:>7}  {:>8}  {}\n", padded(names[c + 1], width), type_text(column), missing,
                        distinct, uses[c]);
  }
  return text + "\n";
}

}   // namespace warptune
