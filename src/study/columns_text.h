// What `--dry-run` says of the table: each column as it was understood.
#pragma once

#include <string>

#include "warptune/dataset.h"
#include "warptune/table.h"

namespace warptune {

// A line for each column: name, type, missing cells, distinct values, and what it is used for. dataset: made from the table
// with the options.
[[nodiscard]] std::string columns_text(const Table& table, const Dataset& dataset, const DatasetOptions& options);

}   // namespace warptune
