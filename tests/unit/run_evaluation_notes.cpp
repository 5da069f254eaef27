// Splits on which a score says less than it seems to.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/setting_mark.h"
#include "cli/with_flags.h"
#include "run/evaluation_notes.h"
#include "split/kinds.h"

namespace warptune {
namespace {

using Strings = std::vector<std::string>;

struct Evaluated {
  Dataset dataset;
  Split split;
  Study study;
};

// labels: a class of each row; order and begin as in folds_of_parts().
Evaluated split(const std::vector<std::uint8_t>& labels, int classes, std::vector<std::uint32_t> begin,
                Strings names = {}) {
  Evaluated made;
  made.dataset.rows = labels.size();
  made.dataset.target.labels = labels;
  for (int k = 0; k < classes; ++k) made.dataset.target.classes.push_back(std::string(1, static_cast<char>('p' + k)));
  for (std::uint32_t row = 0; row < labels.size(); ++row) made.split.order.push_back(row);
  made.split.folds = folds_of_parts(begin, labels.size());
  made.split.names = std::move(names);
  made.study.dataset.fold_column = made.split.names.empty() ? "" : "part";
  return made;
}

Strings notes_of(const Evaluated& s) { return evaluation_notes(s.study, s.dataset, s.split); }

TEST(EvaluationNotes, NothingToSay) {
  EXPECT_EQ(notes_of(split({0, 1, 0, 1}, 2, {0, 2, 4})), Strings{});
  EXPECT_EQ(notes_of(split({0, 1, 0, 1}, 2, {0, 2})), Strings{});   // a holdout's other rows only train, of course
}

// Rows that a fold's series has not come to yet do not train it.
TEST(EvaluationNotes, ClassesThatAFoldDoesNotTrainOnThoughOthersDo) {
  Evaluated s = split({0, 0, 0, 1, 0, 1}, 2, {0, 2});
  s.split.folds = {{{0, 2}, {2, 2}, {3, 5}}, {{0, 4}, {4, 4}, {4, 6}}};
  EXPECT_EQ(notes_of(s),
            (Strings{"class 'q' has no training row in fold 0, which validates on 1 row of it: no model can "
                     "learn it there"}));
}

TEST(EvaluationNotes, RowsOfOneTimeOnBothSides) {
  Evaluated s = split({0, 1, 0, 1, 0, 1}, 2, {0, 6});
  s.dataset.times = {1, 2, 2, 2, 3, 4};
  s.study.dataset.time_column = "t";
  s.split.folds = {{{0, 2}, {2, 2}, {2, 4}}, {{0, 4}, {4, 4}, {4, 6}}};
  EXPECT_EQ(notes_of(s),
            (Strings{"rows of one time in 't' both train and validate in fold 0, by their order in the table; " +
                     setting_mark("evaluate.gap", "1") + " keeps them apart"}));
  s.split.folds[0] = {{0, 1}, {1, 1}, {2, 4}};   // a gap
  EXPECT_EQ(notes_of(s),
            (Strings{"class 'q' has no training row in fold 0, which validates on 1 row of it: no model can "
                     "learn it there"}));
}

TEST(EvaluationNotes, SettingsThatChangeNothing) {
  Evaluated s = split({0, 1, 0, 1, 0, 1}, 2, {0, 6});
  s.dataset.times = {1, 2, 3, 4, 5, 6};
  s.split.folds = {{{0, 2}, {2, 2}, {2, 4}}, {{0, 4}, {4, 4}, {4, 6}}};
  SplitOptions& options = s.study.evaluation.split;
  options.stratify = false;
  options.gap = "1s";
  options.window = "100";
  EXPECT_EQ(notes_of(s), (Strings{setting_mark("evaluate.stratify", "false") +
                                      " changes nothing: splits by time keep no classes' shares",
                                  setting_mark("evaluate.gap", "1s") + " leaves out no row",
                                  setting_mark("evaluate.window", "100") +
                                      " leaves out no row: it reaches back to the first one in each fold"}));
  s.split.folds[1] = {{1, 3}, {3, 3}, {4, 6}};
  options.stratify = true;
  EXPECT_EQ(notes_of(s), Strings{});
  Evaluated groups = split({0, 1, 0, 1}, 2, {0, 2});
  groups.dataset.groups = 2;
  groups.study.evaluation.split.stratify = false;
  ASSERT_EQ(notes_of(groups).size(), 1u);
  groups.study.evaluation.split.folds = 2;
  EXPECT_EQ(notes_of(groups), Strings{});
}

TEST(EvaluationNotes, ClassesWithoutTrainingRows) {
  EXPECT_EQ(
      notes_of(split({0, 1, 2, 2, 0, 1}, 3, {0, 4, 6}, {"a", "b"})),
      (Strings{"class 'r' has no training row in fold 'a', which validates on 2 rows of it: no model can learn it "
               "there"}));
  const Strings two = notes_of(split({0, 0, 1, 1, 2, 2}, 3, {0, 2, 4, 6}));
  ASSERT_EQ(two.size(), 1u);
  EXPECT_NE(two[0].find("class 'p' has no training row in fold 0"), std::string::npos);
  EXPECT_NE(two[0].find("2 more of the kind"), std::string::npos);
}

TEST(EvaluationNotes, FoldsOfOneClass) {
  Evaluated s = split({0, 0, 0, 1, 1, 0, 1}, 2, {0, 2, 6}, {"a", "b"});   // the last row only trains
  s.study.evaluation.split.holdout_value = "b";
  EXPECT_EQ(notes_of(s), Strings{});
  s.study.evaluation.metric = "balanced_accuracy";
  EXPECT_EQ(
      notes_of(s),
      (Strings{"fold 'a' has validation rows of one class only: balanced_accuracy is that class's recall there"}));
}

TEST(EvaluationNotes, RowsThatOnlyTrain) {
  Evaluated s = split({0, 1, 0, 1, 1}, 2, {0, 2, 4}, {"a", "b"});
  EXPECT_EQ(notes_of(s), (Strings{"1 row of fold -1 in 'part' only train, as in scikit-learn's PredefinedSplit"}));
  s = split({0, 1, 0, 1, 1}, 2, {0, 2}, {"a"});
  s.study.evaluation.split.holdout_value = "a";
  EXPECT_EQ(notes_of(s), Strings{});
}

TEST(EvaluationNotes, RocAucNeedsBothClasses) {
  Evaluated s = split({0, 1, 1, 1, 0, 1}, 2, {0, 2, 4, 6}, {"a", "b", "c"});
  EXPECT_TRUE(check_folds(s.study, s.dataset, s.split));
  s.study.evaluation.metric = "roc_auc";
  const Result<void> named = check_folds(s.study, s.dataset, s.split);
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().message, "metric roc_auc: fold 'b' has validation rows of one class only");
  EXPECT_NE(named.error().hint.find("'part'"), std::string::npos);
  s.split.names.clear();
  const Result<void> numbered = check_folds(s.study, s.dataset, s.split);
  ASSERT_FALSE(numbered);
  EXPECT_EQ(numbered.error().message, "metric roc_auc: fold 1 has validation rows of one class only");
  EXPECT_NE(with_flags(numbered.error().hint).find("--no-stratify"), std::string::npos);
}

}   // namespace
}   // namespace warptune
