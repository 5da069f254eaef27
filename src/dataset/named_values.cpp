#include "dataset/named_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "dataset/cut_points.h"
#include "table/number.h"
#include "table/source_name.h"

namespace warptune {
namespace {

constexpr std::size_t max_names = 256;   // codes are bytes

std::string shortest(double value) {
  char buffer[32];
  const std::to_chars_result result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, result.ptr);
}

}   // namespace

Result<NamedValues> name_values(const Table& table, const Column& column, std::string_view role) {
  std::size_t row = 0, first_missing = 0, count = 0;
  column.values.for_each_piece([&](std::span<const double> values) {
    for (const double value : values) {
      if (std::isnan(value) && count++ == 0) first_missing = row;
      ++row;
    }
  });
  if (count > 0) {
    return failure(fmt::format("{}: row {} has no value in the {} '{}'{}", source_name(table.source), first_missing + 1,
                               role, column.name, count > 1 ? fmt::format(" ({} rows have none)", count) : ""),
                   "row 1 is the first one after the header; remove these rows or fill them in");
  }
  NamedValues named;
  SortSpace space;
  named.values = distinct_values(column.values, space).values;
  if (named.values.size() > max_names) {
    return failure(fmt::format("{}: the {} '{}' has {} different values; at most {} are possible",
                               source_name(table.source), role, column.name, named.values.size(), max_names),
                   role == "target" ? "a target holds classes; group its values, or name another column"
                                    : "a fold column holds one name for each fold");
  }
  for (const double value : named.values) {
    named.names.push_back(column.categories.empty() ? shortest(value)
                                                    : std::string(column.categories[static_cast<std::size_t>(value)]));
  }
  named.codes.reserve(column.values.size());
  column.values.for_each_piece([&](std::span<const double> values) {
    for (const double value : values) {
      const auto at = std::lower_bound(named.values.begin(), named.values.end(), value);
      named.codes.push_back(static_cast<std::uint8_t>(at - named.values.begin()));
    }
  });
  return named;
}

int find_name(const std::vector<std::string>& names, const std::string& name) {
  const auto exact = std::find(names.begin(), names.end(), name);
  if (exact != names.end()) return static_cast<int>(exact - names.begin());
  const Number number = parse_number(name);
  if (number.kind != NumberKind::number) return -1;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Number known = parse_number(names[i]);
    if (known.kind == NumberKind::number && known.value == number.value) return static_cast<int>(i);
  }
  return -1;
}

}   // namespace warptune
