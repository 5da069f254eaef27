// What a study of forests is at most, before there is a plan: never less than its plans are.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "device/draw.h"
#include "family/forest/settings.h"
#include "family/forest/work.h"
#include "plan/make_plan.h"
#include "warptune/family.h"
#include "warptune/study.h"

namespace warptune {
namespace {

constexpr std::size_t rows = 3000, features = 10;

Study study_of(const std::string& family, const std::vector<std::string>& parameters, std::int64_t trials) {
  Study study;
  study.model.family = family;
  for (const std::string& text : parameters) study.space.parameters.push_back(*parse_parameter(text));
  study.search.trials = trials;
  study.search.trials_given = true;
  return complete_study(study);
}

// Work of the study's plan on a made-up table and split.
Job planned(const Study& study, int folds) {
  Dataset dataset;
  dataset.rows = rows;
  dataset.features.resize(features);
  dataset.target.classes = {"a", "b"};
  Split split;
  for (std::uint32_t row = 0; row < rows; ++row) split.order.push_back(row);
  for (std::uint32_t fold = 0; fold < static_cast<std::uint32_t>(folds); ++fold) {
    const auto part = static_cast<std::uint32_t>(rows / 3) / static_cast<std::uint32_t>(folds);
    split.folds.push_back({{0, rows}, {fold * part, fold * part + part}, {fold * part, fold * part + part}});
  }
  const FitContext context{&dataset, &split, nullptr, 1};
  const ForestReader reader(study.model.family, study.space, features);
  const auto count = static_cast<std::uint32_t>(study.search.trials);
  return forest_job(context, make_plan(reader, random_points(study.space, 1, 0, count)));
}

void expect_bound(const std::string& family, const std::vector<std::string>& parameters, std::int64_t trials,
                  double at_most) {
  const Study study = study_of(family, parameters, trials);
  const Job most = most_forest_job(study, rows, features + 1), job = planned(study, 1);
  EXPECT_GE(most.thread_seconds, job.thread_seconds) << parameters.front();
  EXPECT_LE(most.thread_seconds, at_most * job.thread_seconds) << parameters.front();
  EXPECT_GE(most.gpu_clocks, job.gpu_clocks);
  EXPECT_GE(most.pieces, job.pieces);
}

TEST(FamilyForestWork, AtMostIsNotLessThanAPlanAndNotMuchMore) {
  const std::vector<std::string> blog{"n_estimators=int(50,499)", "max_depth=int(2,9)",
                                      "criterion=choice(gini,entropy)"};
  expect_bound("random_forest", blog, 100, 3);
  expect_bound("random_forest", blog, 7200, 3);
  expect_bound("random_forest", {"max_features=choice(1,2,all)"}, 50, 4);
  expect_bound("random_forest", {"max_features=float(0.1,1)", "max_leaf_nodes=int(2,20)"}, 50, 5);
  expect_bound("random_forest", {"min_samples_leaf=int(1,9)", "max_samples=float(0.1,3)"}, 20, 5);
  expect_bound("extra_trees", {"min_samples_leaf=int(1,9)", "bootstrap=choice(true,false)", "max_depth=choice(3,none)"},
               60, 4);
  expect_bound("random_forest", {"n_estimators=7"}, 5, 3);
}

TEST(FamilyForestWork, FoldsAreCounted) {
  Study study = study_of("random_forest", {"n_estimators=20"}, 1);
  const double one = most_forest_job(study, rows, features).thread_seconds;
  study.evaluation.split.holdout = 0;
  study.evaluation.split.folds = 5;
  const Job five = most_forest_job(study, rows, features);
  EXPECT_GT(five.thread_seconds, 4 * one);
  EXPECT_EQ(five.pieces, 5U * 20);
  EXPECT_GE(five.thread_seconds, planned(study, 5).thread_seconds);
  study.dataset.fold_column = "fold";   // nobody knows how many names it has
  EXPECT_GT(most_forest_job(study, rows, features).thread_seconds, 5 * five.thread_seconds);
}

TEST(FamilyForestWork, RowsFromMemoryTakeLonger) {
  const Study study = study_of("random_forest", {"n_estimators=20", "max_depth=5"}, 1);
  const Job small = most_forest_job(study, 100'000, 16), large = most_forest_job(study, 2'000'000, 16);
  EXPECT_NEAR(large.gpu_clocks, 20 * small.gpu_clocks, 0.01 * large.gpu_clocks);
  EXPECT_GT(large.thread_seconds, 40 * small.thread_seconds);
}

TEST(FamilyForestWork, NoMoreFitsThanTrials) {
  const Job few = most_forest_job(study_of("random_forest", {"min_samples_leaf=int(1,1000)"}, 10), rows, features);
  EXPECT_EQ(few.pieces, 10U * 100);
  const Job shared = most_forest_job(study_of("random_forest", {"max_depth=int(1,1000)"}, 1000), rows, features);
  EXPECT_EQ(shared.pieces, 100U);
}

}   // namespace
}   // namespace warptune
