#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "warptune/split.h"

namespace warptune {
namespace {

// Labels in a fixed mixed order.
Dataset dataset_of(const std::vector<std::size_t>& class_sizes) {
  Dataset dataset;
  for (std::size_t c = 0; c < class_sizes.size(); ++c) {
    dataset.target.classes.push_back(fmt::format("class{}", c));
    dataset.target.labels.insert(dataset.target.labels.end(), class_sizes[c], static_cast<std::uint8_t>(c));
  }
  dataset.rows = dataset.target.labels.size();
  std::vector<std::uint8_t> mixed(dataset.rows);
  std::size_t step = 7;
  while (std::gcd(step, dataset.rows) != 1) ++step;
  for (std::size_t r = 0; r < dataset.rows; ++r) mixed[r * step % dataset.rows] = dataset.target.labels[r];
  dataset.target.labels = mixed;
  return dataset;
}

Split made(const Dataset& dataset, const SplitOptions& options, std::uint64_t seed = 1) {
  Result<Split> split = make_split(dataset, options, seed);
  EXPECT_TRUE(split) << (split ? "" : split.error().message);
  return split ? *split : Split{};
}

Error error_of(const Dataset& dataset, const SplitOptions& options) {
  const Result<Split> split = make_split(dataset, options, 1);
  EXPECT_FALSE(split);
  if (split) return {};
  EXPECT_EQ(split.error().kind, ErrorKind::usage);
  EXPECT_FALSE(split.error().hint.empty());
  return split.error();
}

SplitOptions holdout(double share, bool stratify = true) {
  SplitOptions options;
  options.holdout = share;
  options.stratify = stratify;
  return options;
}

SplitOptions k_folds(int folds, bool stratify = true) {
  SplitOptions options;
  options.folds = folds;
  options.stratify = stratify;
  return options;
}

// Where the folds' validation rows begin, and the last ones end; every fold trains on all others.
std::vector<std::uint32_t> parts(const Split& split) {
  std::vector<std::uint32_t> begin{0};
  for (int fold = 0; fold < split.count(); ++fold) {
    EXPECT_TRUE(split.on_all_others(fold));
    EXPECT_EQ(split.fold(fold).validation.begin, begin.back());
    begin.push_back(split.fold(fold).validation.end);
  }
  return begin;
}

// [classes] rows of the fold's validation part.
std::vector<std::size_t> class_counts(const Dataset& dataset, const Split& split, int fold) {
  std::vector<std::size_t> counts(dataset.target.classes.size());
  for (std::uint32_t i = split.fold(fold).validation.begin; i < split.fold(fold).validation.end; ++i)
    ++counts[dataset.target.labels[split.order[i]]];
  return counts;
}

void expect_permutation_in_ascending_parts(const Split& split, std::size_t rows) {
  ASSERT_EQ(split.order.size(), rows);
  EXPECT_EQ(std::set<std::uint32_t>(split.order.begin(), split.order.end()).size(), rows);
  EXPECT_EQ(*std::max_element(split.order.begin(), split.order.end()), rows - 1);
  std::vector<std::uint32_t> ends = parts(split);
  ends.push_back(static_cast<std::uint32_t>(rows));
  EXPECT_EQ(ends.front(), 0u);
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    EXPECT_TRUE(std::is_sorted(split.order.begin() + ends[i], split.order.begin() + ends[i + 1]));
  }
}

TEST(Folds, HoldoutTakesScikitLearnsNumberOfRows) {
  for (const std::size_t rows : {10, 99, 100, 101, 4601}) {
    for (const double share : {0.1, 0.2, 0.33, 0.5, 0.9}) {
      const Dataset dataset = dataset_of({rows / 3, rows - rows / 3});
      for (const bool stratify : {true, false}) {
        if (stratify && rows == 10 && share != 0.5 && share != 0.33) continue;
        const Split split = made(dataset, holdout(share, stratify));
        EXPECT_EQ(split.count(), 1);
        EXPECT_EQ(split.validation_rows(0), static_cast<std::size_t>(std::ceil(share * static_cast<double>(rows))));
        EXPECT_EQ(split.train_rows(0), rows - split.validation_rows(0));
        expect_permutation_in_ascending_parts(split, rows);
      }
    }
  }
}

// Numbers from sklearn.model_selection.StratifiedShuffleSplit(test_size=.., random_state=0): class counts of the test part.
TEST(Folds, StratifiedHoldoutKeepsScikitLearnsShares) {
  const Dataset dataset = dataset_of({700, 201, 99, 13});
  EXPECT_EQ(class_counts(dataset, made(dataset, holdout(0.33)), 0), (std::vector<std::size_t>{232, 66, 33, 4}));
  EXPECT_EQ(class_counts(dataset, made(dataset, holdout(0.25)), 0), (std::vector<std::size_t>{176, 50, 25, 3}));
  EXPECT_EQ(class_counts(dataset, made(dataset, holdout(0.1)), 0), (std::vector<std::size_t>{71, 20, 10, 1}));
}

// Numbers from sklearn.model_selection.StratifiedKFold(5) on labels sorted by class, and KFold's sizes.
TEST(Folds, KFoldsKeepScikitLearnsShares) {
  const Dataset dataset = dataset_of({701, 203, 98, 11});
  const Split split = made(dataset, k_folds(5));
  ASSERT_EQ(split.count(), 5);
  const std::vector<std::vector<std::size_t>> expected = {
      {141, 40, 20, 2}, {140, 41, 20, 2}, {140, 41, 19, 3}, {140, 41, 19, 2}, {140, 40, 20, 2}};
  for (int f = 0; f < 5; ++f) EXPECT_EQ(class_counts(dataset, split, f), expected[static_cast<std::size_t>(f)]) << f;
  expect_permutation_in_ascending_parts(split, 1013);
  const Split plain = made(dataset, k_folds(5, false));
  for (int f = 0; f < 5; ++f) EXPECT_EQ(plain.validation_rows(f), f < 3 ? 203u : 202u);
  expect_permutation_in_ascending_parts(plain, 1013);
}

TEST(Folds, DependOnTheSeedAndNothingElse) {
  const Dataset dataset = dataset_of({300, 200});
  for (const auto& [options, other] : {std::pair{holdout(0.3), std::uint64_t{2}},
                                       {k_folds(4), 1u << 31},
                                       {holdout(0.3, false), std::uint64_t{1} << 40}}) {
    EXPECT_EQ(made(dataset, options).order, made(dataset, options).order);
    EXPECT_NE(made(dataset, options).order, made(dataset, options, other).order);
  }
}

// The validation rows of seed 1, from a Philox written separately in Python: a change of the draws would change stored results.
TEST(Folds, KnownAnswer) {
  const Dataset dataset = dataset_of({20, 20});
  const Split split = made(dataset, holdout(0.2, false));
  EXPECT_EQ(std::vector<std::uint32_t>(split.order.begin(), split.order.begin() + 8),
            (std::vector<std::uint32_t>{6, 12, 17, 18, 28, 31, 33, 34}));
}

TEST(Folds, RowsAreDrawnEvenly) {
  const Dataset dataset = dataset_of({60, 40});
  std::vector<int> drawn(100);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Split split = made(dataset, holdout(0.25, seed % 2 == 0), seed);
    for (std::uint32_t i = 0; i < split.fold(0).validation.end; ++i) ++drawn[split.order[i]];
  }
  for (const int count : drawn)
    EXPECT_NEAR(count, 500, 5 * std::sqrt(2000 * 0.25 * 0.75));   // five standard deviations
}

TEST(Folds, FromAColumn) {
  Dataset dataset = dataset_of({3, 3});
  dataset.fold_column = "part";
  dataset.fold_names = {"a", "b", "c"};
  dataset.fold_codes = {2, 0, 1, 0, 2, 2};
  SplitOptions options;
  const Split split = made(dataset, options);
  EXPECT_EQ(split.order, (std::vector<std::uint32_t>{1, 3, 2, 0, 4, 5}));
  EXPECT_EQ(parts(split), (std::vector<std::uint32_t>{0, 2, 3, 6}));
  options.holdout_value = "c";
  const Split one = made(dataset, options);
  EXPECT_EQ(one.order, (std::vector<std::uint32_t>{0, 4, 5, 1, 2, 3}));
  EXPECT_EQ(parts(one), (std::vector<std::uint32_t>{0, 3}));
  EXPECT_EQ(split.names, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(one.names, (std::vector<std::string>{"c"}));
  options.holdout_value = "C";
  EXPECT_EQ(error_of(dataset, options).hint, "did you mean 'c'?");
  options.holdout_value = "";
  dataset.fold_names = {"a"};
  dataset.fold_codes.assign(6, 0);
  EXPECT_NE(error_of(dataset, options).message.find("one name only"), std::string::npos);
  options.folds = 3;   // asked for, so the column only is no feature
  EXPECT_EQ(made(dataset, options).names, std::vector<std::string>());
  options.holdout_value = "a";
  EXPECT_NE(error_of(dataset, options).message.find("without a fold column"), std::string::npos);
}

TEST(Folds, RowsOfFoldMinusOneOnlyTrain) {
  Dataset dataset = dataset_of({3, 3});
  dataset.fold_column = "part";
  dataset.fold_names = {"-1", "0", "1"};
  dataset.fold_codes = {2, 0, 1, 0, 2, 2};
  SplitOptions options;
  const Split split = made(dataset, options);
  EXPECT_EQ(split.order, (std::vector<std::uint32_t>{2, 0, 4, 5, 1, 3}));
  EXPECT_EQ(parts(split), (std::vector<std::uint32_t>{0, 1, 4}));
  EXPECT_EQ(split.names, (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(split.train_rows(0), 5u);
  options.holdout_value = "-1";   // asked for by name
  EXPECT_EQ(made(dataset, options).order, (std::vector<std::uint32_t>{1, 3, 0, 2, 4, 5}));
  options.holdout_value = "";
  dataset.fold_names = {"-1,0", "0,0", "1,0"};   // decimal commas
  EXPECT_EQ(made(dataset, options).names, (std::vector<std::string>{"0,0", "1,0"}));
  dataset.fold_names = {"-1", "-1.0"};
  dataset.fold_codes = {0, 1, 1, 1, 1, 1};
  EXPECT_NE(error_of(dataset, options).message.find("nothing but -1"), std::string::npos);
}

TEST(Folds, Errors) {
  const Dataset dataset = dataset_of({97, 3});
  EXPECT_NE(error_of(dataset, {}).message.find("neither a holdout nor folds"), std::string::npos);
  for (const double share : {1.0, -0.5, 1.5, std::nan("")}) {
    EXPECT_NE(error_of(dataset, holdout(share)).message.find("between 0 and 1"), std::string::npos) << share;
  }
  EXPECT_NE(error_of(dataset, holdout(0.999, false)).message.find("no row to train on"), std::string::npos);
  EXPECT_NE(error_of(dataset, holdout(0.01)).message.find("no row of class 'class1' (3 rows) to validate on"),
            std::string::npos);
  EXPECT_NE(error_of(dataset, holdout(0.95)).message.find("no row of class 'class1' (3 rows) to train on"),
            std::string::npos);
  EXPECT_EQ(made(dataset, holdout(0.01, false)).validation_rows(0), 1u);
  for (const int folds : {1, -1, 101}) {
    EXPECT_NE(error_of(dataset, k_folds(folds, false)).message.find("2..100"), std::string::npos) << folds;
  }
  EXPECT_EQ(error_of(dataset, k_folds(4)).message, "class 'class1' has 3 rows, fewer than the 4 folds");
  EXPECT_EQ(made(dataset, k_folds(100, false)).count(), 100);
  SplitOptions options = holdout(0.3);
  options.folds = 5;
  EXPECT_NE(error_of(dataset, options).message.find("both"), std::string::npos);
  options = holdout(0.3);
  options.holdout_value = "x";
  EXPECT_NE(error_of(dataset, options).message.find("without a fold column"), std::string::npos);
}

}   // namespace
}   // namespace warptune
