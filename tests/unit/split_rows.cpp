// What libraries and workers are told of folds that do not train on all rows that they do not validate on.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/npy.h"
#include "family/command/data.h"
#include "family/library/values.h"
#include "split/class_rows.h"
#include "split/kinds.h"

namespace warptune {
namespace {

using Rows = std::vector<std::uint32_t>;

Dataset six_rows() {
  Dataset dataset;
  dataset.rows = 6;
  dataset.target.classes = {"a", "b"};
  dataset.target.labels = {0, 1, 0, 1, 0, 1};
  return dataset;
}

// Rows 5 4 3 2 1 0 as a series with a gap of a row; then a repetition in another order, of which a fold leaves out more than
// it validates on.
Split gapped() {
  Split split;
  split.order = {5, 4, 3, 2, 1, 0, 0, 2, 4, 1, 3, 5};
  split.folds = {{{0, 2}, {2, 2}, {3, 5}}, {{6, 12}, {7, 10}, {8, 9}}};
  return split;
}

std::vector<double> written(const Split& split) {
  const std::string path =
      std::filesystem::temp_directory_path() / ("warptune_split_rows_" + std::to_string(::getpid()) + ".npy");
  EXPECT_TRUE(write_folds(path, {six_rows(), split, {}}));
  const Result<NpyArray> array = read_npy(path, 100);
  std::filesystem::remove(path);
  EXPECT_TRUE(array);
  EXPECT_EQ(array->columns, split.count() == 3 ? 0U : 6U);
  return array->values;
}

TEST(SplitRows, LibrariesGetThemAscending) {
  const Dataset dataset = six_rows();
  const Split split = gapped();
  const StudyData data{dataset, split, {}};
  EXPECT_EQ(fold_rows(data, 0).train, (Rows{4, 5}));
  EXPECT_EQ(fold_rows(data, 0).validation, (Rows{1, 2}));
  EXPECT_EQ(fold_rows(data, 1).train, (Rows{0, 3, 5}));
  EXPECT_EQ(fold_rows(data, 1).validation, (Rows{4}));
  EXPECT_EQ(split.train_rows(1), 3U);
  EXPECT_EQ(train_class_rows(dataset, split, 1), (ClassRows{1, 2}));
  EXPECT_EQ(validation_class_rows(dataset, split, 0), (ClassRows{1, 1}));
}

TEST(SplitRows, WorkersGetWhatEachFoldDoesWithARow) {
  EXPECT_EQ(written(gapped()), (std::vector<double>{0, 2, 2, 0, 1, 1, 1, 0, 0, 1, 2, 1}));
}

TEST(SplitRows, WorkersGetTheFoldOfARowWhereThatIsEnough) {
  Split split;
  split.order = {4, 0, 1, 5, 2, 3};
  split.folds = folds_of_parts({0, 1, 3, 4}, 6);
  EXPECT_EQ(written(split), (std::vector<double>{1, 1, -1, -1, 0, 2}));
}

}   // namespace
}   // namespace warptune
