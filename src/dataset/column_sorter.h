// The seam through which a device sorts the columns that make_dataset cuts into bins.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "dataset/cut_points.h"
#include "warptune/dataset.h"

namespace warptune {

// Takes a column's number and its distinct values, which are valid during the call.
using OnSorted = std::function<void(std::size_t, const DistinctValues&)>;

// columns: of all rows; all are of one length. Gives each column, just as distinct_values would, in any order, perhaps several
// at once, and once more where a device failed and another one began anew.
using ColumnSorter = std::function<Result<void>(std::span<const Cells* const> columns, const OnSorted&)>;

// The CPU's sorter: each thread takes a column at a time, so on_sorted is called by several threads.
[[nodiscard]] Result<void> sort_columns(std::span<const Cells* const> columns, const OnSorted& on_sorted, int threads);

// As make_dataset of two arguments, but for who sorts the features' columns; the result is the same to the last bit. The
// sorter is called at most once, when nothing else can be wrong with the table.
[[nodiscard]] Result<Dataset> make_dataset(const Table& table, const DatasetOptions& options,
                                           const ColumnSorter& sorter);

}   // namespace warptune
