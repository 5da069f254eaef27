// The loop over a sampler that learns: generations are whole before the next is asked for, so that neither the number of
// executors nor an interruption changes a trial.
#include "run/generations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <set>
#include <string>

#include "plan/make_plan.h"

namespace warptune {
namespace {

constexpr std::int64_t per_generation = 6;

// Points x of three generations; those of a later one lie around the best of all before.
class Climber final : public Sampler {
 public:
  [[nodiscard]] std::int64_t trials() const override { return 3 * per_generation; }
  [[nodiscard]] Result<Points> ask(const History& history) override {
    asked.push_back(history.size());
    Points points;
    if (static_cast<std::int64_t>(history.size()) == trials()) return points;
    double best = 0, score = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < history.size(); ++i)
      if (history[i].state == TrialState::complete && history[i].score > score) {
        score = history[i].score;
        best = history[i].point[0];
      }
    const double width = std::pow(0.5, static_cast<double>(history.size()) / per_generation);
    for (std::int64_t i = 0; i < per_generation; ++i)
      points.add(Point{best + width * (static_cast<double>(i) - 2), static_cast<double>(i % 2)});
    return points;
  }
  std::vector<std::size_t> asked;
};

// Fits are shared by trials of the same x; the other parameter is the length.
struct Reader {
  [[nodiscard]] TrialParts<double, double, int> read(PointView point) const {
    return {point[0], point[0], 0, 1 + static_cast<std::uint32_t>(point[1])};
  }
};
using Fit = FitOf<double, int>;

class Hill final : public Executor {
 public:
  [[nodiscard]] std::string name() const override { return "hill"; }
  [[nodiscard]] std::uint64_t memory_bytes() const override { return 0; }
  [[nodiscard]] Counters counters() const override { return counters_; }
  void run(std::span<const FitTask> tasks, const std::stop_token& stop, const OnTaskResult& on_result) override {
    for (const FitTask& task : tasks) {
      if (stop.stop_requested()) return;
      const double x = static_cast<const Fit&>(*task.planned).settings;
      TaskResult result{task, {}, x < -1.7 ? "too low" : ""};
      if (result.failure.empty())
        for (const Query& query : task.planned->queries)
          result.scores.push_back(-std::abs(x - 0.8) + 0.01 * query.length + 0.001 * task.fold);
      ++counters_.fits;
      on_result(std::move(result));
    }
  }

 private:
  Counters counters_;
};

class Hills final : public OpenFamily {
 public:
  explicit Hills(int executors) : count_(executors) {}
  [[nodiscard]] Plan plan(const Points& points, const KnownTrials& known) const override {
    return make_plan(Reader{}, points, known);
  }
  [[nodiscard]] Result<void> start(const FamilyStart& start) override {
    EXPECT_FALSE(start.first.fits.empty());
    for (int i = 0; i < count_; ++i) executors_.push_back(std::make_unique<Hill>());
    return {};
  }
  [[nodiscard]] std::vector<Batch> batches(const Plan& plan) const override { return single_batches(plan, 2); }
  [[nodiscard]] std::string text(const Plan&) const override { return {}; }

 private:
  int count_;
};

NeverPruner never;

// Keeps what it is told; ends the search after some trials.
class Witness : public Observer {
 public:
  Result<void> begin(const SearchStart& start) override {
    trials = start.trials;
    return {};
  }
  Result<void> ended(std::span<const Trial> all, std::size_t just_now) override {
    told += just_now;
    EXPECT_LE(told, all.size());
    if (told >= stop_after) stop.request_stop();
    if (told >= fail_after) return failure("the disk is full");
    return {};
  }
  void finished(std::span<const Trial> all) override { of_all = all.size(); }

  std::size_t stop_after = std::numeric_limits<std::size_t>::max(), fail_after = stop_after;
  std::stop_source stop;
  std::int64_t trials = 0;
  std::size_t told = 0, of_all = 0;
};

SearchResult searched(int executors, Witness& witness, KnownBefore known = {}) {
  Climber sampler;
  Hills family(executors);
  Result<SearchResult> result =
      run_generations({sampler, never, family, 2}, witness, witness.stop.get_token(), std::move(known));
  EXPECT_TRUE(result);
  return std::move(*result);
}

std::string text_of(const std::vector<Trial>& trials) {
  std::string text;
  for (const Trial& trial : trials)
    text += std::to_string(trial.number) + " " + std::to_string(trial.point[0]) + " " + std::to_string(trial.fit) +
            " " + (trial.state == TrialState::failed ? trial.reason : std::to_string(trial.score)) + "\n";
  return text;
}

TEST(Generations, AreAskedForWhenThoseBeforeAreWhole) {
  Climber sampler;
  Hills family(3);
  Witness witness;
  const auto result = run_generations({sampler, never, family, 2}, witness, {}, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(sampler.asked, (std::vector<std::size_t>{0, 6, 12, 18}));
  EXPECT_EQ(result->end, SearchResult::End::complete);
  EXPECT_EQ(witness.trials, 18);
  EXPECT_EQ(witness.told, 18U);
  EXPECT_EQ(witness.of_all, 18U);
  std::set<std::int64_t> fits;
  for (std::size_t i = 0; i < result->trials.size(); ++i) {
    EXPECT_EQ(result->trials[i].number, static_cast<std::int64_t>(i));
    fits.insert(result->trials[i].fit);
    if (result->trials[i].state == TrialState::failed) continue;
    EXPECT_EQ(result->trials[i].fold_scores.size(), 2U);
  }
  EXPECT_EQ(fits.size(), 18U);   // numbers go on from generation to generation
  EXPECT_EQ(*fits.rbegin(), 17);
  EXPECT_EQ(result->counters.work.fits, 36U);
  EXPECT_GT(std::max_element(result->trials.begin(), result->trials.end(),
                             [](const Trial& a, const Trial& b) {
                               return a.state > b.state || (a.state == b.state && a.score < b.score);
                             })
                ->score,
            -0.2);
  EXPECT_EQ(result->trials.front().state, TrialState::failed);   // at -2
}

TEST(Generations, AreTheSameForAnyNumberOfExecutors) {
  Witness one, four;
  EXPECT_EQ(text_of(searched(1, one).trials), text_of(searched(4, four).trials));
}

TEST(Generations, GoOnFromWhateverWasKnown) {
  Witness all;
  const SearchResult whole = searched(2, all);
  for (std::size_t cut = 0; cut <= whole.trials.size(); ++cut) {
    KnownBefore known{"j.log", {}};   // whole generations, and some trials of the next in another order
    for (std::size_t i = 0; i < cut; ++i) known.trials.push_back(whole.trials[i]);
    const auto begun = static_cast<std::ptrdiff_t>(cut / per_generation * per_generation);
    std::reverse(known.trials.begin() + begun, known.trials.end());
    if (cut % per_generation > 1) known.trials.erase(known.trials.begin() + begun);
    const std::size_t known_count = known.trials.size();
    Witness witness;
    const SearchResult resumed = searched(2, witness, std::move(known));
    EXPECT_EQ(text_of(resumed.trials), text_of(whole.trials)) << cut;
    EXPECT_EQ(witness.told, whole.trials.size() - known_count);
  }
}

TEST(Generations, StopWithWhatWasScored) {
  Witness all;
  const SearchResult whole = searched(1, all);
  for (const std::size_t after : {1U, 7U, 18U}) {
    Witness witness;
    witness.stop_after = after;
    const SearchResult stopped = searched(1, witness);
    EXPECT_EQ(stopped.end, after == 18 ? SearchResult::End::complete : SearchResult::End::stopped);
    EXPECT_GE(stopped.trials.size(), after);
    EXPECT_EQ(witness.of_all, stopped.trials.size());
    Witness again;
    EXPECT_EQ(text_of(searched(1, again, {"j.log", stopped.trials}).trials), text_of(whole.trials));
  }
}

TEST(Generations, AnObserversErrorEndsThem) {
  Witness witness;
  witness.fail_after = 8;
  const SearchResult failed = searched(2, witness);
  EXPECT_EQ(failed.end, SearchResult::End::failed);
  ASSERT_TRUE(failed.error);
  EXPECT_EQ(failed.error->message, "the disk is full");
  EXPECT_GE(failed.trials.size(), 8U);
  EXPECT_LT(failed.trials.size(), 18U);
}

TEST(Generations, KnownTrialsOfAnotherStudyAreRefused) {
  Witness all;
  KnownBefore known{"j.log", searched(1, all).trials};
  known.trials[13].point[0] += 1e-9;
  Climber sampler;
  Hills family(1);
  Witness witness;
  const auto in_a_later_generation = run_generations({sampler, never, family, 2}, witness, {}, known);
  ASSERT_TRUE(in_a_later_generation);
  ASSERT_TRUE(in_a_later_generation->error);
  EXPECT_EQ(in_a_later_generation->error->message, "j.log: trial 13 is not the one that the study's seed gives");
  known.trials[13].number = 12;
  Climber again;
  Hills more(1);
  const auto twice = run_generations({again, never, more, 2}, witness, {}, known);
  ASSERT_TRUE(twice && twice->error);
  EXPECT_EQ(twice->error->message, "j.log has trial 12 twice");
  known.trials[13].number = 18;
  Climber same;
  Hills hills(1);
  const auto beyond = run_generations({same, never, hills, 2}, witness, {}, known);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().message, "j.log has a trial 18, its study has 18 trials");
}

}   // namespace
}   // namespace warptune
