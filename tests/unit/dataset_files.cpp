// Real tables from the file to the folds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "warptune/split.h"
#include "warptune/table.h"

namespace warptune {
namespace {

std::string data_path(const std::string& name) { return std::string(WARPTUNE_SOURCE_DIR "/data/") + name; }

struct Expected {
  std::string file, target;
  std::size_t rows, features, classes, missing_cells, text_features;
};

class RealTable : public testing::TestWithParam<Expected> {};

TEST_P(RealTable, IsReadBinnedAndSplit) {
  const Expected& expected = GetParam();
  const Result<Table> table = read_csv(data_path(expected.file));
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->rows, expected.rows);
  std::size_t missing = 0, text = 0;
  for (const Column& column : table->columns) {
    ASSERT_EQ(column.values.size(), expected.rows);
    for (const double v : column.values.doubles()) missing += std::isnan(v) ? 1 : 0;
  }
  EXPECT_EQ(missing, expected.missing_cells);
  DatasetOptions options;
  options.target = expected.target;
  const Result<Dataset> dataset = make_dataset(*table, options);
  ASSERT_TRUE(dataset) << dataset.error().message;
  EXPECT_EQ(dataset->features.size(), expected.features);
  EXPECT_EQ(dataset->target.classes.size(), expected.classes);
  for (const Feature& feature : dataset->features) {
    text += feature.type == ColumnType::text ? 1 : 0;
    EXPECT_GE(feature.bins, 1);
    EXPECT_LE(feature.bins, 255);
  }
  EXPECT_EQ(text, expected.text_features);
  SplitOptions folds;
  folds.holdout = 0.33;
  const Result<Split> split = make_split(*dataset, folds, 0);
  ASSERT_TRUE(split) << split.error().message;
  EXPECT_EQ(split->validation_rows(0), static_cast<std::size_t>(std::ceil(0.33 * static_cast<double>(expected.rows))));
}

INSTANTIATE_TEST_SUITE_P(Data, RealTable,
                         testing::Values(Expected{"blog.csv", "target", 10000, 4, 2, 0, 0},
                                         Expected{"spam.csv", "type", 4601, 57, 2, 0, 0},
                                         Expected{"pima.csv", "diabetes", 768, 8, 2, 652, 0},
                                         Expected{"churn.csv", "churn", 7043, 19, 2, 11, 10}),
                         [](const auto& test) { return test.param.file.substr(0, test.param.file.find('.')); });

}   // namespace
}   // namespace warptune
