// A digest of the values behind a dataset's bins.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "warptune/dataset.h"
#include "warptune/table.h"

namespace warptune {

// Columns of the table that are features, in the dataset's order.
[[nodiscard]] std::vector<std::size_t> feature_columns(const Table& table, const Dataset& dataset);

// Hex digest of the features' cells: a dataset's own digest knows their bins, and the values only where bins are few.
[[nodiscard]] std::string cells_digest(const Table& table, const Dataset& dataset);

}   // namespace warptune
