// What families that other programs train are trained on: the table's values, row by row, for one fold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "run/study_data.h"

namespace warptune {

// Columns of the table that are features, in the dataset's order.
[[nodiscard]] std::vector<std::size_t> feature_columns(const StudyData& data);

// Rows of the table, ascending: which train a fold, or validate it.
struct FoldRows {
  std::vector<std::uint32_t> train, validation;
};
[[nodiscard]] FoldRows fold_rows(const StudyData& data, int fold);

// [rows][features], row-major; NaN is a missing cell; text is its category's code.
template <class Number>
[[nodiscard]] std::vector<Number> cells_of(const StudyData& data, const std::vector<std::uint32_t>& rows);

}   // namespace warptune
