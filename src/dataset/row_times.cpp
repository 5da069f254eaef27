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
#include "table/number.h"
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
  if (column.skipped)
    return failure(fmt::format("{}: the time column '{}' is not read: it is ignored, or dropped", where,
                               shown(column.name)),
                   "give it another type");
  if (column.type == ColumnType::boolean)
    return failure(fmt::format("{}: the time column '{}' holds two words, no numbers and no dates", where,
                               shown(column.name)),
                   "times are numbers, or dates as 2024-03-12 or 2024-03-12T15:30:00");
  if (auto checked = check_no_missing(table, column, LabelRole::time_column); !checked)
    return tl::unexpected(checked.error());
  RowTimes times{numbers_of(column), column.type == ColumnType::text};
  if (!times.dates) return times;
  std::vector<double> of_category(column.categories.size(), std::numeric_limits<double>::quiet_NaN());
  std::vector<bool> is_word(column.categories.size(), false);
  std::optional<std::size_t> zoned, local, number;   // the first such category
  for (std::size_t i = 0; i < of_category.size(); ++i) {
    const std::string_view text = column.categories[i];
    if (const std::optional<IsoTime> time = parse_iso_time(text)) {
      of_category[i] = time->microseconds;
      std::optional<std::size_t>& kind = time->with_zone ? zoned : local;
      if (!kind) kind = i;
    } else if (parse_number(text).kind == NumberKind::number) {
      if (!number) number = i;
    } else {
      is_word[i] = true;
    }
  }
  for (std::size_t row = 0; row < times.values.size(); ++row) {
    const auto category = static_cast<std::size_t>(times.values[row]);
    times.values[row] = of_category[category];
    if (is_word[category])
      return failure(fmt::format("{}: row {} of the time column '{}' is '{}', no number and no date", where, row + 1,
                                 shown(column.name), shown(column.categories[category])),
                     "write dates as 2024-03-12 or 2024-03-12T15:30:00, or name another column");
  }
  if (number && !zoned && !local)
    return failure(
        fmt::format("{}: the time column '{}' holds numbers, and is read as categories", where, shown(column.name)),
        fmt::format("say {}, or leave its type out", setting_mark("data.types", shell_word(column.name + "=number"))));
  if (number)
    return failure(fmt::format("{}: some of the times in '{}' are numbers, as '{}', and others are dates, as '{}'",
                               where, shown(column.name), shown(column.categories[*number]),
                               shown(column.categories[zoned ? *zoned : *local])),
                   "write all of them one way");
  if (zoned && local)
    return failure(
        fmt::format("{}: some of the times in '{}' say their offset from UTC, as '{}', and others don't, as '{}'",
                    where, shown(column.name), shown(column.categories[*zoned]), shown(column.categories[*local])),
        "write all of them one way: no order is known between them");
  return times;
}

}   // namespace warptune
