// Columns of numbers with and without a per cent sign, or with several currencies.
#pragma once

#include <optional>
#include <string>

#include "table/block_parser.h"
#include "warptune/table.h"

namespace warptune {

// A note when the numbers of a column are not all in one unit. Where only some have a currency sign it is the same one.
[[nodiscard]] std::optional<std::string> units_note(const Column& column, const UnitsSeen& seen);

}   // namespace warptune
