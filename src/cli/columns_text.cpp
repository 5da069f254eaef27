#include "cli/columns_text.h"

#include <fmt/format.h>

#include <cstddef>
#include <numeric>
#include <optional>
#include <vector>

#include "base/shown.h"
#include "base/text_table.h"
#include "dataset/cut_points.h"

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

}   // namespace

std::string columns_text(const Table& table, const ColumnRoles& roles) {
  std::vector<std::string> uses(table.columns.size(), "-");
  for (const std::size_t c : roles.features) uses[c] = "feature";
  uses[roles.target] = "target";
  const auto add = [&](std::optional<std::size_t> column, const char* use) {
    if (column) uses[*column] = uses[*column] == "feature" ? fmt::format("feature, {}", use) : use;
  };
  add(roles.fold, "folds");
  add(roles.group, "groups");
  add(roles.time, "time");
  TextColumn name{{"column"}}, type{{"type"}, false, 8}, missing{{"missing"}, true}, distinct{{"distinct"}, true},
      use{{"used as"}};
  SortSpace space;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    name.cells.push_back(shown(column.name));
    type.cells.emplace_back(type_text(column));
    use.cells.push_back(uses[c]);
    if (column.skipped) {
      missing.cells.emplace_back("-");
      distinct.cells.emplace_back("-");
      continue;
    }
    const DistinctValues& found = distinct_values(column.values, space);
    const auto present = std::accumulate(found.counts.begin(), found.counts.end(), std::size_t{0});
    missing.cells.push_back(std::to_string(table.rows - present));
    distinct.cells.push_back(std::to_string(found.values.size()));
  }
  return text_table({name, type, missing, distinct, use}) + "\n";
}

}   // namespace warptune
