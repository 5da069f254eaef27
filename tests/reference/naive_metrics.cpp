#include "tests/reference/naive_metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace warptune::reference {

namespace {

std::uint32_t predicted(const std::vector<std::uint64_t>& votes) {
  return static_cast<std::uint32_t>(std::max_element(votes.begin(), votes.end()) -
                                    votes.begin());   // the first of equals
}

}   // namespace

double accuracy(const Votes& votes) {
  double right = 0;
  for (std::size_t i = 0; i < votes.label.size(); ++i) right += predicted(votes.of_row[i]) == votes.label[i];
  return right / static_cast<double>(votes.label.size());
}

double balanced_accuracy(const Votes& votes) {
  std::map<std::uint32_t, double> rows, right;
  for (std::size_t i = 0; i < votes.label.size(); ++i) {
    rows[votes.label[i]] += 1;
    right[votes.label[i]] += predicted(votes.of_row[i]) == votes.label[i];
  }
  double sum = 0;
  for (const auto& [label, n] : rows) sum += right[label] / n;
  return sum / static_cast<double>(rows.size());
}

double log_loss(const Votes& votes) {
  double sum = 0;
  for (std::size_t i = 0; i < votes.label.size(); ++i) {
    const double share = static_cast<double>(votes.of_row[i][votes.label[i]]) / static_cast<double>(votes.total);
    sum -= std::log(std::max(share, std::numeric_limits<double>::epsilon()));
  }
  return sum / static_cast<double>(votes.label.size());
}

double roc_auc(const Votes& votes) {
  double won = 0, pairs = 0;
  for (std::size_t i = 0; i < votes.label.size(); ++i)
    for (std::size_t j = 0; j < votes.label.size(); ++j) {
      if (votes.label[i] != 1 || votes.label[j] != 0) continue;
      const std::uint64_t positive = votes.of_row[i][1], negative = votes.of_row[j][1];
      won += positive > negative ? 1 : positive == negative ? 0.5 : 0;
      pairs += 1;
    }
  return won / pairs;
}

}   // namespace warptune::reference
