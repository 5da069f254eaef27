#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "metric/prediction_score.h"
#include "reference/naive_metrics.h"

namespace warptune {
namespace {

struct Case {
  reference::Votes votes;
  NpyArray predictions;
  std::vector<std::uint8_t> labels;
  std::size_t classes;
};

// Shares of few votes: many ties, many zeros.
Case random_case(std::uint64_t seed, std::size_t classes) {
  std::mt19937_64 random(seed);
  Case made;
  made.classes = classes;
  const std::size_t rows = 1 + random() % 200;
  made.votes.total = 8;
  made.predictions.rows = rows;
  made.predictions.columns = classes;
  made.predictions.epsilon = std::numeric_limits<double>::epsilon();
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<std::uint64_t>& row = made.votes.of_row.emplace_back(classes);
    for (std::uint64_t v = 0; v < made.votes.total; ++v) ++row[random() % classes];
    for (const std::uint64_t v : row)
      made.predictions.values.push_back(static_cast<double>(v) / static_cast<double>(made.votes.total));
    made.labels.push_back(static_cast<std::uint8_t>(i < 2 ? i : random() % classes));
    made.votes.label.push_back(made.labels.back());
  }
  return made;
}

double score(const std::string& metric, const Case& of) {
  const auto scored = score_predictions(metric, of.predictions, of.labels, of.classes);
  EXPECT_TRUE(scored) << scored.error().message;
  return scored ? *scored : 0;
}

TEST(PredictionScore, EqualsTheDefinitions) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::size_t classes = 2 + seed % 4;
    const Case of = random_case(seed, classes);
    EXPECT_EQ(score("accuracy", of), reference::accuracy(of.votes)) << seed;
    EXPECT_EQ(score("balanced_accuracy", of), reference::balanced_accuracy(of.votes)) << seed;
    EXPECT_NEAR(score("log_loss", of), reference::log_loss(of.votes), 1e-12) << seed;
    if (classes == 2 && of.labels.size() > 1) {
      EXPECT_DOUBLE_EQ(score("roc_auc", of), reference::roc_auc(of.votes)) << seed;
    }
  }
}

TEST(PredictionScore, TheSecondClassAloneIsEnoughOfTwo) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Case of = random_case(seed, 2);
    if (of.labels.size() < 2) continue;
    Case second = of;
    second.predictions.columns = 0;
    second.predictions.values.clear();
    for (std::size_t i = 0; i < of.labels.size(); ++i)
      second.predictions.values.push_back(of.predictions.values[2 * i + 1]);
    for (const char* metric : {"accuracy", "balanced_accuracy", "log_loss", "roc_auc"})
      EXPECT_EQ(score(metric, of), score(metric, second)) << metric << seed;
  }
}

TEST(PredictionScore, LabelsAreScored) {
  const NpyArray labels{true, 0, 4, 0, {0, 2, 1, 1}};
  const std::vector<std::uint8_t> truth{0, 2, 2, 1};
  EXPECT_EQ(*score_predictions("accuracy", labels, truth, 3), 0.75);
  EXPECT_EQ(*score_predictions("balanced_accuracy", labels, truth, 3), (1 + 1 + 0.5) / 3);
}

TEST(PredictionScore, RankingsNeedNotBeProbabilities) {
  const NpyArray margins{false, 1e-16, 4, 0, {-7, 3, 50, -1}};
  EXPECT_EQ(*score_predictions("roc_auc", margins, std::vector<std::uint8_t>{0, 1, 1, 0}, 2), 1);
}

TEST(PredictionScore, WhatCannotBeScoredIsSaid) {
  const std::vector<std::uint8_t> truth{0, 1};
  const auto message = [&](const char* metric, const NpyArray& predictions, std::size_t classes = 2) {
    const auto scored = score_predictions(metric, predictions, truth, classes);
    return scored ? "scored" : scored.error().message;
  };
  const double nan = std::nan("");
  EXPECT_EQ(message("accuracy", {false, 1e-16, 3, 0, {0, 0, 0}}),
            "3 rows are predicted; the fold has 2 validation rows");
  EXPECT_EQ(message("accuracy", {false, 1e-16, 2, 0, {0, nan}}), "a prediction is no finite number");
  EXPECT_EQ(message("accuracy", {false, 1e-16, 2, 3, std::vector<double>(6)}),
            "3 columns are predicted; the target has 2 classes");
  EXPECT_EQ(message("accuracy", {true, 0, 2, 2, std::vector<double>(4)}),
            "predictions of two dimensions are probabilities, these are integers");
  EXPECT_EQ(message("accuracy", {false, 1e-16, 2, 0, {0, 0}}, 3),
            "one probability per row is enough for two classes only; the target has 3");
  for (const char* metric : {"accuracy", "balanced_accuracy"})   // an SVC's decision function
    EXPECT_EQ(message(metric, {false, 1e-16, 2, 0, {0.5, -1.5}}),
              "row 1 holds no probability of the second class: it is -1.5");
  EXPECT_EQ(message("roc_auc", {false, 1e-16, 2, 0, {0.5, -1.5}}), "scored");
  EXPECT_EQ(message("accuracy", {true, 0, 2, 0, {0, 2}}), "class 2 is predicted; there are 0 to 1");
  EXPECT_EQ(message("accuracy", {true, 0, 2, 0, {-1, 1}}), "class -1 is predicted; there are 0 to 1");
  EXPECT_EQ(message("log_loss", {true, 0, 2, 0, {0, 1}}), "log_loss needs probabilities, not predicted classes");
  EXPECT_EQ(message("log_loss", {false, 1e-16, 2, 2, {1, 1, 0, 1}}),
            "row 0 holds no probabilities: they are from 1 to 1 and sum up to 2");
  EXPECT_EQ(message("log_loss", {false, 1e-16, 2, 0, {-1, 0}}),
            "row 0 holds no probabilities: they are from -1 to 2 and sum up to 1");
  EXPECT_EQ(
      score_predictions("roc_auc", {false, 1e-16, 2, 0, {0, 1}}, std::vector<std::uint8_t>{1, 1}, 2).error().message,
      "the validation rows are of one class only");
}

}   // namespace
}   // namespace warptune
