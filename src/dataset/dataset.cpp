// make_dataset: table -> columns' roles -> cut points (from sorted columns) -> bins (a stretch of rows a piece) -> digest.
#include "warptune/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/digest.h"
#include "base/nearest.h"
#include "base/parallel.h"
#include "base/setting_mark.h"
#include "base/shown.h"
#include "dataset/column_roles.h"
#include "dataset/column_sorter.h"
#include "dataset/cut_points.h"
#include "dataset/named_values.h"
#include "dataset/row_times.h"
#include "table/source_name.h"

namespace warptune {
namespace {

// Adds the values [begin, end) of a bin: all of them, or most_fine of them, evenly.
void add_values(Feature& feature, std::span<const double> bin) {
  constexpr std::size_t most_fine = 256;
  const std::size_t kept = std::min(bin.size(), most_fine);
  for (std::size_t i = 0; i < kept; ++i) feature.values.push_back(bin[i * bin.size() / kept]);
  feature.bin_begin.push_back(static_cast<std::uint32_t>(feature.values.size()));
}

Feature cut_feature(const Column& column, int max_bins, const DistinctValues& distinct) {
  Feature feature;
  feature.name = column.name;
  feature.type = column.type;
  feature.has_missing = distinct.has_missing;
  if (distinct.values.empty()) {
    feature.values = {0};   // nothing but missing values: the one value bin stays empty
    return feature;
  }
  const std::vector<std::uint32_t> ends = bin_ends(distinct.counts, max_bins);
  const std::span<const double> values = distinct.values;
  feature.bins = static_cast<int>(ends.size()) + 1;
  feature.bin_begin = {0};
  std::size_t begin = 0;
  for (const std::uint32_t end : ends) {
    feature.cuts.push_back(cut_between(values[end], values[end + 1]));
    add_values(feature, values.subspan(begin, end + 1 - begin));
    begin = end + std::size_t{1};
  }
  add_values(feature, values.subspan(begin));
  return feature;
}

// Finds bins, and places within them, by binary searches that take the same steps for every value, without a branch on the
// values.
class BinSearch {
 public:
  explicit BinSearch(const Feature& feature)
      : feature_(&feature),
        steps_(std::bit_width(feature.cuts.size())),
        missing_(static_cast<std::uint32_t>(feature.bins)) {
    cuts_.fill(std::numeric_limits<double>::infinity());
    std::copy(feature.cuts.begin(), feature.cuts.end(), cuts_.begin());
    std::uint32_t most = 1;   // values of a bin
    for (std::size_t b = 0; b + 1 < feature.bin_begin.size(); ++b)
      most = std::max(most, feature.bin_begin[b + 1] - feature.bin_begin[b]);
    fine_steps_ = std::bit_width(most - 1);
  }

  // bins, fine: every `stride`-th byte; fine: nullptr where no feature has any, else zeros.
  void find(std::span<const double> values, std::uint8_t* bins, std::uint8_t* fine, std::size_t stride) const {
    std::size_t i = 0;
    for (; i + together <= values.size(); i += together)
      search<together>(values.data() + i, bins + i * stride, fine != nullptr ? fine + i * stride : nullptr, stride);
    for (; i < values.size(); ++i)
      search<1>(values.data() + i, bins + i * stride, fine != nullptr ? fine + i * stride : nullptr, stride);
  }

 private:
  static constexpr std::size_t together = 8;   // searches that do not wait for each other

  template <std::size_t count>
  void search(const double* values, std::uint8_t* out, std::uint8_t* fine, std::size_t stride) const {
    std::array<std::uint32_t, count> bins{};
    for (int step = steps_ - 1; step >= 0; --step) {
      for (std::size_t k = 0; k < count; ++k) {
        const std::uint32_t middle = bins[k] + (1u << step);
        bins[k] = cuts_[middle - 1] < values[k] ? middle : bins[k];
      }
    }
    for (std::size_t k = 0; k < count; ++k) {
      out[k * stride] = static_cast<std::uint8_t>(values[k] == values[k] ? bins[k] : missing_);
    }
    if (fine_steps_ == 0 || fine == nullptr) return;
    std::array<std::uint32_t, count> places{};
    for (int step = fine_steps_ - 1; step >= 0; --step) {
      for (std::size_t k = 0; k < count; ++k) {   // a missing value is above none
        const std::uint32_t begin = feature_->bin_begin[bins[k]], in_bin = feature_->bin_begin[bins[k] + 1] - begin,
                            middle = places[k] + (1u << step), looked_at = std::min(middle, in_bin - 1);
        places[k] = middle < in_bin && feature_->values[begin + looked_at] <= values[k] ? middle : places[k];
      }
    }
    for (std::size_t k = 0; k < count; ++k) fine[k * stride] = static_cast<std::uint8_t>(places[k]);
  }

  const Feature* feature_;
  std::array<double, 256> cuts_;   // the feature's, then infinity
  int steps_;                      // 2^steps_ - 1 cuts are looked at, at least the feature's
  int fine_steps_;
  std::uint32_t missing_;
};

void bin_rows(Dataset& dataset, const Table& table, const std::vector<std::size_t>& columns, int threads) {
  const std::size_t width = columns.size();
  const std::vector<Feature>& features = dataset.features;
  dataset.bins.resize(table.rows * width);
  if (std::any_of(features.begin(), features.end(), [](const Feature& f) { return f.has_fine(); }))
    dataset.fine.resize(table.rows * width);
  const std::vector<BinSearch> searches(features.begin(), features.end());
  // Rows whose bins stay in the second-level cache while the columns are written one after another.
  constexpr std::size_t most_rows = 8192;
  const std::size_t stretch = std::clamp<std::size_t>((std::size_t{1} << 17) / width, 64, most_rows);
  for_each_piece((table.rows + stretch - 1) / stretch, threads, [&](std::size_t piece, std::size_t) {
    const std::size_t begin = piece * stretch, rows = std::min(stretch, table.rows - begin);
    std::array<double, most_rows> values;
    for (std::size_t f = 0; f < width; ++f) {
      table.columns[columns[f]].values.read(begin, {values.data(), rows});
      const std::size_t at = begin * width + f;
      searches[f].find({values.data(), rows}, dataset.bins.data() + at,
                       dataset.fine.empty() ? nullptr : dataset.fine.data() + at, width);
    }
  });
}

std::string digest(const Dataset& dataset) {
  Digest digest;
  digest.number(dataset.rows);
  digest.number(dataset.features.size());
  for (const Feature& feature : dataset.features) {
    digest.text(feature.name);
    digest.number(static_cast<std::uint64_t>(feature.type));
    digest.number(static_cast<std::uint64_t>(feature.bins));
    digest.number(feature.has_missing ? 1 : 0);
    digest.list(feature.cuts);
    digest.list(feature.values);
    digest.list(feature.bin_begin);
  }
  digest.list(dataset.bins);
  digest.list(dataset.fine);
  digest.list(dataset.target.labels);
  digest.texts(dataset.target.classes);
  digest.list(dataset.fold_codes);
  digest.texts(dataset.fold_names);
  if (!dataset.group_codes.empty()) digest.list(dataset.group_codes);
  if (!dataset.times.empty()) digest.list(dataset.times);
  return digest.hex();
}

Result<void> set_classes(Dataset& dataset, const Table& table, const Column& target, const std::string& positive) {
  Result<NamedValues> named = name_values(table, target, LabelRole::target);
  if (!named) return tl::unexpected(named.error());
  if (named->names.size() < 2) {
    return failure(fmt::format("{}: the target '{}' has one class only: '{}'", source_name(table.source),
                               shown(target.name), shown(named->names.at(0))),
                   "there is nothing to tell apart; name another target");
  }
  if (!positive.empty()) {
    const int at = find_name(named->names, positive);
    if (at < 0) {
      const std::string near = nearest(positive, named->names);
      return failure(
          fmt::format("{}: the target '{}' has no class '{}'", source_name(table.source), target.name, positive),
          near.empty()
              ? fmt::format("the first classes are '{}' and '{}'", shown(named->names[0]), shown(named->names[1]))
              : fmt::format("did you mean '{}'?", shown(near)));
    }
    if (named->names.size() != 2) {
      return failure(fmt::format("{}: the target '{}' has {} classes, so none of them can be the positive one",
                                 source_name(table.source), target.name, named->names.size()),
                     fmt::format("leave {} out", setting_mark("data.positive")));
    }
    if (at == 0) {
      std::swap(named->names[0], named->names[1]);
      for (std::uint32_t& code : named->codes) code ^= 1;
    }
  }
  dataset.target.classes = std::move(named->names);
  dataset.target.labels.assign(named->codes.begin(), named->codes.end());
  if (std::optional<std::string> note = same_numbers_note(table, target, LabelRole::target, dataset.target.classes))
    dataset.notes.push_back(std::move(*note));
  return {};
}

Result<void> set_groups_and_times(Dataset& dataset, const Table& table, const ColumnRoles& roles) {
  if (roles.group) {
    const Column& column = table.columns[*roles.group];
    Result<NamedValues> named = name_values(table, column, LabelRole::group_column);
    if (!named) return tl::unexpected(named.error());
    dataset.groups = named->names.size();
    dataset.group_codes = std::move(named->codes);
    if (std::optional<std::string> note = same_numbers_note(table, column, LabelRole::group_column, named->names))
      dataset.notes.push_back(std::move(*note));
  }
  if (roles.time) {
    Result<RowTimes> times = row_times(table, table.columns[*roles.time]);
    if (!times) return tl::unexpected(times.error());
    dataset.times = std::move(times->values);
    dataset.times_are_dates = times->dates;
  }
  return {};
}

Result<Dataset> build(const Table& table, const DatasetOptions& options, const ColumnSorter& sorter) {
  if (options.max_bins < 2 || options.max_bins > 255) {
    return failure(fmt::format("max_bins is {}; 2..255 are possible", options.max_bins), "255 is the finest");
  }
  const Result<ColumnRoles> roles = column_roles(table, options);
  if (!roles) return tl::unexpected(roles.error());
  if (table.rows == 0)
    return failure(fmt::format("{}: the table has no rows", source_name(table.source)),
                   "rows to learn from are needed");
  Dataset dataset;
  dataset.rows = table.rows;
  const Result<void> classes = set_classes(dataset, table, table.columns[roles->target], options.positive);
  if (!classes) return tl::unexpected(classes.error());
  if (roles->fold) {
    const Column& column = table.columns[*roles->fold];
    Result<NamedValues> folds = name_values(table, column, LabelRole::fold_column);
    if (!folds) return tl::unexpected(folds.error());
    dataset.fold_column = column.name;
    dataset.fold_names = std::move(folds->names);
    dataset.fold_codes = std::move(folds->codes);
    if (std::optional<std::string> note = same_numbers_note(table, column, LabelRole::fold_column, dataset.fold_names))
      dataset.notes.push_back(std::move(*note));
  }
  if (const Result<void> split = set_groups_and_times(dataset, table, *roles); !split)
    return tl::unexpected(split.error());
  dataset.features.resize(roles->features.size());
  std::vector<const Cells*> columns;
  for (const std::size_t column : roles->features) columns.push_back(&table.columns[column].values);
  const Result<void> sorted = sorter(columns, [&](std::size_t f, const DistinctValues& distinct) {
    dataset.features[f] = cut_feature(table.columns[roles->features[f]], options.max_bins, distinct);
  });
  if (!sorted) return tl::unexpected(sorted.error());
  bin_rows(dataset, table, roles->features, options.threads);
  dataset.hash = digest(dataset);
  return dataset;
}

}   // namespace

Result<void> sort_columns(std::span<const Cells* const> columns, const OnSorted& on_sorted, int threads) {
  std::vector<SortSpace> spaces(static_cast<std::size_t>(std::max(threads, 1)));
  for_each_piece(columns.size(), threads, [&](std::size_t column, std::size_t thread) {
    on_sorted(column, distinct_values(*columns[column], spaces[thread]));
  });
  return {};
}

Result<Dataset> make_dataset(const Table& table, const DatasetOptions& options) {
  return make_dataset(table, options, [&](std::span<const Cells* const> columns, const OnSorted& on_sorted) {
    return sort_columns(columns, on_sorted, options.threads);
  });
}

Result<Dataset> make_dataset(const Table& table, const DatasetOptions& options, const ColumnSorter& sorter) {
  try {
    return build(table, options, sorter);
  } catch (const std::bad_alloc&) {
  } catch (const std::length_error&) {
  }
  return failure(fmt::format("{}: there is not enough memory for the binned table", source_name(table.source)),
                 "it takes two bytes for each cell of a feature; drop columns, or use fewer threads");
}

}   // namespace warptune
