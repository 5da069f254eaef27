#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "warptune/family.h"
#include "warptune/study.h"

namespace warptune {
namespace {

Study valid() {
  Study study;
  study.input.path = "a.csv";
  study.dataset.target = "y";
  return study;
}

TEST(StudyCheck, DefaultsAreFilledIn) {
  const Study study = complete_study(valid());
  EXPECT_EQ(study.evaluation.split.holdout, 0.33);
  EXPECT_EQ(study.space, families().front().default_space);
  EXPECT_EQ(study.search.trials, 100);
  EXPECT_TRUE(check_study(study)) << check_study(study).error().message;
}

TEST(StudyCheck, WhatIsGivenIsKept) {
  Study study = valid();
  study.evaluation.split.folds = 5;
  study.search.seed = 7;
  study.space.parameters.push_back(*parse_parameter("max_depth=3"));
  study = complete_study(study);
  EXPECT_EQ(study.evaluation.split.holdout, 0);
  EXPECT_EQ(study.evaluation.split.folds, 5);
  EXPECT_EQ(study.search.seed, 7U);
  EXPECT_EQ(study.space.parameters.size(), 1U);
}

TEST(StudyCheck, AGridIsWholeUnlessTrialsAreGiven) {
  Study study = valid();
  study.search.sampler = "grid";
  EXPECT_EQ(complete_study(study).search.trials, 0);
  EXPECT_TRUE(check_study(complete_study(study)));
  study.search.trials_given = true;
  EXPECT_EQ(complete_study(study).search.trials, 100);
}

TEST(StudyCheck, AThirdIsHeldOutUnlessThereIsAnEvaluation) {
  Study study = valid();
  EXPECT_EQ(complete_study(study).evaluation.split.holdout, 0.33);
  study.dataset.fold_column = "f";
  EXPECT_EQ(complete_study(study).evaluation.split.holdout, 0);
  EXPECT_TRUE(check_study(complete_study(study)));
}

TEST(StudyCheck, Refuses) {
  struct Case {
    const char* says;
    std::function<void(Study&)> change;
  };
  const auto parameter = [](Study& s, const char* text) { s.space.parameters = {*parse_parameter(text)}; };
  const std::vector<Case> cases{
      {"no data", [](Study& s) { s.input.path.clear(); }},
      {"no target", [](Study& s) { s.dataset.target.clear(); }},
      {"search.trials: trials must be from 1",
       [](Study& s) {
         s.search.trials = 0;
         s.search.trials_given = true;
       }},
      {"search.trials: trials must be from 1",
       [](Study& s) {
         s.search.trials = -5;
         s.search.trials_given = true;
       }},
      {"unknown sampler", [](Study& s) { s.search.sampler = "tpe"; }},
      {"unknown metric", [](Study& s) { s.evaluation.metric = "f1"; }},
      {"model.family: unknown model family", [](Study& s) { s.model.family = "svm"; }},
      {"unknown device", [](Study& s) { s.run.device = "tpu"; }},
      {"holdout must be between", [](Study& s) { s.evaluation.split.holdout = 1; }},
      {"holdout must be between", [](Study& s) { s.evaluation.split.holdout = -0.5; }},
      {"folds must be from 2", [](Study& s) { s.evaluation.split.folds = 1; }},
      {"holdout and folds are both given",
       [](Study& s) {
         s.evaluation.split.folds = 3;
         s.evaluation.split.holdout = 0.2;
       }},
      {"a fold column is given as well as folds",
       [](Study& s) {
         s.evaluation.split.folds = 3;
         s.dataset.fold_column = "f";
       }},
      {"holdout_value needs a fold column", [](Study& s) { s.evaluation.split.holdout_value = "1"; }},
      {"y is the target and can't be the fold column", [](Study& s) { s.dataset.fold_column = "y"; }},
      {"y is the target and can't be the group column", [](Study& s) { s.dataset.group_column = "y"; }},
      {"a fold column is given as well as a time column",
       [](Study& s) {
         s.evaluation.split.holdout = 0;
         s.dataset.fold_column = "f";
         s.dataset.time_column = "t";
       }},
      {"groups and times are both given",
       [](Study& s) {
         s.dataset.group_column = "g";
         s.dataset.time_column = "t";
       }},
      {"a window is of splits in the order of time", [](Study& s) { s.evaluation.split.window = "3d"; }},
      {"a split by time is the same each time",
       [](Study& s) {
         s.dataset.time_column = "t";
         s.evaluation.split.repeats = 2;
       }},
      {"3x is no number of rows and no duration", [](Study& s) { s.evaluation.split.gap = "3x"; }},
      {"y is the target and can't be dropped", [](Study& s) { s.dataset.drop = {"y"}; }},
      {"y is the target and can't be a feature", [](Study& s) { s.dataset.keep = {"y"}; }},
      {"both kept and dropped",
       [](Study& s) {
         s.dataset.keep = {"x"};
         s.dataset.drop = {"x"};
       }},
      {"A is given twice",
       [&](Study& s) {
         s.model.family = "command";
         s.model.command.line = "true";
         s.model.command.environment = {"A=1", "B=", "A=2"};
       }},
      {"max_bins must be from 2 to 255", [](Study& s) { s.dataset.max_bins = 256; }},
      {"threads must be from 1", [](Study& s) { s.run.threads = -1; }},
      {"streams must be from 1", [](Study& s) { s.run.streams = 0; }},
      {"space.max_depth: max_depth can't be 0", [&](Study& s) { parameter(s, "max_depth=int(0,3)"); }},
      {"a grid needs a step",
       [&](Study& s) {
         parameter(s, "ccp_alpha=float(0,1)");
         s.search.sampler = "grid";
       }},
      {"the grid has 100000000000 points",
       [&](Study& s) {
         parameter(s, "n_estimators=int(1,100000)");
         s.space.parameters.push_back(*parse_parameter("min_samples_leaf=int(1,1000000)"));
         s.search.sampler = "grid";
       }},
      {"would overwrite data.path", [](Study& s) { s.output.results = "./a.csv"; }},
      {"would overwrite run.journal",
       [](Study& s) {
         s.output.results = "a/../x.csv";
         s.output.journal = "x.csv";
       }},
      {"written as .csv or .json", [](Study& s) { s.output.results = "x.txt"; }},
      {"UTF-8", [](Study& s) { s.output.journal = "\xff"; }},
  };
  for (const Case& each : cases) {
    Study study = valid();
    each.change(study);
    const auto checked = check_study(complete_study(study));
    ASSERT_FALSE(checked) << each.says;
    EXPECT_NE(checked.error().message.find(each.says), std::string::npos) << checked.error().message;
  }
}

TEST(StudyCheck, MessagesStartWhereTheUserWroteIt) {
  Study study = complete_study(valid());
  study.evaluation.metric = "f1";
  EXPECT_TRUE(check_study(study, {{"evaluate.metric", "s.toml:3:4"}}).error().message.starts_with("s.toml:3:4: "));
}

}   // namespace
}   // namespace warptune
