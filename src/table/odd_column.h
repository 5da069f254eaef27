// Columns of words that may be meant as numbers.
#pragma once

#include <optional>
#include <string>

#include "table/number_format.h"
#include "warptune/table.h"

namespace warptune {

// A note when most cells of a text column are numbers, or would be in another format than the table's. odd: its first cell
// that is no number.
[[nodiscard]] std::optional<std::string> odd_column_note(const Column& column, const CellPlace& odd,
                                                         const NumberFormat& format);

// What to do about a cell that is no number, of a column that is said to hold numbers.
[[nodiscard]] std::string odd_cell_hint(const std::string& column, const std::string& cell, const NumberFormat& format);

}   // namespace warptune
