// A learning curve's answers are those of one training for each query, as Python's early stopping ends it.
#include "family/library/learning_curve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace warptune {
namespace {

// A training of its own for one query: at most `rounds` rounds, ended when the best score is `patience` rounds old.
LearningCurve::Answer train(const std::vector<double>& scores, std::uint32_t rounds, std::uint32_t patience,
                            bool maximise) {
  std::size_t best = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    if (maximise ? scores[round] > scores[best] : scores[round] < scores[best]) best = round;
    if (patience != unlimited && round - best >= patience) break;
  }
  if (patience == unlimited) best = rounds - 1;
  return {scores[best], static_cast<std::uint32_t>(best) + 1};
}

// After how many rounds such a patience ends a training; unlimited: never.
std::uint32_t rounds_with(const std::vector<double>& scores, std::uint32_t patience, bool maximise) {
  std::size_t best = 0;
  for (std::size_t round = 0; patience != unlimited && round < scores.size(); ++round) {
    if (maximise ? scores[round] > scores[best] : scores[round] < scores[best]) best = round;
    if (round - best >= patience) return static_cast<std::uint32_t>(round) + 1;
  }
  return unlimited;
}

struct Asked {
  std::vector<Query> queries;
  std::vector<std::uint32_t> patiences;
};

const NeverPruner never;

// Asks after every `every` rounds, and ends what has not reached the bar then.
class Bar final : public Pruner {
 public:
  Bar(std::uint32_t every, double bar, bool maximise) : every_(every), bar_(bar), maximise_(maximise) {}
  [[nodiscard]] bool prunes() const override { return true; }
  [[nodiscard]] std::vector<std::uint32_t> steps(std::uint32_t length) const override {
    std::vector<std::uint32_t> steps;
    for (std::uint32_t step = every_; step < length; step += every_) steps.push_back(step);
    return steps;
  }
  void see(const History&) override {}
  [[nodiscard]] bool goes_on(const TrialStep& step) const override {
    return maximise_ ? step.score >= bar_ : step.score <= bar_;
  }

 private:
  std::uint32_t every_;
  double bar_;
  bool maximise_;
};

// Feeds it the scores until it is done; what is not wanted is not shown to it.
LearningCurve follow(const Asked& asked, const std::vector<double>& scores, bool maximise, bool skip,
                     std::size_t* shown, const Pruner& pruner = never) {
  LearningCurve curve(asked.queries, asked.patiences, maximise, {pruner});
  for (std::size_t round = 0; !curve.done(); ++round) {
    if (round == scores.size()) {
      ADD_FAILURE() << "it is not done after the last round that was asked for";
      break;
    }
    if (skip && !curve.wanted()) {
      curve.skip();
      continue;
    }
    curve.add(scores[round]);
    if (shown != nullptr) ++*shown;
  }
  return curve;
}

TEST(LearningCurve, AnswersEachQueryAsATrainingOfItsOwn) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    std::mt19937 random(seed);
    const auto draw = [&](std::uint32_t low, std::uint32_t high) {
      return low + static_cast<std::uint32_t>(random() % (high - low + 1));
    };
    std::vector<double> scores(30);
    for (double& score : scores) score = draw(0, 8) / 8.0;   // few values: there are ties
    Asked asked;
    for (std::uint32_t p = draw(1, 4); p > 0; --p) asked.patiences.push_back(draw(0, 3) == 0 ? unlimited : draw(1, 9));
    for (std::uint32_t q = draw(1, 8); q > 0; --q)
      asked.queries.push_back({draw(0, static_cast<std::uint32_t>(asked.patiences.size()) - 1), draw(1, 30)});
    for (const bool maximise : {false, true})
      for (const bool skip : {false, true}) {
        const auto answers = follow(asked, scores, maximise, skip, nullptr).answers();
        ASSERT_EQ(answers.size(), asked.queries.size());
        for (std::size_t q = 0; q < answers.size(); ++q) {
          const Query& query = asked.queries[q];
          const auto expected = train(scores, query.length, asked.patiences[query.variant], maximise);
          EXPECT_EQ(answers[q].score, expected.score) << "seed " << seed << ", query " << q;
          EXPECT_EQ(answers[q].rounds, expected.rounds) << "seed " << seed << ", query " << q;
        }
      }
  }
}

TEST(LearningCurve, EndsWithTheLastRoundThatCounts) {
  // Best after 2 rounds. Patience 3 ends the training after 5, whatever is asked.
  const std::vector<double> scores{0.5, 0.4, 0.6, 0.6, 0.6, 0.1, 0.1};
  const Asked asked{{{0, 7}}, {3}};
  std::size_t shown = 0;
  const auto answers = follow(asked, scores, false, false, &shown).answers();
  EXPECT_EQ(shown, 5u);
  EXPECT_EQ(answers[0].score, 0.4);
  EXPECT_EQ(answers[0].rounds, 2u);
}

TEST(LearningCurve, AnEqualScoreIsNoBetterOne) {
  const auto answers = follow({{{0, 4}}, {2}}, {0.5, 0.5, 0.5, 0.1}, false, false, nullptr).answers();
  EXPECT_EQ(answers[0].score, 0.5);
  EXPECT_EQ(answers[0].rounds, 1u);
}

TEST(LearningCurve, WithoutPatienceOnlyTheRoundsThatAreAskedForAreWanted) {
  std::size_t shown = 0;
  const auto answers = follow({{{0, 3}, {0, 6}}, {unlimited}}, {1, 2, 3, 4, 5, 6}, true, true, &shown).answers();
  EXPECT_EQ(shown, 2u);
  EXPECT_EQ(answers[0].score, 3);
  EXPECT_EQ(answers[1].score, 6);
}

TEST(LearningCurve, APatienceThatEndedWantsNothingMore) {
  // Patience 1 ends after 2 rounds; then only round 5 of the other query counts.
  std::size_t shown = 0;
  const auto answers = follow({{{0, 5}, {1, 5}}, {1, unlimited}}, {9, 1, 2, 3, 4}, true, true, &shown).answers();
  EXPECT_EQ(shown, 3u);
  EXPECT_EQ(answers[0].rounds, 1u);
  EXPECT_EQ(answers[1].score, 4);
}

// What is pruned after some rounds is what it would be with so many; whatever else the fit serves has its own answer.
TEST(LearningCurve, APrunedQueryIsAShorterOne) {
  std::size_t pruned = 0, whole = 0;
  for (unsigned seed = 0; seed < 2000; ++seed) {
    std::mt19937 random(seed);
    const auto draw = [&](std::uint32_t low, std::uint32_t high) {
      return low + static_cast<std::uint32_t>(random() % (high - low + 1));
    };
    std::vector<double> scores(30);
    for (double& score : scores) score = draw(0, 8) / 8.0;
    Asked asked;
    for (std::uint32_t p = draw(1, 4); p > 0; --p) asked.patiences.push_back(draw(0, 2) == 0 ? unlimited : draw(1, 9));
    for (std::uint32_t q = draw(1, 8); q > 0; --q)
      asked.queries.push_back({draw(0, static_cast<std::uint32_t>(asked.patiences.size()) - 1), draw(1, 30)});
    const bool maximise = draw(0, 1) == 1;
    const std::uint32_t every = draw(1, 7);
    const double level = draw(2, 7) / 8.0;
    const Bar bar(every, level, maximise);
    std::size_t shown = 0;
    const auto answers = follow(asked, scores, maximise, true, &shown, bar).answers();
    std::uint32_t longest = 0;
    for (std::size_t q = 0; q < answers.size(); ++q) {
      const Query& query = asked.queries[q];
      const std::uint32_t patience = asked.patiences[query.variant];
      const auto trained = [&](std::uint32_t rounds) { return train(scores, rounds, patience, maximise); };
      const std::uint32_t whole_length = std::min(query.length, rounds_with(scores, patience, maximise));
      std::uint32_t end = query.length;
      for (const std::uint32_t step : bar.steps(query.length))
        if (step < whole_length && !bar.goes_on({0, query.variant, 0, step, trained(step).score})) {
          end = step;
          break;
        }
      EXPECT_EQ(answers[q].pruned, end < query.length) << "seed " << seed << ", query " << q;
      EXPECT_EQ(answers[q].score, trained(end).score) << "seed " << seed << ", query " << q;
      EXPECT_EQ(answers[q].rounds, trained(end).rounds) << "seed " << seed << ", query " << q;
      longest = std::max(longest, end);
      (answers[q].pruned ? pruned : whole) += 1;
    }
    EXPECT_LE(shown, longest) << "seed " << seed;
  }
  EXPECT_GT(pruned, 1000U);
  EXPECT_GT(whole, 1000U);
}

}   // namespace
}   // namespace warptune
