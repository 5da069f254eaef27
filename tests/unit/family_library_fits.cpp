// Trials of families that other programs train: which share a fit, and what is asked of it.
#include <gtest/gtest.h>

#include "family/library/fits.h"
#include "run/scheduler.h"
#include "warptune/family.h"

namespace warptune {
namespace {

Space space_of(std::initializer_list<const char*> parameters) {
  Space space;
  for (const char* text : parameters) space.parameters.push_back(*parse_parameter(text));
  return space;
}

const Family& xgboost() { return **find_family("xgboost"); }

Plan plan_of(const Space& space, const Points& points, const KnownTrials& known = {}) {
  return make_plan(LibraryReader(xgboost(), space), points, known);
}

const LibraryFit& fit_of(const Plan& plan, std::size_t fit) { return static_cast<const LibraryFit&>(*plan.fits[fit]); }

TEST(TrainerPlan, RoundsAndPatienceShareAFit) {
  const Space space =
      space_of({"num_boost_round=int(1,500)", "early_stopping_rounds=choice(none,10)", "learning_rate=float(0.1,0.5)"});
  const Points points = {{100, 0, 0.1}, {40, 0, 0.1}, {100, 1, 0.1}, {100, 0, 0.2}, {40, 0, 0.1}};
  const Plan plan = plan_of(space, points);
  ASSERT_EQ(plan.fits.size(), 2u);
  // By XGBoost's own name, whatever the user's was.
  EXPECT_EQ(fit_of(plan, 0).settings, (std::vector<NamedValue>{{"eta", 0.1}}));
  EXPECT_EQ(fit_of(plan, 1).settings, (std::vector<NamedValue>{{"eta", 0.2}}));
  EXPECT_EQ(fit_of(plan, 0).variants, (std::vector<std::uint32_t>{unlimited, 10}));
  EXPECT_EQ(plan.fits[0]->queries, (std::vector<Query>{{0, 40}, {0, 100}, {1, 100}}));
  EXPECT_EQ(plan.fits[1]->queries, (std::vector<Query>{{0, 100}}));
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> places = {{0, 1}, {0, 0}, {0, 2}, {1, 0}, {0, 0}};
  for (std::size_t i = 0; i < places.size(); ++i) {
    EXPECT_EQ(plan.trials[i].fit, places[i].first) << i;
    EXPECT_EQ(plan.trials[i].query, places[i].second) << i;
  }
}

TEST(TrainerPlan, WithoutThemTheDefaultsAreAsked) {
  const Plan plan = plan_of(space_of({"eta=float(0.1,0.5)"}), Points{{0.1}});
  EXPECT_EQ(plan.fits[0]->queries, (std::vector<Query>{{0, 100}}));
  EXPECT_EQ(fit_of(plan, 0).variants, (std::vector<std::uint32_t>{unlimited}));
}

TEST(TrainerPlan, KnownTrialsKeepTheirFitsAndAskNothing) {
  const Points points = {{0.1}, {0.2}, {0.1}};
  KnownTrials known(3);
  known.add(1);
  known.add(0);
  const Plan plan = plan_of(space_of({"eta=float(0.1,0.5)"}), points, known);
  ASSERT_EQ(plan.fits.size(), 2u);
  EXPECT_EQ(plan.trials[1].fit, 1u);
  EXPECT_TRUE(plan.fits[1]->queries.empty());
  const std::vector<Batch> batches = single_batches(plan, 3);
  ASSERT_EQ(batches.size(), 3u);   // one fit, three folds
  for (int fold = 0; fold < 3; ++fold) {
    ASSERT_EQ(batches[static_cast<std::size_t>(fold)].tasks.size(), 1u);
    const FitTask& task = batches[static_cast<std::size_t>(fold)].tasks[0];
    EXPECT_EQ(task.fold, fold);
    EXPECT_EQ(task.planned, plan.fits[0].get());
    EXPECT_EQ(task.last_query() - task.first_query(), 1u);
  }
}

TEST(TrainerPlan, ValuesOfDifferentTypesAreDifferentFits) {
  const Plan plan = plan_of(space_of({"gamma=choice(1,1.0)"}), Points{{0}, {1}});
  EXPECT_EQ(plan.fits.size(), 2u);
}

TEST(CommandFamily, NamesAreNotThoseOfTheResults) {
  const Family& command = **find_family("command");
  for (const char* name : {"rank", "trial", "score", "fit", "rounds", "fold_0", "rounds_12"})
    EXPECT_FALSE(check_space(command, space_of({(std::string(name) + "=1").c_str()}))) << name;
  for (const char* name : {"Rank", "fold_", "fold_a", "std", "accuracy", "times"})
    EXPECT_TRUE(check_space(command, space_of({(std::string(name) + "=[1]").c_str()}))) << name;
}

TEST(XgboostFamily, NamesTheRangeOfIntegers) {
  const auto refused = check_space(xgboost(), space_of({"n_estimators=log(1,100)"}));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().hint.find("n_estimators = { int = [1, 100], log = true }"), std::string::npos);
  const auto hint = [](const char* text) { return check_space(xgboost(), space_of({text})).error().hint; };
  EXPECT_EQ(hint("n_estimators=float(0,0.5)"), "write a range of integers");
  EXPECT_EQ(hint("n_estimators=2.0"), "write 2: it is a count");
  EXPECT_NE(hint("n_estimators=2.5").find("shows what each parameter takes"), std::string::npos);
  const auto list = check_space(xgboost(), space_of({"n_estimators=[1,2]"}));
  ASSERT_FALSE(list);
  EXPECT_NE(list.error().hint.find("takes no lists"), std::string::npos);
}

TEST(XgboostFamily, TakesOtherNamesOnce) {
  EXPECT_TRUE(check_space(xgboost(), space_of({"reg_lambda=float(0,3)", "learning_rate=0.1"})));
  const Result<void> twice = check_space(xgboost(), space_of({"eta=0.1", "learning_rate=0.2"}));
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().message.find("learning_rate is another name of eta"), std::string::npos);
  const Result<void> unknown = check_space(xgboost(), space_of({"reg_lambd=0.1"}));
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().hint.find("reg_lambda"), std::string::npos);
  EXPECT_FALSE(check_space(xgboost(), space_of({"subsample=float(0,1)"})));   // 0 draws nothing
}

}   // namespace
}   // namespace warptune
