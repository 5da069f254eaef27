#include "run/score_board.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace warptune {

namespace {

// score(i): of fold i, finite. A worker's scores may be so large that their sum is no double.
template <class Score>
double mean_of_folds(std::size_t folds, Score score) {
  const auto count = static_cast<double>(folds);
  double sum = 0;
  for (std::size_t fold = 0; fold < folds; ++fold) sum += score(fold);
  if (std::isfinite(sum)) return sum / count;
  sum = 0;
  for (std::size_t fold = 0; fold < folds; ++fold) sum += score(fold) / count;
  constexpr double most = std::numeric_limits<double>::max();
  return std::clamp(sum, -most, most);
}

// The means of the steps that every fold reported.
std::vector<std::pair<std::int64_t, double>> mean_steps(const std::vector<std::map<std::int64_t, double>>& folds) {
  std::vector<std::pair<std::int64_t, double>> means;
  for (const auto& [step, score] : folds.front()) {
    const bool everywhere = std::all_of(folds.begin(), folds.end(),
                                        [step = step](const auto& reported) { return reported.contains(step); });
    if (everywhere)
      means.emplace_back(step, mean_of_folds(folds.size(),
                                             [&, step = step](std::size_t fold) { return folds[fold].at(step); }));
  }
  return means;
}

// Ascending; numbers: different ones below `count`. Where they are many of these, as where one fit serves all trials, marking
// them takes a fraction of sorting.
void sort_numbers(std::vector<std::uint32_t>& numbers, std::size_t count) {
  constexpr std::size_t dense = 32;
  if (numbers.size() * dense < count) {
    std::sort(numbers.begin(), numbers.end());
    return;
  }
  std::vector<std::uint8_t> marks(count);
  for (const std::uint32_t number : numbers) marks[number] = 1;
  auto next = numbers.begin();
  for (std::uint32_t i = 0; i < count; ++i) {
    if (marks[i] != 0) *next++ = i;
  }
}

}   // namespace

ScoreBoard::ScoreBoard(const Plan& plan, const Points& points, std::size_t first, int folds, const KnownTrials& known)
    : plan_(plan), points_(points), first_(first), folds_(folds), fits_(plan.fits.size()) {
  std::uint32_t places = 0;
  for (std::size_t f = 0; f < fits_.size(); ++f) {
    const std::size_t queries = plan.fits[f]->queries.size();
    fits_[f].scores.resize(queries * static_cast<std::size_t>(folds));
    fits_[f].missing.assign(queries, folds);
    fits_[f].first_place = places;
    places += static_cast<std::uint32_t>(queries);
  }
  // The trials of each query side by side: counted, then filled from behind, so that begins are left where they belong.
  const auto place_of = [&](std::size_t trial) {
    const TrialPlace& place = plan_.trials[trial];
    return fits_[place.fit].first_place + place.query;
  };
  trials_begin_.resize(std::size_t{places} + 1);
  for (std::size_t i = 0; i < points.size(); ++i)
    if (!known[i]) ++trials_begin_[place_of(i)];
  for (std::size_t i = 1; i < trials_begin_.size(); ++i) trials_begin_[i] += trials_begin_[i - 1];
  trials_.resize(trials_begin_.back());
  for (std::size_t i = points.size(); i-- > 0;)
    if (!known[i]) trials_[--trials_begin_[place_of(i)]] = static_cast<std::uint32_t>(i);
}

void ScoreBoard::add(const TaskResult& result, std::vector<Trial>& trials) {
  FitScores& scores = fits_[plan_.place_of(*result.task.planned)];
  const bool failed = !scores.failure.empty();   // all its trials were given back then
  const std::vector<std::uint32_t> answered = result.task.queries();
  const std::size_t queries = scores.missing.size();
  if (!result.rounds.empty()) scores.rounds.resize(scores.scores.size());
  if (!result.pruned.empty()) scores.pruned.resize(queries);
  scores.started = std::min(scores.started, result.started);
  scores.ended = std::max(scores.ended, result.ended);
  if (!result.steps.empty()) {
    scores.steps.resize(static_cast<std::size_t>(folds_));
    scores.steps[static_cast<std::size_t>(result.task.fold)] = result.steps;
  }
  std::vector<std::uint32_t> whole;   // queries
  for (std::size_t i = 0; i < answered.size(); ++i) {
    const std::uint32_t q = answered[i];
    const std::size_t at = static_cast<std::size_t>(result.task.fold) * queries + q;
    if (result.failure.empty()) scores.scores[at] = result.scores[i];
    if (!result.rounds.empty()) scores.rounds[at] = result.rounds[i];
    if (!result.pruned.empty()) scores.pruned[q] |= result.pruned[i];
    if (--scores.missing[q] == 0) whole.push_back(q);
  }
  if (failed) return;
  if (!result.failure.empty()) {   // one failed fold is enough; what was whole before it is scored
    scores.failure = result.failure;
    whole.clear();
    for (std::uint32_t q = 0; q < queries; ++q)
      if (scores.missing[q] > 0 || std::binary_search(answered.begin(), answered.end(), q)) whole.push_back(q);
  }
  std::vector<std::uint32_t> ended;
  for (const std::uint32_t q : whole) {
    const auto begin = trials_.begin();
    const std::size_t place = std::size_t{scores.first_place} + q;
    ended.insert(ended.end(), begin + trials_begin_[place], begin + trials_begin_[place + 1]);
  }
  sort_numbers(ended, points_.size());
  for (const std::uint32_t trial : ended) complete(trial, scores, trials.emplace_back());
}

void ScoreBoard::complete(std::uint32_t trial, const FitScores& fit, Trial& made) const {
  const TrialPlace& place = plan_.trials[trial];
  made.number = static_cast<std::int64_t>(first_ + trial);
  const PointView point = points_[trial];
  made.point.assign(point.begin(), point.end());
  made.fit = plan_.fits[place.fit]->number;
  if (!fit.failure.empty())
    made.state = TrialState::failed;
  else if (!fit.pruned.empty() && fit.pruned[place.query] != 0)
    made.state = TrialState::pruned;
  made.reason = fit.failure;
  made.started = fit.started;
  made.ended = fit.ended;
  if (!fit.steps.empty()) made.steps = mean_steps(fit.steps);
  if (made.state == TrialState::failed) return;
  const auto folds = static_cast<std::size_t>(folds_);
  const auto at = [&](std::size_t fold) { return fold * fit.missing.size() + place.query; };
  for (std::size_t fold = 0; fold < folds; ++fold) {
    if (!fit.rounds.empty()) made.rounds.push_back(fit.rounds[at(fold)]);
    if (folds > 1) made.fold_scores.push_back(fit.scores[at(fold)]);
  }
  made.score = mean_of_folds(folds, [&](std::size_t fold) { return fit.scores[at(fold)]; });
}

}   // namespace warptune
