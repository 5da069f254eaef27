// Families that other programs train: what they train on, and their executors. A trainer's executor trains one fit at a
// time, on one thread from start to end; what all of them need is made once and shared.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "device/devices.h"
#include "warptune/dataset.h"
#include "warptune/study.h"
#include "warptune/table.h"

namespace warptune {

// Borrowed; the table's cells are what is trained on, the dataset has the labels.
struct TrainerData {
  const Table* table = nullptr;
  const Dataset* dataset = nullptr;
  const Split* split = nullptr;
};

// Columns of the table that are features, in the dataset's order.
[[nodiscard]] std::vector<std::size_t> feature_columns(const TrainerData& data);

// Rows of the table, ascending: which train a fold, or validate it.
struct FoldRows {
  std::vector<std::uint32_t> train, validation;
};
[[nodiscard]] FoldRows fold_rows(const TrainerData& data, int fold);

// [rows][features], row-major; NaN is a missing cell; text is its category's code.
template <class Number>
[[nodiscard]] std::vector<Number> cells_of(const TrainerData& data, const std::vector<std::uint32_t>& rows);

// Hex digest of the features' cells: a dataset's own digest knows their bins, and the values only where bins are few.
[[nodiscard]] std::string cells_digest(const TrainerData& data);

// Executors of the study's family, which other programs train. The error says what is missing and how to install it.
[[nodiscard]] Result<Devices> open_trainer(const Study& study, const TrainerData& data,
                                           const std::function<void(const std::string&)>& on_note);

}   // namespace warptune
