#include "family/library/learning_curve.h"

#include <algorithm>
#include <limits>

namespace warptune {

LearningCurve::LearningCurve(std::span<const Query> queries, std::span<const std::uint32_t> patiences, bool maximise,
                             const FitPruner& pruner)
    : queries_(queries.begin(), queries.end()),
      pruned_(queries.size()),
      pruner_(pruner),
      patiences_(patiences),
      maximise_(maximise),
      ends_(patiences.size(), unlimited) {
  if (!pruner.pruner.prunes()) return;
  for (const Query& query : queries) asked_.push_back(pruner.pruner.steps(query.length));
}

void LearningCurve::add(double score) {
  const auto round = static_cast<std::uint32_t>(scores_.size());
  std::uint32_t best = scores_.empty() ? round : best_.back();
  if (!scores_.empty() && (maximise_ ? score > scores_[best] : score < scores_[best])) best = round;
  scores_.push_back(score);
  best_.push_back(best);
  for (std::size_t p = 0; p < ends_.size(); ++p)
    if (ends_[p] == unlimited && patiences_[p] != unlimited && round - best >= patiences_[p]) ends_[p] = round + 1;
  if (!asked_.empty()) ask();
}

bool LearningCurve::asks_after(std::size_t query, std::size_t round) const {
  return !asked_.empty() && round < end_of(queries_[query]) &&
         std::binary_search(asked_[query].begin(), asked_[query].end(), round);
}

void LearningCurve::ask() {
  const std::size_t round = scores_.size();
  for (std::size_t q = 0; q < queries_.size(); ++q) {
    if (pruned_[q] || !asks_after(q, round)) continue;
    const Query so_far{queries_[q].variant, static_cast<std::uint32_t>(round)};
    if (pruner_.goes_on(so_far.variant, so_far.length, answer(so_far).score)) continue;
    queries_[q] = so_far;
    pruned_[q] = true;
  }
}

bool LearningCurve::wanted() const {
  const std::size_t next = scores_.size() + 1;
  for (std::size_t q = 0; q < queries_.size(); ++q) {
    const Query& query = queries_[q];
    const bool patient = patiences_[query.variant] != unlimited;
    if (patient ? query.length >= next && ends_[query.variant] == unlimited : query.length == next) return true;
    if (asks_after(q, next)) return true;
  }
  return false;
}

// What has patience wants every round from the first one on, so nothing compares with a round that was skipped.
void LearningCurve::skip() {
  best_.push_back(best_.empty() ? 0 : best_.back());
  scores_.push_back(std::numeric_limits<double>::quiet_NaN());
}

bool LearningCurve::done() const {
  return std::all_of(queries_.begin(), queries_.end(),
                     [this](const Query& query) { return end_of(query) <= scores_.size(); });
}

LearningCurve::Answer LearningCurve::answer(const Query& query) const {
  const std::uint32_t last = end_of(query) - 1;
  const std::uint32_t round = patiences_[query.variant] == unlimited ? last : best_[last];
  return {scores_[round], round + 1};
}

std::vector<LearningCurve::Answer> LearningCurve::answers() const {
  std::vector<Answer> answers;
  for (std::size_t q = 0; q < queries_.size(); ++q) {
    answers.push_back(answer(queries_[q]));
    answers.back().pruned = pruned_[q];
  }
  return answers;
}

}   // namespace warptune
