// Scores come in fit by fit and fold by fold, in whatever order they end; each trial comes back once, when it is whole.
#include "run/score_board.h"

#include <gtest/gtest.h>

namespace warptune {
namespace {

// Trials 0, 1, 2, 4 of fit 0 with two queries (0 and 4 ask the same), trial 3 of fit 1; two folds.
struct Example {
  Points points{{0}, {1}, {1}, {2}, {0}};
  Plan plan;
  Example() {
    for (std::uint32_t number : {0, 1}) {
      plan.fits.push_back(std::make_unique<FitOf<int, int>>());
      plan.fits.back()->number = number;
    }
    plan.fits[0]->queries = {{0, 10}, {0, 20}};
    plan.fits[1]->queries = {{0, 10}};
    plan.trials = {{0, 1}, {0, 0}, {0, 0}, {1, 0}, {0, 1}};
  }
  [[nodiscard]] TaskResult result(std::size_t fit, int fold, std::vector<double> scores) const {
    TaskResult made{FitTask{plan.fits[fit].get(), fold, 0, 1}, std::move(scores), {}};
    return made;
  }
};

std::vector<std::int64_t> numbers(const std::vector<Trial>& trials) {
  std::vector<std::int64_t> made;
  for (const Trial& trial : trials) made.push_back(trial.number);
  return made;
}

TEST(ScoreBoard, AFastFitNeedNotWaitForASlowOne) {
  const Example example;
  ScoreBoard board(example.plan, example.points, 0, 2, {});
  std::vector<Trial> trials;
  board.add(example.result(1, 1, {0.5}), trials);
  EXPECT_TRUE(trials.empty());
  board.add(example.result(1, 0, {0.7}), trials);
  ASSERT_EQ(numbers(trials), (std::vector<std::int64_t>{3}));
  EXPECT_EQ(trials[0].point, Point{2});
  EXPECT_EQ(trials[0].fit, 1);
  EXPECT_EQ(trials[0].score, (0.7 + 0.5) / 2);
  EXPECT_EQ(trials[0].fold_scores, (std::vector<double>{0.7, 0.5}));
  board.add(example.result(0, 0, {0.1, 0.2}), trials);
  board.add(example.result(0, 1, {0.3, 0.4}), trials);
  EXPECT_EQ(numbers(trials), (std::vector<std::int64_t>{3, 0, 1, 2, 4}));
  EXPECT_EQ(trials[1].fold_scores, (std::vector<double>{0.2, 0.4}));
  EXPECT_EQ(trials[4].fold_scores, (std::vector<double>{0.2, 0.4}));
  EXPECT_EQ(trials[2].fold_scores, (std::vector<double>{0.1, 0.3}));
}

// A family without lengths, such as a command.
TEST(ScoreBoard, QueriesOfNoLength) {
  Example example;
  example.plan.fits[1]->queries = {{0, 0}};
  ScoreBoard board(example.plan, example.points, 0, 1, {});
  std::vector<Trial> trials;
  board.add(example.result(1, 0, {0.5}), trials);
  EXPECT_EQ(numbers(trials), std::vector<std::int64_t>{3});
}

TEST(ScoreBoard, RangesOfAFitsLength) {
  const Example example;
  ScoreBoard board(example.plan, example.points, 0, 1, {});
  std::vector<Trial> trials;
  const auto add = [&](std::uint32_t after, std::uint32_t up_to, std::vector<double> scores) {
    TaskResult result = example.result(0, 0, std::move(scores));
    result.task.after = after;
    result.task.up_to = up_to;
    board.add(result, trials);
  };
  add(12, unlimited, {0.2});
  EXPECT_EQ(numbers(trials), (std::vector<std::int64_t>{0, 4}));
  add(10, 12, {});
  EXPECT_EQ(trials.size(), 2U);
  add(0, 10, {0.1});
  EXPECT_EQ(numbers(trials), (std::vector<std::int64_t>{0, 4, 1, 2}));
  EXPECT_EQ(trials[0].score, 0.2);
  EXPECT_EQ(trials[2].score, 0.1);
}

// The sum of two such scores is no double; their mean is.
TEST(ScoreBoard, ScoresNearTheLargestDouble) {
  const Example example;
  ScoreBoard board(example.plan, example.points, 0, 2, {});
  std::vector<Trial> trials;
  for (const int fold : {0, 1}) {
    TaskResult result = example.result(1, fold, {fold == 0 ? 1.5e308 : 1.7e308});
    result.steps = {{7, -1.5e308}};
    board.add(result, trials);
  }
  ASSERT_EQ(trials.size(), 1u);
  EXPECT_DOUBLE_EQ(trials[0].score, 1.6e308);
  EXPECT_EQ(trials[0].steps, (std::vector<std::pair<std::int64_t, double>>{{7, -1.5e308}}));
}

TEST(ScoreBoard, KnownTrialsAreNotGivenBack) {
  Example example;
  KnownTrials known(5);
  for (const std::size_t trial : {0, 3, 4}) known.add(trial);
  example.plan.fits[0]->queries = {{0, 10}};   // that of trials 1 and 2, as the planner asks only for them
  example.plan.fits[1]->queries.clear();
  ScoreBoard board(example.plan, example.points, 0, 1, known);
  std::vector<Trial> trials;
  board.add(example.result(0, 0, {0.1}), trials);
  EXPECT_EQ(numbers(trials), (std::vector<std::int64_t>{1, 2}));
}

TEST(ScoreBoard, OneFailedFoldFailsItsTrialsOnce) {
  const Example example;
  for (const int failing : {0, 1}) {
    ScoreBoard board(example.plan, example.points, 0, 2, {});
    std::vector<Trial> trials;
    for (const int fold : {0, 1}) {
      TaskResult result = example.result(0, fold, {0.1, 0.2});
      if (fold == failing) result = {result.task, {}, "no"};
      board.add(result, trials);
    }
    EXPECT_EQ(numbers(trials), (std::vector<std::int64_t>{0, 1, 2, 4}));
    for (const Trial& trial : trials) {
      EXPECT_EQ(trial.state, TrialState::failed);
      EXPECT_EQ(trial.reason, "no");
    }
  }
}

}   // namespace
}   // namespace warptune
