#include "result/results_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <variant>
#include <vector>

#include "base/number_text.h"
#include "result/journal_text.h"

namespace warptune {
namespace {

// RFC 4180: quoted only where needed.
std::string csv_text(const std::string& text) {
  const bool plain =
      text.find_first_of(",\"\r\n") == std::string::npos && !text.starts_with(' ') && !text.ends_with(' ');
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

// A choice keeps its type: 1.0 is not 1 (a share of all features is not one feature).
std::string choice_text(ResultsFormat format, const Value& value) {
  const bool word = std::holds_alternative<std::string>(value);
  if (format == ResultsFormat::csv) return csv_text(to_string(value));
  if (std::holds_alternative<None>(value)) return "null";
  return word ? json_string(std::get<std::string>(value)) : to_string(value);
}

// Texts of each choice, so that they are made once and not per trial.
std::vector<std::vector<std::string>> choice_texts(ResultsFormat format, const Space& space) {
  std::vector<std::vector<std::string>> texts;
  for (const Parameter& parameter : space.parameters) {
    std::vector<std::string>& choices = texts.emplace_back();
    for (const Value& choice : parameter.distribution.choices) choices.push_back(choice_text(format, choice));
  }
  return texts;
}

}   // namespace

std::string results_text(ResultsFormat format, const Space& space, std::span<const Trial> trials,
                         const Ranking& ranking) {
  const bool csv = format == ResultsFormat::csv;
  std::size_t folds = 0, rounds = 0;
  for (const Trial& trial : trials) {
    folds = std::max(folds, trial.fold_scores.size());
    rounds = std::max(rounds, trial.rounds.size());
  }

  std::vector<std::string> columns = {"rank", "trial", "score"};
  for (std::size_t fold = 0; fold < folds; ++fold) columns.push_back(fmt::format("fold_{}", fold));
  for (const Parameter& parameter : space.parameters) columns.push_back(parameter.name);
  columns.emplace_back("fit");
  for (std::size_t i = 0; i < rounds; ++i) columns.push_back(rounds == 1 ? "rounds" : fmt::format("rounds_{}", i));

  std::string text = csv ? "" : "[";
  std::vector<std::string> keys;   // what goes before each cell
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (csv) text += (i == 0 ? "" : ",") + csv_text(columns[i]);
    keys.push_back(csv ? (i == 0 ? "" : ",") : (i == 0 ? "{" : ", ") + json_string(columns[i]) + ": ");
  }
  if (csv) text += '\n';

  const std::vector<std::vector<std::string>> choices = choice_texts(format, space);
  for (std::size_t row = 0; row < trials.size(); ++row) {
    const Trial& trial = trials[ranking.order[row]];
    std::size_t column = 0;
    if (!csv) text += row == 0 ? "\n" : ",\n";
    const auto next = [&] { text += keys[column++]; };
    const auto missing = [&] { text += csv ? "" : "null"; };
    const bool scored = trial.state != TrialState::failed;
    next();
    row < ranking.ranked ? append_integer(text, static_cast<std::int64_t>(row) + 1) : missing();
    next();
    append_integer(text, trial.number);
    next();
    scored ? append_float(text, trial.score) : missing();
    for (std::size_t fold = 0; fold < folds; ++fold) {
      next();
      scored&& fold < trial.fold_scores.size() ? append_float(text, trial.fold_scores[fold]) : missing();
    }
    for (std::size_t i = 0; i < space.parameters.size(); ++i) {
      next();
      if (!choices[i].empty())
        text += choices[i][static_cast<std::size_t>(trial.point[i])];
      else if (space.parameters[i].distribution.kind == Distribution::Kind::real)
        append_float(text, trial.point[i]);   // a share of 1.0 is not a count of 1
      else
        append_integer(text, static_cast<std::int64_t>(trial.point[i]));
    }
    next();
    append_integer(text, trial.fit);
    for (std::size_t i = 0; i < rounds; ++i) {
      next();
      scored&& i < trial.rounds.size() ? append_integer(text, trial.rounds[i]) : missing();
    }
    text += csv ? "\n" : "}";
  }
  if (!csv) text += trials.empty() ? "]\n" : "\n]\n";
  return text;
}

Result<ResultsFile> ResultsFile::open(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (extension != ".csv" && extension != ".json") {
    return failure(fmt::format("cannot write the results file {}: its name ends neither in .csv nor in .json", path),
                   fmt::format("write {}.csv", path));
  }
  Result<ReplacedFile> file = ReplacedFile::open(path, "results");
  if (!file) return tl::unexpected(file.error());
  return ResultsFile(extension == ".csv" ? ResultsFormat::csv : ResultsFormat::json, std::move(*file));
}

Result<void> ResultsFile::write(const Space& space, std::span<const Trial> trials, const Ranking& ranking) {
  return file_.write(results_text(format_, space, trials, ranking));
}

}   // namespace warptune
