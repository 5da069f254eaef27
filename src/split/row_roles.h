// What folds do with each row, for those outside: workers, files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "warptune/split.h"

namespace warptune {

// [rows] the fold in which each row validates, -1: in none; nothing where that does not say which rows train: a fold trains on all
// others.
[[nodiscard]] std::vector<std::int32_t> fold_codes(std::size_t rows, const Split& split);

enum RowRole : std::int32_t { not_used, trains, validates };
// [folds][rows]
[[nodiscard]] std::vector<std::int32_t> fold_roles(std::size_t rows, const Split& split);

// A line for each row, in the table's order: the column `fold` with its code, or where these say nothing a column fold_N for each fold
// with the row's role: train, validate or unused.
[[nodiscard]] std::string split_csv(std::size_t rows, const Split& split);

}   // namespace warptune
