#include "result/journal_text.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "base/number_text.h"
#include "space/distribution.h"
#include "space/list.h"
#include "space/value_json.h"

namespace warptune {
namespace {

using nlohmann::json;

constexpr std::size_t reason_limit = 4096;   // bytes of a failed trial's reason that are kept

constexpr std::string_view kind_names[] = {"fixed", "int", "float", "choice"};   // in the order of Distribution::Kind

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

Result<Value> value_from_json(const json& value, const std::string& where) {
  if (value.is_null()) return None{};
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return value.get<double>();   // never NaN or infinite: the parser has no word for them
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return failure(where + ": an integer does not fit 64 bits");
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (auto list = list_from_json(value)) return std::move(*list);
  return failure(where + ": a value must be a number, a word, true, false, null or a list of such");
}

Result<Value> member(const json& object, const char* key, const std::string& where) {
  const auto it = object.find(key);
  if (it == object.end()) return failure(fmt::format("{}: \"{}\" is missing", where, key));
  return value_from_json(*it, where);
}

Result<Distribution> range_from_json(Distribution::Kind kind, const json& object, const std::string& where) {
  Result<Value> low = member(object, "low", where), high = member(object, "high", where),
                step = member(object, "step", where), log = member(object, "log", where);
  for (const auto* value : {&low, &high, &step, &log}) {
    if (!*value) return tl::unexpected(value->error());
  }
  if (!std::holds_alternative<bool>(*log)) return failure(where + ": \"log\" must be true or false");
  Range range{kind, *low, *high, std::nullopt, std::get<bool>(*log)};
  if (!std::holds_alternative<None>(*step)) range.step = *step;
  return make_range(range, where);
}

Result<Distribution> choices_from_json(Distribution::Kind kind, const json& object, const std::string& where) {
  const auto list = object.find("choices");
  if (list == object.end() || !list->is_array()) return failure(where + ": \"choices\" must be a list");
  std::vector<Value> choices;
  for (const json& item : *list) {
    Result<Value> choice = value_from_json(item, where);
    if (!choice) return tl::unexpected(choice.error());
    choices.push_back(std::move(*choice));
  }
  if (kind == Distribution::Kind::choice) return make_choice(std::move(choices), where);
  if (choices.size() != 1) return failure(where + ": a fixed parameter has one value");
  return make_fixed(std::move(choices.front()), where);
}

Result<Distribution> distribution_from_json(const json& object, const std::string& where) {
  const auto word = object.find("kind");
  for (std::size_t kind = 0; kind < std::size(kind_names); ++kind) {
    if (word == object.end() || *word != kind_names[kind]) continue;
    const auto known = static_cast<Distribution::Kind>(kind);
    const bool range = known == Distribution::Kind::integer || known == Distribution::Kind::real;
    return range ? range_from_json(known, object, where) : choices_from_json(known, object, where);
  }
  return failure(where + ": \"kind\" must be int, float, choice or fixed");
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

json space_to_json(const Space& space) {
  json result = json::array();
  for (const Parameter& parameter : space.parameters) {
    const Distribution& distribution = parameter.distribution;
    json item = {{"name", parameter.name}, {"kind", kind_names[static_cast<std::size_t>(distribution.kind)]}};
    if (distribution.kind == Distribution::Kind::integer) {
      item["low"] = static_cast<std::int64_t>(distribution.low);
      item["high"] = static_cast<std::int64_t>(distribution.high);
      item["step"] = distribution.log ? json() : json(static_cast<std::int64_t>(distribution.step));
      item["log"] = distribution.log;
    } else if (distribution.kind == Distribution::Kind::real) {
      item["low"] = distribution.low;
      item["high"] = distribution.high;
      item["step"] = distribution.step > 0 ? json(distribution.step) : json();
      item["log"] = distribution.log;
    } else {
      item["choices"] = json::array();
      for (const Value& choice : distribution.choices) item["choices"].push_back(to_json(choice));
    }
    result.push_back(std::move(item));
  }
  return result;
}

Result<Space> space_from_json(const json& list, const std::string& where) {
  if (!list.is_array()) return failure(where + ": the space is not a list of parameters");
  Space space;
  std::set<std::string> names;
  for (const json& item : list) {
    const auto name = item.find("name");   // end() of what is not an object
    if (name == item.end() || !name->is_string()) return failure(where + ": a parameter of the space has no name");
    Parameter parameter;
    parameter.name = name->get<std::string>();
    if (auto checked = check_parameter_name(parameter.name, where); !checked) return tl::unexpected(checked.error());
    const std::string here = fmt::format("{}: parameter {}", where, parameter.name);
    if (!names.insert(parameter.name).second) return failure(here + " is there twice");
    Result<Distribution> distribution = distribution_from_json(item, here);
    if (!distribution) return tl::unexpected(distribution.error());
    parameter.distribution = std::move(*distribution);
    space.parameters.push_back(std::move(parameter));
  }
  return space;
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
  add(2, "user_attr", attribute_space, space_to_json(header.space));
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
  if (trial.failed) {
    out += "3,";
  } else {
    out += "1,\"values\":[";
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
  if (trial.failed) {
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
