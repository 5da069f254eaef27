#include "study/score_board.h"

#include <algorithm>

namespace warptune {

namespace {

// The means of the steps that every fold reported.
std::vector<std::pair<std::int64_t, double>> mean_steps(const std::vector<std::map<std::int64_t, double>>& folds) {
  std::vector<std::pair<std::int64_t, double>> means;
  for (const auto& [step, score] : folds.front()) {
    double sum = score;
    std::size_t count = 1;
    for (; count < folds.size(); ++count) {
      const auto found = folds[count].find(step);
      if (found == folds[count].end()) break;
      sum += found->second;
    }
    if (count == folds.size()) means.emplace_back(step, sum / static_cast<double>(count));
  }
  return means;
}

}   // namespace

ScoreBoard::ScoreBoard(const Plan& plan, std::span<const Point> points, int folds, std::size_t first)
    : plan_(plan), points_(points), folds_(folds), next_(first), fits_(plan.fits.size()) {
  for (std::size_t f = 0; f < fits_.size(); ++f) {
    const std::size_t queries = plan.fits[f].queries.size();
    fits_[f].scores.resize(queries * static_cast<std::size_t>(folds));
    fits_[f].missing.assign(queries, folds);
  }
}

void ScoreBoard::add(const TaskResult& result) {
  const auto fit = static_cast<std::size_t>(result.task.planned - plan_.fits.data());
  FitScores& scores = fits_[fit];
  const std::uint32_t first = result.task.first_query(), last = result.task.last_query();
  const std::size_t queries = scores.missing.size();
  if (!result.rounds.empty()) scores.rounds.resize(scores.scores.size());
  for (std::uint32_t q = first; q < last; ++q) {
    --scores.missing[q];
    const std::size_t at = static_cast<std::size_t>(result.task.fold) * queries + q;
    if (result.failure.empty()) scores.scores[at] = result.scores[q - first];
    if (!result.rounds.empty()) scores.rounds[at] = result.rounds[q - first];
  }
  if (!result.failure.empty() && scores.failure.empty()) scores.failure = result.failure;
  scores.started = std::min(scores.started, result.started);
  scores.ended = std::max(scores.ended, result.ended);
  if (!result.steps.empty()) {
    scores.steps.resize(static_cast<std::size_t>(folds_));
    scores.steps[static_cast<std::size_t>(result.task.fold)] = result.steps;
  }
}

void ScoreBoard::take_ready(std::vector<Trial>& trials) {
  for (; next_ < points_.size(); ++next_) {
    const TrialPlace& place = plan_.trials[next_];
    const FitScores& fit = fits_[place.fit];
    if (fit.missing[place.query] > 0 && fit.failure.empty()) break;   // one failed fold is enough
    Trial& trial = trials.emplace_back();
    trial.number = static_cast<std::int64_t>(next_);
    trial.point = points_[next_];
    trial.fit = place.fit;
    trial.failed = !fit.failure.empty();
    trial.reason = fit.failure;
    trial.started = fit.started;
    trial.ended = fit.ended;
    if (!fit.steps.empty()) trial.steps = mean_steps(fit.steps);
    if (!trial.failed) {
      double sum = 0;
      for (int fold = 0; fold < folds_; ++fold) {
        const std::size_t at = static_cast<std::size_t>(fold) * fit.missing.size() + place.query;
        const double score = fit.scores[at];
        sum += score;
        if (!fit.rounds.empty()) trial.rounds.push_back(fit.rounds[at]);
        if (folds_ > 1) trial.fold_scores.push_back(score);
      }
      trial.score = sum / folds_;
    }
  }
}

}   // namespace warptune
