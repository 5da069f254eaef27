// What the options of a CSV file may be.
#pragma once

#include "warptune/error.h"
#include "warptune/table.h"

namespace warptune {

// Separator, signs of numbers, words: each alone and together. Columns are checked when their names are known.
[[nodiscard]] Result<void> check_csv_options(const CsvOptions& options);

}   // namespace warptune
