#include "dataset/row_times.h"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/iso_time.h"
#include "base/setting_mark.h"
#include "base/shown.h"
#include "dataset/named_values.h"
#include "table/source_name.h"

namespace warptune {
namespace {

std::vector<double> numbers_of(const Column& column) {
  std::vector<double> values;
  values.reserve(column.values.size());
  column.values.for_each_piece(
      [&](std::span<const double> piece) { values.insert(values.end(), piece.begin(), piece.end()); });
  return values;
}

}   // namespace

Result<RowTimes> row_times(const Table& table, const Column& column) {
  const std::string where = source_name(table.source);
  if (column.skipped || column.type == ColumnType::boolean)
    return failure(fmt::format("{}: the time column '{}' is {}", where, shown(column.name),
                               column.skipped ? "of the type ignore" : "of two words, true and false"),
                   "times are numbers, or dates as 2024-03-12 or 2024-03-12T15:30:00");
  if (auto checked = check_no_missing(table, column, LabelRole::time_column); !checked)
    return tl::unexpected(checked.error());
  RowTimes times{numbers_of(column), column.type == ColumnType::text};
  if (!times.dates) return times;
  std::vector<double> of_category(column.categories.size(), std::numeric_limits<double>::quiet_NaN());
  std::optional<std::size_t> zoned, local;   // the first such category
  for (std::size_t i = 0; i < of_category.size(); ++i) {
    const std::optional<IsoTime> time = parse_iso_time(column.categories[i]);
    if (!time) continue;
    of_category[i] = time->microseconds;
    std::optional<std::size_t>& kind = time->with_zone ? zoned : local;
    if (!kind) kind = i;
  }
  for (std::size_t row = 0; row < times.values.size(); ++row) {
    const auto category = static_cast<std::size_t>(times.values[row]);
    times.values[row] = of_category[category];
    if (std::isnan(of_category[category]))
      return failure(fmt::format("{}: row {} of the time column '{}' is '{}', no number and no date", where, row + 1,
                                 shown(column.name), shown(column.categories[category])),
                     "write dates as 2024-03-12 or 2024-03-12T15:30:00, or name another column");
  }
  if (zoned && local)
    return failure(
        fmt::format("{}: some of the times in '{}' say their offset from UTC, as '{}', and others don't, as '{}'",
                    where, shown(column.name), shown(column.categories[*zoned]), shown(column.categories[*local])),
        "write all of them one way: no order is known between them");
  return times;
}

}   // namespace warptune
