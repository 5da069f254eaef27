// Which rows train and which validate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "warptune/dataset.h"
#include "warptune/error.h"

namespace warptune {

struct SplitOptions {
  double holdout = 0;          // share of rows for validation, one fold
  int folds = 0;               // K of K-fold cross-validation; neither of them: by the dataset's fold column
  bool stratify = true;        // keep the classes' shares
  std::string holdout_value;   // with a fold column: this value's rows are the only validation rows
  int repeats = 1;             // times that folds or a holdout are dealt anew
  std::string gap, window;     // with a time column: rows ("100") or a duration ("7d"), see src/split/time_amount.h
};

// Places [begin, end) of a split's order.
struct Places {
  std::uint32_t begin = 0, end = 0;
  [[nodiscard]] std::size_t count() const { return end - begin; }
  friend bool operator==(const Places&, const Places&) = default;
};

// One pair of training and validation rows: it trains on the places `train` without `hole`, which lies
// within them (empty: at their end).
struct Fold {
  Places train, hole, validation;
  [[nodiscard]] std::size_t train_rows() const { return train.count() - hole.count(); }
  friend bool operator==(const Fold&, const Fold&) = default;
};

struct Split {
  std::vector<std::uint32_t> order;   // rows; one that several repetitions deal anew stands in it once for each
  std::vector<Fold> folds;
  std::vector<std::string> names = {};   // [folds] of a fold column; else empty
  [[nodiscard]] int count() const { return static_cast<int>(folds.size()); }
  [[nodiscard]] const Fold& fold(int number) const { return folds[static_cast<std::size_t>(number)]; }
  // A fold trains on all rows but those it validates on.
  [[nodiscard]] bool on_all_others(int number) const {
    const Fold& of = fold(number);
    return of.train == Places{0, static_cast<std::uint32_t>(order.size())} && of.hole == of.validation;
  }
  [[nodiscard]] std::size_t train_rows(int number) const { return fold(number).train_rows(); }
  [[nodiscard]] std::size_t validation_rows(int number) const { return fold(number).validation.count(); }
};

// Random splits depend on the seed and the row numbers only. They keep scikit-learn's sizes and classes' shares:
// StratifiedShuffleSplit, ShuffleSplit, StratifiedKFold, KFold. A fold column's rows of the name -1 never validate, as in
// PredefinedSplit, unless -1 is the holdout value. Groups are never divided: folds are StratifiedGroupKFold's or GroupKFold's, row
// for row, a holdout is a share of the groups as GroupShuffleSplit's. With times a fold trains on rows before those that it
// validates on: folds are TimeSeriesSplit's, row for row (equal times in the table's order), a holdout is the last share.
[[nodiscard]] Result<Split> make_split(const Dataset& dataset, const SplitOptions& options, std::uint64_t seed);

}   // namespace warptune
