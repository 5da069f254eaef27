#include "result/journal_text.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/number_text.h"
#include "space/space_json.h"

namespace warptune {
namespace {

using nlohmann::json;

constexpr std::size_t reason_limit = 4096;   // bytes of a failed trial's reason that are kept

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string integer_text(double value) { return fmt::format("{:.0f}", value); }

std::string float_text(double value) {
  std::string text;
  append_float(text, value);
  return text;
}

template <class Number, class Append>
void append_list(std::string& out, const std::vector<Number>& numbers, Append append) {
  out += '[';
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i != 0) out += ',';
    append(out, numbers[i]);
  }
  out += ']';
}

}   // namespace

std::string json_string(std::string_view text) { return dump(json(text)); }

std::string distribution_text(const Distribution& distribution) {
  switch (distribution.kind) {
    case Distribution::Kind::integer:
      return fmt::format(R"({{"name":"IntDistribution","attributes":{{"log":{},"step":{},"low":{},"high":{}}}}})",
                         distribution.log, integer_text(distribution.step > 0 ? distribution.step : 1),
                         integer_text(distribution.low), integer_text(distribution.high));
    case Distribution::Kind::real:
      return fmt::format(R"({{"name":"FloatDistribution","attributes":{{"step":{},"low":{},"high":{},"log":{}}}}})",
                         distribution.step > 0 ? float_text(distribution.step) : "null", float_text(distribution.low),
                         float_text(distribution.high), distribution.log);
    case Distribution::Kind::fixed:
    case Distribution::Kind::choice: break;
  }
  json choices = json::array();
  for (const Value& choice : distribution.choices) {   // Optuna's are scalars: a list is shown as its text there
    const auto* list = std::get_if<List>(&choice);
    choices.push_back(list != nullptr ? json(list->json) : to_json(choice));
  }
  return fmt::format(R"({{"name":"CategoricalDistribution","attributes":{{"choices":{}}}}})", dump(choices));
}

Result<std::string> header_lines(const JournalHeader& header) {
  for (const Parameter& parameter : header.space.parameters) {
    for (const Value& choice : parameter.distribution.choices) {
      const double* number = std::get_if<double>(&choice);
      if (number != nullptr && !std::isfinite(*number)) {
        return failure(fmt::format("parameter {}: a journal cannot hold the choice {}", parameter.name, *number),
                       "use finite numbers");
      }
    }
  }
  std::string lines =
      fmt::format("{{\"op_code\":0,\"worker_id\":\"warptune\",\"study_name\":{},\"directions\":[{}]}}\n",
                  json_string(header.name), header.maximise ? 2 : 1);
  const auto add = [&](int op_code, std::string_view field, std::string_view key, const json& value) {
    lines += fmt::format("{{\"op_code\":{},\"worker_id\":\"warptune\",\"study_id\":0,\"{}\":{{{}:{}}}}}\n", op_code,
                         field, json_string(key), dump(value));
  };
  add(2, "user_attr", attribute_version, header.version);
  add(2, "user_attr", attribute_dataset, header.dataset);
  add(2, "user_attr", attribute_seed, header.seed);
  add(2, "user_attr", attribute_space, to_json(header.space, SpaceLayout::exact));
  // The browser's reader fails on a null attribute.
  add(2, "user_attr", attribute_study, header.study.is_null() ? json::object() : header.study);
  add(3, "system_attr", attribute_metric_names, json::array({header.metric}));

  // A trial's line holds the space's distributions as well as values, scores and a reason.
  constexpr std::size_t room = journal_line_limit / 2;
  if (lines.size() > room || TrialLines(header.space).distributions().size() > room) {
    return failure("the space is too large for a journal", "use fewer parameters or choices");
  }
  return lines;
}

std::string extension_line(std::int64_t trials) {
  return fmt::format("{{\"op_code\":2,\"worker_id\":\"warptune\",\"study_id\":0,\"user_attr\":{{\"{}\":{}}}}}\n",
                     attribute_trials, trials);
}

TrialLines::TrialLines(const Space& space) {
  distributions_ = ",\"distributions\":{";
  for (std::size_t i = 0; i < space.parameters.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    const std::string key = fmt::format("{}{}:", i == 0 ? "" : ",", json_string(parameter.name));
    distributions_ += key + json_string(distribution_text(parameter.distribution));
    const Distribution::Kind kind = parameter.distribution.kind;
    params_.push_back({key, kind == Distribution::Kind::choice || kind == Distribution::Kind::fixed});
  }
  distributions_ += '}';
}

void TrialLines::append(std::string& out, const Trial& trial, std::string_view started,
                        std::string_view completed) const {
  out += "{\"op_code\":4,\"worker_id\":\"warptune\",\"study_id\":0,\"state\":";
  if (trial.state == TrialState::failed) {
    out += "3,";
  } else {
    out += trial.state == TrialState::pruned ? "2,\"values\":[" : "1,\"values\":[";
    append_float(out, trial.score);
    out += "],";
  }
  out += "\"datetime_start\":\"";
  out += started;
  out += "\",\"datetime_complete\":\"";
  out += completed;
  out += '"';
  out += distributions_;
  out += ",\"params\":{";
  for (std::size_t i = 0; i < params_.size(); ++i) {
    out += params_[i].key;
    if (params_[i].index) {
      append_integer(out, static_cast<std::int64_t>(trial.point[i]));
    } else {
      append_float(out, trial.point[i]);
    }
  }
  out += "},\"user_attrs\":{\"";
  out += attribute_trial;
  out += "\":";
  append_integer(out, trial.number);
  out += ",\"fit\":";
  append_integer(out, trial.fit);
  if (!trial.fold_scores.empty()) {
    out += ",\"fold_scores\":";
    append_list(out, trial.fold_scores, append_float);
  }
  if (!trial.rounds.empty()) {
    out += ",\"rounds\":";
    append_list(out, trial.rounds, append_integer);
  }
  if (trial.state == TrialState::failed) {
    out += ",\"fail_reason\":";
    out += json_string(std::string_view(trial.reason).substr(0, reason_limit));
  }
  if (!trial.steps.empty()) {
    out += "},\"intermediate_values\":{";
    const char* separator = "\"";
    for (const auto& [step, score] : trial.steps) {
      out += separator;
      append_integer(out, step);
      out += "\":";
      append_float(out, score);
      separator = ",\"";
    }
  }
  out += "},\"system_attrs\":{}}\n";
}

}   // namespace warptune
