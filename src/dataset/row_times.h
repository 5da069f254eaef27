// When the rows of a table were, as its time column says.
#pragma once

#include <vector>

#include "warptune/error.h"
#include "warptune/table.h"

namespace warptune {

struct RowTimes {
  std::vector<double> values;   // [rows] the numbers, or microseconds since 1970 of dates
  bool dates = false;
};

// A column of numbers, or of dates and times as ISO 8601 has them (base/iso_time.h). A missing time is an error, and one that is
// neither.
[[nodiscard]] Result<RowTimes> row_times(const Table& table, const Column& column);

}   // namespace warptune
