// The binned table: what is uploaded to a device, once. Second stage of the flow: table -> dataset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "warptune/error.h"
#include "warptune/table.h"
#include "warptune/target.h"

namespace warptune {

// How one feature is binned. Value v has bin = number of cuts below v (cuts[b-1] < v <= cuts[b]); a missing value has bin
// `bins`, one past the last value bin. Within its bin b, v has fine = number of the bin's `values` up to v, less one; of a
// bin of more than 256 distinct values only 256 are kept, evenly among them.
struct Feature {
  std::string name;
  ColumnType type = ColumnType::numeric;
  int bins = 1;               // value bins, 1..255
  bool has_missing = false;   // some row's value is missing
  std::vector<double> cuts;   // [bins - 1], ascending
  std::vector<double>
      values;   // the table's values by which cells are told apart, ascending; of each bin at least its smallest
  std::vector<std::uint32_t> bin_begin = {0, 1};   // [bins + 1], bin b's values: values[bin_begin[b], bin_begin[b + 1])
  // Some bin has several values.
  [[nodiscard]] bool has_fine() const { return values.size() > static_cast<std::size_t>(bins); }
};

struct DatasetOptions {
  std::string target;
  std::vector<std::string> drop;   // columns that are not features
  std::vector<std::string> keep;   // if not empty: the only columns that are features
  std::string fold_column;         // names each row's fold; never a feature
  std::string group_column;        // names the group of each row, which no split divides; a feature only if kept
  std::string time_column;         // says when each row was: numbers, or ISO dates; a feature only if kept
  std::string positive;            // class that counts as 1 of a binary target; empty: the last by order
  int max_bins = 255;              // 2..255 value bins per feature, missing values have one more
  int threads = 1;
};

struct Dataset {
  std::size_t rows = 0;
  std::vector<Feature> features;
  std::vector<std::uint8_t> bins;   // [rows][features], row-major
  std::vector<std::uint8_t> fine;   // the same shape, 0 for missing cells; empty if no feature has_fine()
  Target target;
  std::string fold_column;                 // its name; empty without one
  std::vector<std::uint32_t> fold_codes;   // [rows] index into fold_names; empty without a fold column
  std::vector<std::string> fold_names;     // distinct names of the fold column, in the same order
  std::vector<std::uint32_t>
      group_codes;   // [rows] below `groups`, in the order of the groups' names; empty without a group column
  std::size_t groups = 0;
  std::vector<double>
      times;   // [rows] as numbers, or microseconds since 1970 (UTC) of dates; empty without a time column
  bool times_are_dates = false;
  std::string hash;   // hex digest of everything above: names, cuts, values, bins, labels, folds, groups, times
  std::vector<std::string> notes;   // what its user should know about how it was understood, each once
};

// Cut points come from all rows' values and never from labels, so one dataset serves every fold. Few distinct values
// (<= max_bins): each has its own bin, cut half-way between neighbours; otherwise quantiles: bins of about equal rows, in
// which frequent values get a bin of their own and the others share the rest (src/dataset/cut_points.h has the rule). The
// order of values within a bin is kept beside it: small nodes of trees are split between values, not only between bins.
// Text and booleans are binned by their code. The result does not depend on the number of threads.
// Source of the method: LightGBM's and scikit-learn's HistGradientBoosting's binning.
[[nodiscard]] Result<Dataset> make_dataset(const Table& table, const DatasetOptions& options);

}   // namespace warptune
