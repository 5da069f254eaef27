#include "result/leaderboard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_set>
#include <variant>

#include "base/number_text.h"
#include "base/setting_mark.h"
#include "base/shown.h"
#include "base/text_table.h"

namespace warptune {
namespace {

// A cell of the table. Exact values are in the results file; here six digits are enough.
std::string cell(const Value& value) {
  const double* number = std::get_if<double>(&value);
  if (number == nullptr) return shown(to_string(value));
  std::string text = fmt::format("{:.6g}", *number);
  if (is_whole(text)) text += ".0";
  return text;
}

struct Row {
  std::size_t rank = 0;      // of the best trial of a setting
  std::int64_t trials = 0;   // of the setting, that have a score
};

// Each setting once, the best first.
std::vector<Row> rows_of(std::span<const Trial> trials, const Ranking& ranking, std::size_t top) {
  std::vector<Row> rows;
  if (top == 0) return rows;
  const auto before = [&](std::size_t a, std::size_t b) { return trials[a].point < trials[b].point; };
  std::map<std::size_t, std::size_t, decltype(before)> row_of(before);   // by one of a setting's trials
  for (std::size_t i = 0; i < ranking.ranked; ++i) {
    const std::size_t trial = ranking.order[i];
    auto row = row_of.find(trial);
    if (row == row_of.end()) {
      if (rows.size() == top) continue;
      row = row_of.emplace(trial, rows.size()).first;
      rows.push_back({i, 0});
    }
    ++rows[row->second].trials;
  }
  return rows;
}

std::string rounds_text(const std::vector<std::int64_t>& rounds) {
  if (rounds.empty()) return "";
  const auto [least, most] = std::minmax_element(rounds.begin(), rounds.end());
  return *least == *most ? std::to_string(*least) : fmt::format("{}-{}", *least, *most);
}

double standard_deviation(const std::vector<double>& scores) {
  const double count = static_cast<double>(scores.size());
  const double mean = std::accumulate(scores.begin(), scores.end(), 0.0) / count;
  double squares = 0;
  for (const double score : scores) squares += (score - mean) * (score - mean);
  return scores.size() < 2 ? 0 : std::sqrt(squares / (count - 1));
}

int place_of(TrialState state) { return state == TrialState::complete ? 0 : state == TrialState::pruned ? 1 : 2; }

}   // namespace

Ranking rank(std::span<const Trial> trials, bool maximise) {
  Ranking ranking;
  ranking.order.resize(trials.size());
  std::iota(ranking.order.begin(), ranking.order.end(), std::size_t{0});
  std::sort(ranking.order.begin(), ranking.order.end(), [&](std::size_t left, std::size_t right) {
    const Trial& a = trials[left];
    const Trial& b = trials[right];
    if (a.state != b.state) return place_of(a.state) < place_of(b.state);
    if (a.state != TrialState::failed && a.score != b.score) return (a.score > b.score) == maximise;
    return a.number < b.number;
  });
  ranking.ranked = static_cast<std::size_t>(std::count_if(trials.begin(), trials.end(), [](const Trial& trial) {
    return trial.state == TrialState::complete;
  }));
  return ranking;
}

std::string leaderboard(const Space& space, const std::string& metric, std::span<const Trial> trials,
                        const Ranking& ranking, std::size_t top) {
  const std::vector<Row> rows = rows_of(trials, ranking, top);
  if (rows.empty()) return {};
  const bool folds = std::any_of(trials.begin(), trials.end(), [](const Trial& it) { return !it.fold_scores.empty(); });
  const bool rounds = std::any_of(trials.begin(), trials.end(), [](const Trial& it) { return !it.rounds.empty(); });
  const bool repeated = std::any_of(rows.begin(), rows.end(), [](const Row& row) { return row.trials > 1; });

  std::vector<TextColumn> columns;
  const auto add = [&](std::string head, const auto& text) {
    TextColumn& column = columns.emplace_back();
    column.right = true;
    column.cells.push_back(std::move(head));
    for (const Row& row : rows) column.cells.push_back(text(trials[ranking.order[row.rank]], row));
  };
  add("rank", [](const Trial&, const Row& row) { return std::to_string(row.rank + 1); });
  add("trial", [](const Trial& trial, const Row&) { return std::to_string(trial.number); });
  if (repeated) add("times", [](const Trial&, const Row& row) { return std::to_string(row.trials); });
  add(shown(metric), [](const Trial& trial, const Row&) { return fmt::format("{:.6f}", trial.score); });
  if (folds) {
    add("std",
        [](const Trial& trial, const Row&) { return fmt::format("{:.6f}", standard_deviation(trial.fold_scores)); });
  }
  for (std::size_t i = 0; i < space.parameters.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    if (parameter.distribution.kind == Distribution::Kind::fixed) continue;
    const std::string name = shown(parameter.name);
    const bool taken =
        std::any_of(columns.begin(), columns.end(), [&](const TextColumn& it) { return it.cells.front() == name; });
    add(taken ? name + " (param)" : name,   // as a parameter that is called std
        [&](const Trial& trial, const Row&) { return cell(value_of(parameter, trial.point[i])); });
    const std::vector<Value>& choices = parameter.distribution.choices;
    columns.back().right = std::none_of(choices.begin(), choices.end(), [](const Value& choice) {
      return std::holds_alternative<std::string>(choice) || std::holds_alternative<List>(choice);
    });
  }
  add("fit", [](const Trial& trial, const Row&) { return std::to_string(trial.fit); });
  if (rounds) add("rounds", [](const Trial& trial, const Row&) { return rounds_text(trial.rounds); });
  return text_table(columns);
}

Totals count(std::span<const Trial> trials) {
  Totals totals;
  totals.trials = static_cast<std::int64_t>(trials.size());
  std::unordered_set<std::int64_t> fits;
  std::size_t folds = 1;
  for (const Trial& trial : trials) {
    if (trial.state == TrialState::failed) {
      ++totals.failed;
      continue;
    }
    totals.pruned += trial.state == TrialState::pruned;
    fits.insert(trial.fit);
    folds = std::max(folds, trial.fold_scores.size());
  }
  totals.fits = static_cast<std::int64_t>(fits.size() * folds);
  return totals;
}

std::string summary(const Totals& totals, double seconds, std::int64_t new_trials) {
  std::string text = fmt::format("{} trial{}", grouped(totals.trials), totals.trials == 1 ? "" : "s");
  if (totals.failed != 0 && totals.pruned != 0)
    text += fmt::format(" ({} failed, {} pruned)", grouped(totals.failed), grouped(totals.pruned));
  else if (totals.failed != 0)
    text += fmt::format(" ({} failed)", grouped(totals.failed));
  else if (totals.pruned != 0)
    text += fmt::format(" ({} pruned)", grouped(totals.pruned));
  text += fmt::format(", {} fit{}", grouped(totals.fits), totals.fits == 1 ? "" : "s");
  if (seconds < 0) return text;
  text += fmt::format(", {:.3g} s", seconds);
  if (seconds > 0 && new_trials > 0) {
    const double rate = static_cast<double>(new_trials) / seconds;
    text += rate < 100 ? fmt::format(", {:.3g} trials/s", rate)
                       : fmt::format(", {} trials/s", grouped(static_cast<std::int64_t>(std::min(rate, 1e15))));
  }
  return text;
}

std::vector<std::string> failure_notes(std::span<const Trial> trials) {
  constexpr std::size_t most_reasons = 3, most_bytes = 300;
  struct Reason {
    std::string text;
    std::int64_t first = 0, trials = 0;
  };
  std::vector<Reason> reasons;
  std::int64_t others = 0;
  for (const Trial& trial : trials) {
    if (trial.state != TrialState::failed) continue;
    const std::string text = shown(trial.reason.substr(0, trial.reason.find('\n')), most_bytes);
    const auto known = std::find_if(reasons.begin(), reasons.end(), [&](const Reason& r) { return r.text == text; });
    if (known != reasons.end())
      ++known->trials;
    else if (reasons.size() < most_reasons)
      reasons.push_back({text, trial.number, 1});
    else
      ++others;
  }
  std::vector<std::string> notes;
  for (const Reason& reason : reasons)
    notes.push_back(fmt::format("trial {}{} failed: {}", reason.first,
                                reason.trials > 1 ? fmt::format(" (and {} more)", grouped(reason.trials - 1)) : "",
                                reason.text));
  if (others > 0)
    notes.push_back(fmt::format("{} more failed for other reasons, which a {} keeps", grouped(others),
                                setting_mark("run.journal")));
  return notes;
}

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

}   // namespace warptune
