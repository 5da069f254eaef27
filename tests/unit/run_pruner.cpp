// A pruner as the loop, learning curves and commands ask it: what is pruned has the score of the step after which it was
// ended, however many executors there are and wherever the study was interrupted.
#include "search/pruner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "family/library/booster_executor.h"
#include "family/library/open_library.h"
#include "run/generations.h"
#include "run/prepare.h"
#include "search/sampler.h"

namespace warptune {
namespace {

// Ends, after every so many steps, what is above a bar; the lowest score is the best. After a whole generation the bar is
// half of the best score so far above it.
class Bar final : public Pruner {
 public:
  explicit Bar(double bar) : bar_(bar) {}
  [[nodiscard]] bool prunes() const override { return true; }
  [[nodiscard]] std::vector<std::uint32_t> steps(std::uint32_t length) const override {
    std::vector<std::uint32_t> steps;
    for (std::uint32_t step = every; step < length; step += every) steps.push_back(step);
    return steps;
  }
  void see(const History& history) override {
    double best = bar_ / 1.5;
    for (std::size_t i = 0; i < history.size(); ++i)
      if (history[i].state == TrialState::complete) best = std::min(best, history[i].score);
    now_ = best * 1.5;
    seen.push_back(history.size());
  }
  [[nodiscard]] bool goes_on(const TrialStep& step) const override {
    ++asked;
    return step.score <= now_;
  }
  static constexpr std::uint32_t every = 4;
  mutable std::atomic<int> asked{0};
  std::vector<std::size_t> seen;

 private:
  double bar_, now_ = std::numeric_limits<double>::infinity();
};

// The same trials as random's, in two generations.
class InTwo final : public Sampler {
 public:
  explicit InTwo(std::unique_ptr<Sampler> inner) : inner_(std::move(inner)) {}
  [[nodiscard]] std::int64_t trials() const override { return inner_->trials(); }
  [[nodiscard]] Result<Points> ask(const History& history) override {
    const Result<Points> all = inner_->ask({});
    if (!all) return all;
    Points points;
    const std::size_t half = all->size() / 2;
    for (std::size_t i = 0; i < all->size(); ++i)
      if ((history.size() == 0 && i < half) || (history.size() == half && i >= half)) points.add((*all)[i]);
    return points;
  }

 private:
  std::unique_ptr<Sampler> inner_;
};

Table table() {
  std::string text = "a,b,y\n";
  for (int i = 0; i < 90; ++i)
    text += std::to_string(i * 37 % 101) + "," + std::to_string(i * 53 % 97) + (i % 3 == 0 ? ",yes\n" : ",no\n");
  return *parse_csv(text, "memory");
}

class Listener : public Observer {
 public:
  void note(std::string_view text) override { notes.emplace_back(text); }
  std::vector<std::string> notes;
};

// As search() opens a study, with another pruner and sampler.
struct Opened {
  explicit Opened(const Study& given) : study(complete_study(given)) {
    Result<StudyData> prepared = prepare(study, table(), devices, listener, counters);
    EXPECT_TRUE(prepared) << prepared.error().message;
    data = std::move(*prepared);
    sampler = std::make_unique<InTwo>(find_sampler("random")->make(
        study, [this](const Space& space, std::uint64_t seed, std::uint64_t first, std::uint32_t count) {
          return devices.draw(space, seed, first, count);
        }));
  }
  [[nodiscard]] SearchResult run(OpenFamily& family, Pruner& pruner, std::vector<Trial> known = {}) {
    Result<SearchResult> result =
        run_generations({*sampler, pruner, family, data.split.count(), 0}, listener, {}, {"before", std::move(known)});
    EXPECT_TRUE(result) << result.error().message;
    EXPECT_FALSE(result->error) << result->error->message;
    return std::move(*result);
  }

  Study study;
  Devices devices{"cpu", 2, 0};
  SearchCounters counters;
  Listener listener;
  StudyData data;
  std::unique_ptr<Sampler> sampler;
};

std::string text_of(const std::vector<Trial>& trials) {
  std::string text;
  for (const Trial& trial : trials) {
    text += std::to_string(trial.number) + " " + std::to_string(static_cast<int>(trial.state)) + " " +
            std::to_string(trial.score);
    for (const std::int64_t rounds : trial.rounds) text += " " + std::to_string(rounds);
    text += "\n";
  }
  return text;
}

// The loss of a booster that learns at a rate, with so many rounds.
double loss(double rate, std::uint32_t rounds, int fold) { return 1 / (1 + rate * rounds) + 0.05 * fold; }

class Curve final : public Booster {
 public:
  Curve(double rate, int fold) : rate_(rate), fold_(fold) {}
  void update() override { ++rounds_; }
  [[nodiscard]] double evaluate() const override { return loss(rate_, rounds_, fold_); }
  [[nodiscard]] Predictions predict() const override { return {}; }

 private:
  double rate_;
  int fold_;
  std::uint32_t rounds_ = 0;
};

class CurveExecutor final : public BoosterExecutor {
 public:
  explicit CurveExecutor(std::shared_ptr<BoosterStudy> study)
      : BoosterExecutor(*study, on_cpu), study_(std::move(study)) {}

 private:
  void begin() override {}
  [[nodiscard]] Made make(const FitTask& task) override {
    const double rate = std::get<double>(library_fit(task).settings[0].value);
    return {std::make_unique<Curve>(rate, task.fold), &labels_};
  }
  [[nodiscard]] std::vector<Warning> warnings_of(const std::string&) const override { return {}; }

  std::shared_ptr<BoosterStudy> study_;
  std::vector<std::uint8_t> labels_ = {0, 1};
};

class Curves final : public OpenLibrary {
 public:
  Curves(const Study& study, const StudyData& data, int executors) : OpenLibrary(study, data), count_(executors) {}
  [[nodiscard]] Result<void> start(const FamilyStart& start) override {
    const std::vector<int> places(static_cast<std::size_t>(count_), BoosterExecutor::on_cpu);
    const auto shared = std::make_shared<BoosterStudy>("curves", &Metric::xgboost, study_, data_, start.pruner, places);
    for (int i = 0; i < count_; ++i) executors_.push_back(std::make_unique<CurveExecutor>(shared));
    return {};
  }

 private:
  int count_;
};

Study study_of_curves() {
  Study study;
  study.dataset.target = "y";
  study.model.family = "xgboost";
  study.evaluation.metric = "log_loss";
  study.evaluation.split.folds = 2;
  study.search.trials = 40;
  study.space.parameters = {*parse_parameter("eta=log(0.01,1)"), *parse_parameter("n_estimators=int(3,30)")};
  return study;
}

TEST(Pruner, EndsLearningCurvesAtItsSteps) {
  Opened opened(study_of_curves());
  Curves curves(opened.study, opened.data, 1);
  Bar bar(0.9);
  const SearchResult result = opened.run(curves, bar);
  EXPECT_EQ(bar.seen, (std::vector<std::size_t>{0, 20, 40}));
  std::size_t pruned = 0;
  for (const Trial& trial : result.trials) {
    ASSERT_EQ(trial.rounds.size(), 2U);
    const auto length = static_cast<std::int64_t>(trial.point[1]);
    bool early = false;
    double sum = 0;
    for (int fold = 0; fold < 2; ++fold) {
      const std::int64_t rounds = trial.rounds[static_cast<std::size_t>(fold)];
      early |= rounds < length;
      EXPECT_TRUE(rounds == length || rounds % Bar::every == 0) << trial.number;
      sum += loss(trial.point[0], static_cast<std::uint32_t>(rounds), fold);
    }
    EXPECT_EQ(trial.state, early ? TrialState::pruned : TrialState::complete) << trial.number;
    EXPECT_DOUBLE_EQ(trial.score, sum / 2) << trial.number;
    pruned += early;
  }
  EXPECT_GT(pruned, 5U);
  EXPECT_LT(pruned, 35U);
  // Fewer rounds than without: they were not trained.
  Curves whole(opened.study, opened.data, 1);
  NeverPruner never;
  const SearchResult unpruned = opened.run(whole, never);
  EXPECT_TRUE(std::all_of(unpruned.trials.begin(), unpruned.trials.end(),
                          [](const Trial& trial) { return trial.state == TrialState::complete; }));
  for (std::size_t i = 0; i < result.trials.size(); ++i) {
    if (result.trials[i].state == TrialState::pruned) continue;
    EXPECT_EQ(result.trials[i].score, unpruned.trials[i].score);
  }
}

TEST(Pruner, PrunesTheSameWithAnyNumberOfExecutorsAndFromWhateverWasKnown) {
  Opened opened(study_of_curves());
  Curves one(opened.study, opened.data, 1);
  Bar bar(0.9);
  const SearchResult whole = opened.run(one, bar);
  for (std::size_t cut = 0; cut <= whole.trials.size(); cut += 5) {
    std::vector<Trial> known(whole.trials.begin(), whole.trials.begin() + static_cast<std::ptrdiff_t>(cut));
    if (cut > 21) std::swap(known[20], known.back());
    Curves four(opened.study, opened.data, 4);
    Bar again(0.9);
    EXPECT_EQ(text_of(opened.run(four, again, std::move(known)).trials), text_of(whole.trials)) << cut;
  }
}

// Forests of few trees are the first trees of larger ones: what is pruned scores what a study of so many trees scores.
TEST(Pruner, EndsForestsAtItsSteps) {
  Study study = study_of_curves();
  study.model.family = "random_forest";
  study.space.parameters = {*parse_parameter("n_estimators=int(3,30)"), *parse_parameter("max_depth=int(1,4)")};
  Opened opened(study);
  std::string first;
  for (const int threads : {1, 3}) {
    opened.study.run.threads = threads;
    auto family = family_entry("random_forest").open(opened.study, opened.data, opened.devices);
    ASSERT_TRUE(family);
    Bar bar(0.7);
    const SearchResult result = opened.run(**family, bar);
    std::size_t pruned = 0;
    for (const Trial& trial : result.trials) {
      ASSERT_EQ(trial.rounds.size(), 2U);
      pruned += trial.state == TrialState::pruned;
      EXPECT_EQ(trial.state == TrialState::pruned,
                std::min(trial.rounds[0], trial.rounds[1]) < static_cast<std::int64_t>(trial.point[0]));
      for (std::size_t fold = 0; threads == 1 && fold < 2; ++fold) {
        Study alone = study;
        alone.search.trials = 1;
        alone.space.parameters = {*parse_parameter("n_estimators=" + std::to_string(trial.rounds[fold])),
                                  *parse_parameter("max_depth=" + std::to_string(static_cast<int>(trial.point[1])))};
        const auto expected = search(alone, table(), opened.listener);
        ASSERT_TRUE(expected);
        EXPECT_EQ(trial.fold_scores[fold], expected->trials[0].fold_scores[fold]) << trial.number;
      }
    }
    EXPECT_GT(pruned, 3U);
    EXPECT_LT(pruned, 37U);
    if (first.empty()) first = text_of(result.trials);
    EXPECT_EQ(text_of(result.trials), first);
  }
}

// Reports a loss after each of ten steps: 1 / (1 + rate * step), with awk. %s: what it answers to the hello; what it does
// after each report.
std::string worker(const std::string& ready, const std::string& after_report) {
  return "read -r hello; echo '{\"ready\":true" + ready +
         "}'; while read -r ask; do head=${ask%,\\\"params*}; rate=${ask##*:}; rate=${rate%%\\}*};"
         " for step in 1 2 3 4 5 6 7 8 9 10; do score=$(awk -v r=$rate -v s=$step 'BEGIN{printf \"%.17g\", "
         "1/(1+r*s)}');"
         " echo \"$head,\\\"intermediate\\\":{\\\"step\\\":$step,\\\"score\\\":$score}}\"; " +
         after_report + " done; echo \"$head,\\\"score\\\":$score}\"; done";
}

Study study_of_command(const std::string& line) {
  Study study;
  study.dataset.target = "y";
  study.model.family = "command";
  study.model.command.line = line;
  study.model.command.keeper = WARPTUNE_PROGRAM;
  study.evaluation.metric = "log_loss";
  study.search.trials = 8;
  study.run.threads = 2;
  study.space.parameters = {*parse_parameter("rate=log(0.01,1)")};
  return study;
}

void expect_pruned_commands(const SearchResult& result) {
  std::size_t pruned = 0;
  for (const Trial& trial : result.trials) {
    ASSERT_NE(trial.state, TrialState::failed) << trial.reason;
    ASSERT_FALSE(trial.steps.empty());
    const auto [step, score] = trial.steps.back();
    EXPECT_EQ(score, trial.score);
    EXPECT_DOUBLE_EQ(score, 1 / (1 + trial.point[0] * static_cast<double>(step)));
    EXPECT_EQ(trial.state == TrialState::pruned, step < 10);
    pruned += trial.state == TrialState::pruned;
  }
  EXPECT_GT(pruned, 0U);
  EXPECT_LT(pruned, result.trials.size());
}

TEST(Pruner, EndsCommandsThatAsk) {
  const std::string line = worker(",\"prunes\":true", "read -r reply; case $reply in *false*) break;; esac;");
  Opened opened(study_of_command(line));
  auto family = family_entry("command").open(opened.study, opened.data, opened.devices);
  ASSERT_TRUE(family);
  Bar bar(0.6);
  const SearchResult result = opened.run(**family, bar);
  expect_pruned_commands(result);
  std::size_t steps = 0;
  for (const Trial& trial : result.trials) steps += trial.steps.size();
  EXPECT_EQ(static_cast<std::size_t>(bar.asked), steps);
  for (const std::string& note : opened.listener.notes) EXPECT_EQ(note.find("does not ask"), std::string::npos) << note;
}

TEST(Pruner, CommandsThatDoNotAskAreTrainedToTheirEndAndPruned) {
  Opened opened(study_of_command(worker("", "")));
  auto family = family_entry("command").open(opened.study, opened.data, opened.devices);
  ASSERT_TRUE(family);
  Bar bar(0.6);
  expect_pruned_commands(opened.run(**family, bar));
  EXPECT_EQ(std::count_if(opened.listener.notes.begin(), opened.listener.notes.end(),
                          [](const std::string& note) { return note.find("does not ask") != std::string::npos; }),
            1);
}

// One that ends, or answers with an error, once it is told to stop has not failed.
TEST(Pruner, HoweverACommandEndsThatWasNotToGoOn) {
  for (const char* end : {"exit 3", "{ echo \"$head,\\\"error\\\":\\\"stopped\\\"}\"; continue 2; }"}) {
    const std::string line =
        worker(",\"prunes\":true", "read -r reply; case $reply in *false*) " + std::string(end) + ";; esac;");
    Opened opened(study_of_command(line));
    auto family = family_entry("command").open(opened.study, opened.data, opened.devices);
    ASSERT_TRUE(family);
    Bar bar(0.6);
    expect_pruned_commands(opened.run(**family, bar));
  }
}

TEST(Pruner, NobodyIsAskedWhereNothingIsPruned) {
  Opened opened(study_of_command(worker("", "case $hello in *prunes*) exit 1;; esac;")));
  auto family = family_entry("command").open(opened.study, opened.data, opened.devices);
  ASSERT_TRUE(family);
  NeverPruner never;
  for (const Trial& trial : opened.run(**family, never).trials) EXPECT_EQ(trial.state, TrialState::complete);
}

TEST(Search, CommandsNeedAKeeper) {
  Study study = study_of_command("true");
  study.model.command.keeper.clear();
  Listener listener;
  const auto refused = search(study, table(), listener);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the family command needs the program warptune, which keeps its workers");
}

}   // namespace
}   // namespace warptune
