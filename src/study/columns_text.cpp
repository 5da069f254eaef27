#include "study/columns_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <unordered_set>
#include <vector>

#include "dataset/cut_points.h"
#include "space/shown.h"
#include "table/column_name.h"

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

std::size_t missing_cells(const Column& column) {
  std::size_t count = 0;
  column.values.for_each_piece([&](std::span<const double> values) {
    count += static_cast<std::size_t>(
        std::count_if(values.begin(), values.end(), [](double value) { return std::isnan(value); }));
  });
  return count;
}

// Columns of a terminal that a UTF-8 text takes, or nearly so.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, width_of(text)), ' ');
}

}   // namespace

std::string columns_text(const Table& table, const Dataset& dataset, const DatasetOptions& options) {
  std::vector<std::string> names, texts{"column"};
  for (const Column& column : table.columns) {
    names.push_back(column.name);
    texts.push_back(shown(column.name));
  }
  std::size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, width_of(text));
  std::unordered_set<std::string> features;
  for (const Feature& feature : dataset.features) features.insert(feature.name);
  const ColumnNames columns(names);
  const auto target = columns.find(options.target);
  const auto fold = options.fold_column.empty() ? std::nullopt : columns.find(options.fold_column);
  std::string text = fmt::format("{}  type      missing  distinct  used as\n", padded(texts[0], width));
  SortSpace space;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    const std::string used = c == target                   ? "target"
                             : c == fold                   ? "folds"
                             : features.contains(names[c]) ? "feature"
                                                           : "-";
    const std::string name = padded(texts[c + 1], width);
    if (column.skipped)
      text += fmt::format("{}  {:<8}  {:>7}  {:>8}  {}\n", name, type_text(column), "-", "-", used);
    else
      text += fmt::format("{}  {:<8}  {:>7}  {:>8}  {}\n", name, type_text(column), missing_cells(column),
                          distinct_values(column.values, space).values.size(), used);
  }
  return text + "\n";
}

}   // namespace warptune
