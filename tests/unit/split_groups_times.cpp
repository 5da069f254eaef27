// Splits by groups and in the order of times. tests/cli/test_splits.py holds them to scikit-learn's, row for row.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "split/row_roles.h"
#include "split/time_amount.h"
#include "warptune/split.h"

namespace warptune {
namespace {

Dataset labelled(std::size_t rows) {
  Dataset dataset;
  dataset.rows = rows;
  dataset.target.classes = {"a", "b"};
  for (std::size_t r = 0; r < rows; ++r) dataset.target.labels.push_back(static_cast<std::uint8_t>(r % 3 == 0));
  return dataset;
}

Dataset in_groups(std::size_t rows, std::size_t groups) {
  Dataset dataset = labelled(rows);
  dataset.groups = groups;
  for (std::size_t r = 0; r < rows; ++r)
    dataset.group_codes.push_back(static_cast<std::uint32_t>(r * r % 101 % groups));
  return dataset;
}

Dataset at_times(const std::vector<double>& times, bool dates = false) {
  Dataset dataset = labelled(times.size());
  dataset.times = times;
  dataset.times_are_dates = dates;
  return dataset;
}

SplitOptions asked_for(int folds, double share = 0, const std::string& gap = "", const std::string& window = "") {
  SplitOptions options;
  options.folds = folds;
  options.holdout = share;
  options.gap = gap;
  options.window = window;
  return options;
}

Split split_of(const Dataset& dataset, const SplitOptions& options, std::uint64_t seed = 1) {
  Result<Split> split = make_split(dataset, options, seed);
  EXPECT_TRUE(split) << (split ? "" : split.error().message);
  return split ? *split : Split{};
}

std::string message_of(const Dataset& dataset, const SplitOptions& options) {
  const Result<Split> split = make_split(dataset, options, 1);
  EXPECT_FALSE(split);
  return split ? "" : split.error().message;
}

TEST(SplitByGroup, NoGroupIsDividedAndAllRowsAreDealtOnce) {
  const Dataset dataset = in_groups(500, 17);
  for (SplitOptions options : {asked_for(4), asked_for(0, 0.3)})
    for (const bool stratify : {true, false}) {
      options.stratify = stratify;
      const std::vector<std::int32_t> fold = fold_codes(dataset.rows, split_of(dataset, options));
      ASSERT_EQ(fold.size(), dataset.rows);
      std::vector<std::set<std::int32_t>> of_group(dataset.groups);
      for (std::size_t r = 0; r < dataset.rows; ++r) of_group[dataset.group_codes[r]].insert(fold[r]);
      for (const auto& folds : of_group) EXPECT_LE(folds.size(), 1u);
      EXPECT_EQ(std::count(fold.begin(), fold.end(), -1) == 0, options.folds != 0);
    }
}

TEST(SplitByGroup, AHoldoutIsAShareOfTheGroupsAndFollowsTheSeed) {
  const Dataset dataset = in_groups(500, 17);
  std::set<std::vector<std::uint32_t>> orders;
  for (const std::uint64_t seed : {1, 2, 3, 1}) {
    const Split split = split_of(dataset, asked_for(0, 0.3), seed);
    std::set<std::uint32_t> held_out;
    for (std::uint32_t i = split.fold(0).validation.begin; i < split.fold(0).validation.end; ++i)
      held_out.insert(dataset.group_codes[split.order[i]]);
    EXPECT_EQ(held_out.size(), 6u);   // ceil(0.3 * 17)
    orders.insert(split.order);
  }
  EXPECT_EQ(orders.size(), 3u);
}

TEST(SplitByGroup, MoreFoldsThanGroups) {
  EXPECT_EQ(message_of(in_groups(60, 3), asked_for(4)), "folds is 4; 2..3 are possible (the number of groups)");
  EXPECT_EQ(message_of(in_groups(60, 1), asked_for(0, 0.5)),
            "the group column holds one group only, which can't be divided");
  EXPECT_EQ(message_of(in_groups(60, 2), asked_for(0, 0.9)), "holdout 0.9 of 2 groups leaves no group to train on");
}

TEST(SplitRepeated, EachRepetitionIsASplitOfItsOwn) {
  const Dataset plain = labelled(90), groups = in_groups(90, 11);
  for (const Dataset* dataset : {&plain, &groups})
    for (SplitOptions options : {asked_for(3), asked_for(0, 0.25)})
      for (const bool stratify : {true, false}) {
        options.stratify = stratify;
        options.repeats = 4;
        const Split split = split_of(*dataset, options);
        const std::size_t each = split.folds.size() / 4;
        ASSERT_EQ(split.order.size(), 4 * dataset->rows);
        ASSERT_EQ(split.folds.size(), each * 4);
        std::set<std::vector<std::uint32_t>> orders;
        for (std::uint32_t r = 0; r < 4; ++r) {
          const auto begin = split.order.begin() + r * static_cast<std::ptrdiff_t>(dataset->rows);
          std::vector<std::uint32_t> own(begin, begin + static_cast<std::ptrdiff_t>(dataset->rows));
          orders.insert(own);
          std::sort(own.begin(), own.end());
          for (std::uint32_t row = 0; row < dataset->rows; ++row) ASSERT_EQ(own[row], row);
          for (std::size_t f = 0; f < each; ++f) {
            const Fold& fold = split.folds[r * each + f];
            EXPECT_EQ(fold.train, (Places{r * 90, (r + 1) * 90}));
            EXPECT_EQ(fold.hole, fold.validation);
            if (dataset->groups == 0) continue;
            std::set<std::uint32_t> trains, validates;
            for (std::uint32_t i = fold.train.begin; i < fold.train.end; ++i)
              (i >= fold.hole.begin && i < fold.hole.end ? validates : trains)
                  .insert(groups.group_codes[split.order[i]]);
            for (const std::uint32_t group : validates) EXPECT_EQ(trains.count(group), 0u);
          }
        }
        EXPECT_EQ(orders.size(), 4u);
        if (dataset->groups != 0) continue;
        options.repeats = 1;   // the first one is the split that is not repeated
        const Split once = split_of(*dataset, options);
        EXPECT_TRUE(std::equal(once.order.begin(), once.order.end(), split.order.begin()));
      }
}

TEST(SplitByTime, FoldsTrainOnWhatWasBefore) {
  const Dataset dataset = at_times({5, 1, 3, 0, 2, 4, 6});
  const Split split = split_of(dataset, asked_for(3));
  EXPECT_EQ(split.order, (std::vector<std::uint32_t>{3, 1, 4, 2, 5, 0, 6}));
  const std::vector<Fold> expected{{{0, 4}, {4, 4}, {4, 5}}, {{0, 5}, {5, 5}, {5, 6}}, {{0, 6}, {6, 6}, {6, 7}}};
  EXPECT_EQ(split.folds, expected);
  EXPECT_EQ(split_of(dataset, asked_for(0, 0.3)).folds, (std::vector<Fold>{{{0, 4}, {4, 4}, {4, 7}}}));
}

TEST(SplitByTime, GapsAndWindowsInRows) {
  const Dataset dataset = at_times({0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_EQ(split_of(dataset, asked_for(2, 0, "2")).folds,
            (std::vector<Fold>{{{0, 2}, {2, 2}, {4, 7}}, {{0, 5}, {5, 5}, {7, 10}}}));
  EXPECT_EQ(split_of(dataset, asked_for(2, 0, "1", "2")).folds,
            (std::vector<Fold>{{{1, 3}, {3, 3}, {4, 7}}, {{4, 6}, {6, 6}, {7, 10}}}));
  EXPECT_EQ(message_of(dataset, asked_for(2, 0, "4")),
            "fold 0 has no row to train on: of 4 rows before those that it validates on a gap of 4 leaves none");
}

TEST(SplitByTime, GapsAndWindowsInTime) {
  constexpr double day = 86400e6;
  std::vector<double> times;
  for (int i = 0; i < 12; ++i) times.push_back(i / 2 * day);   // two rows a day
  const Dataset dataset = at_times(times, true);
  // Validates on days 4 and 5. A gap of a day: day 3 trains, days of less than that before do not.
  EXPECT_EQ(split_of(dataset, asked_for(0, 0.33, "1d")).fold(0).train, (Places{0, 8}));
  EXPECT_EQ(split_of(dataset, asked_for(0, 0.33, "25h")).fold(0).train, (Places{0, 6}));
  EXPECT_EQ(split_of(dataset, asked_for(0, 0.33, "1d", "2d")).fold(0).train, (Places{2, 8}));   // days 1 to 3
  EXPECT_EQ(split_of(dataset, asked_for(0, 0.33, "", "1d")).fold(0).train,
            (Places{4, 8}));   // from the last one that trains
  EXPECT_EQ(split_of(dataset, asked_for(0, 0.33, "1", "1d")).fold(0).train, (Places{4, 7}));
  EXPECT_NE(message_of(at_times({0, 1, 2, 3}), asked_for(0, 0.5, "1d")).find("the time column holds numbers"),
            std::string::npos);
}

TEST(SplitByTime, WhatCannotBe) {
  EXPECT_EQ(message_of(at_times({0, 1, 2}), asked_for(3)),
            "folds is 3; 2..2 are possible in the order of time (rows, less one)");
  EXPECT_EQ(message_of(labelled(9), asked_for(3, 0, "1")), "a gap or a window is given without a time column");
  EXPECT_EQ(message_of(at_times({0, 1, 2}), asked_for(2, 0, "0", "0")), "window is 0: no row would train");
  EXPECT_EQ(message_of(in_groups(60, 1), asked_for(2)),
            "the group column holds one group only, which can't be divided");
  SplitOptions often = asked_for(2);
  often.repeats = 1000;
  Dataset large = in_groups(8, 2);
  large.rows = 5'000'000;
  EXPECT_EQ(message_of(large, often), "1000 repetitions of 5000000 rows are more than 4294967295 rows");
  Dataset both = at_times({0, 1, 2, 3});
  both.groups = 2;
  EXPECT_EQ(message_of(both, asked_for(2)), "rows can't be split by more than one of a fold column, groups and times");
}

TEST(TimeAmount, RowsOrADuration) {
  EXPECT_EQ(parse_time_amount("100", "x")->rows, 100u);
  EXPECT_FALSE(parse_time_amount("100", "x")->microseconds);
  EXPECT_EQ(parse_time_amount("0", "x")->rows, 0u);   // scikit-learn's own gap
  EXPECT_EQ(*parse_time_amount("90s", "x")->microseconds, 90e6);
  EXPECT_EQ(*parse_time_amount("1.5h", "x")->microseconds, 5400e6);
  EXPECT_EQ(*parse_time_amount("2w", "x")->microseconds, 14 * 86400e6);
  for (const char* text : {"", "-3", "1.5", "3x", "d", "0d", "-1d", "1e9w", "1dd", "nan", "infd"})
    EXPECT_FALSE(parse_time_amount(text, "x")) << text;
}

TEST(RowRoles, ColumnsOfSplits) {
  EXPECT_EQ(split_csv(4, split_of(at_times({3, 1, 2, 0}), asked_for(0, 0.5))),
            "fold_0\nvalidate\ntrain\nvalidate\ntrain\n");
  EXPECT_EQ(split_csv(4, split_of(at_times({3, 1, 2, 0}), asked_for(0, 0.5, "1"))),
            "fold_0\nvalidate\nunused\nvalidate\ntrain\n");
  Dataset named = labelled(3);
  named.fold_column = "f";
  named.fold_names = {"-1", "0", "1"};
  named.fold_codes = {2, 0, 1};
  EXPECT_EQ(split_csv(3, split_of(named, {})), "fold\n1\n-1\n0\n");
}

}   // namespace
}   // namespace warptune
