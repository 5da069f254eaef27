#include "family/library/learning_curve.h"

#include <algorithm>
#include <limits>

namespace warptune {

LearningCurve::LearningCurve(std::span<const Query> queries, std::span<const std::uint32_t> patiences, bool maximise)
    : queries_(queries), patiences_(patiences), maximise_(maximise), ends_(patiences.size(), unlimited) {}

void LearningCurve::add(double score) {
  const auto round = static_cast<std::uint32_t>(scores_.size());
  std::uint32_t best = scores_.empty() ? round : best_.back();
  if (!scores_.empty() && (maximise_ ? score > scores_[best] : score < scores_[best])) best = round;
  scores_.push_back(score);
  best_.push_back(best);
  for (std::size_t p = 0; p < ends_.size(); ++p)
    if (ends_[p] == unlimited && patiences_[p] != unlimited && round - best >= patiences_[p]) ends_[p] = round + 1;
}

bool LearningCurve::wanted() const {
  const std::size_t next = scores_.size() + 1;
  return std::any_of(queries_.begin(), queries_.end(), [&](const Query& query) {
    if (patiences_[query.variant] == unlimited) return query.length == next;
    return query.length >= next && ends_[query.variant] == unlimited;
  });
}

// What has patience wants every round from the first one on, so nothing compares with a round that was skipped.
void LearningCurve::skip() {
  best_.push_back(best_.empty() ? 0 : best_.back());
  scores_.push_back(std::numeric_limits<double>::quiet_NaN());
}

bool LearningCurve::done() const {
  return std::all_of(queries_.begin(), queries_.end(), [this](const Query& query) {
    return std::min(query.length, ends_[query.variant]) <= scores_.size();
  });
}

LearningCurve::Answer LearningCurve::answer(const Query& query) const {
  const std::uint32_t last = std::min(query.length, ends_[query.variant]) - 1;
  const std::uint32_t round = patiences_[query.variant] == unlimited ? last : best_[last];
  return {scores_[round], round + 1};
}

std::vector<LearningCurve::Answer> LearningCurve::answers() const {
  std::vector<Answer> answers;
  for (const Query& query : queries_) answers.push_back(answer(query));
  return answers;
}

}   // namespace warptune
