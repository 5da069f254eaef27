#include "study/study_json.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/shown.h"
#include "space/distribution.h"
#include "space/list.h"
#include "space/value_json.h"
#include "study/setting.h"

namespace warptune {
namespace {

using nlohmann::json;
using Kind = Distribution::Kind;

struct KindName {
  Kind kind;
  const char* name;
};
constexpr std::array<KindName, 4> kinds{
    {{Kind::fixed, "fixed"}, {Kind::integer, "int"}, {Kind::real, "float"}, {Kind::choice, "choice"}}};

json distribution_to_json(const Parameter& parameter) {
  const Distribution& distribution = parameter.distribution;
  json object{{"name", parameter.name}};
  for (const KindName& kind : kinds)
    if (kind.kind == distribution.kind) object["kind"] = kind.name;
  if (distribution.kind == Kind::integer || distribution.kind == Kind::real) {
    object["low"] = distribution.low;
    object["high"] = distribution.high;
    object["step"] = distribution.step;
    object["log"] = distribution.log;
  } else {
    json choices = json::array();
    for (const Value& value : distribution.choices) choices.push_back(to_json(value));
    object["choices"] = std::move(choices);
  }
  return object;
}

Result<Value> value_from_json(const json& node, const std::string& where) {
  if (node.is_null()) return Value(None{});
  if (node.is_boolean()) return Value(node.get<bool>());
  if (node.is_number_unsigned() && node.get<std::uint64_t>() > INT64_MAX)
    return failure(fmt::format("{}: {} does not fit 64 bits", where, node.get<std::uint64_t>()));
  if (node.is_number_integer()) return Value(node.get<std::int64_t>());
  if (node.is_number_float() && std::isfinite(node.get<double>())) return Value(node.get<double>());
  if (node.is_string()) return Value(node.get_ref<const std::string&>());
  if (auto list = list_from_json(node)) return Value(std::move(*list));
  return failure(fmt::format("{}: {} is not a value", where, node.type_name()));
}

// A word that reads back as something else was not written by to_json.
Result<void> check_round_trip(const Value& value, const std::string& where) {
  if (parse_value(to_string(value)) == value) return {};
  return failure(fmt::format("{}: {} can't be text", where, shown(to_string(value))));
}

tl::unexpected<Error> malformed(const std::string& where, const char* expected) {
  return failure(fmt::format("{} must be {}", where, expected), "is this a journal of warptune?");
}

Result<double> number_of(const json& object, const char* key, const std::string& where) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number() || !std::isfinite(found->get<double>()))
    return malformed(fmt::format("{}.{}", where, key), "a number");
  return found->get<double>();
}

Result<void> read_range(const json& object, Distribution& distribution, const std::string& where) {
  struct Field {
    const char* key;
    double* into;
  };
  for (const Field& field :
       {Field{"low", &distribution.low}, Field{"high", &distribution.high}, Field{"step", &distribution.step}}) {
    auto number = number_of(object, field.key, where);
    if (!number) return tl::unexpected(number.error());
    *field.into = *number;
  }
  const auto log = object.find("log");
  if (log == object.end() || !log->is_boolean()) return malformed(where + ".log", "true or false");
  distribution.log = log->get<bool>();
  return {};
}

Result<void> read_choices(const json& object, Distribution& distribution, const std::string& where) {
  const auto choices = object.find("choices");
  if (choices == object.end() || !choices->is_array()) return malformed(where + ".choices", "an array");
  for (const json& node : *choices) {
    auto value = value_from_json(node, where);
    if (!value) return tl::unexpected(value.error());
    if (auto checked = check_round_trip(*value, where); !checked) return checked;
    distribution.choices.push_back(std::move(*value));
  }
  return {};
}

Result<Parameter> parameter_from_json(const json& object, std::size_t index) {
  std::string where = fmt::format("space[{}]", index);
  if (!object.is_object()) return malformed(where, "an object");
  const auto name = object.find("name");
  const auto kind = object.find("kind");
  if (name == object.end() || !name->is_string()) return malformed(where + ".name", "text");
  if (kind == object.end() || !kind->is_string()) return malformed(where + ".kind", "text");
  Parameter parameter;
  parameter.name = name->get_ref<const std::string&>();
  if (auto checked = check_parameter_name(parameter.name, where); !checked) return tl::unexpected(checked.error());
  where = "space." + parameter.name;
  const std::string& word = kind->get_ref<const std::string&>();
  const KindName* known = nullptr;
  for (const KindName& candidate : kinds)
    if (word == candidate.name) known = &candidate;
  if (known == nullptr) return malformed(where + ".kind", "fixed, int, float or choice");
  parameter.distribution.kind = known->kind;
  const bool range = known->kind == Kind::integer || known->kind == Kind::real;
  auto read =
      range ? read_range(object, parameter.distribution, where) : read_choices(object, parameter.distribution, where);
  if (!read) return tl::unexpected(read.error());
  if (auto checked = check_distribution(parameter.distribution, where); !checked)
    return tl::unexpected(checked.error());
  return parameter;
}

Result<SettingValue> setting_from_json(const Setting& setting, const json& node) {
  const std::string where = setting.name();
  switch (setting.type) {
    case SettingType::boolean:
      if (node.is_boolean()) return SettingValue(node.get<bool>());
      break;
    case SettingType::integer:
      if (node.is_number_unsigned() && node.get<std::uint64_t>() > INT64_MAX) break;
      if (node.is_number_integer()) return SettingValue(node.get<std::int64_t>());
      break;
    case SettingType::seed:
    case SettingType::bytes:
      if (node.is_number_unsigned()) return SettingValue(node.get<std::uint64_t>());
      break;
    case SettingType::real:
    case SettingType::seconds:
      if (node.is_number() && std::isfinite(node.get<double>())) return SettingValue(node.get<double>());
      break;
    case SettingType::text:
    case SettingType::label:
    case SettingType::separator:
      if (node.is_string()) return SettingValue(node.get<std::string>());
      break;
    case SettingType::names: {
      if (!node.is_array()) break;
      std::vector<std::string> names;
      for (const json& name : node) {
        if (!name.is_string()) return malformed(where, "a list of names");
        names.push_back(name.get<std::string>());
      }
      return SettingValue(std::move(names));
    }
  }
  return failure(fmt::format("{} must be {}", where, type_text(setting.type)), "is this a journal of warptune?");
}

// Every key is a setting: what a newer version wrote may change scores, so it is not passed over.
Result<void> check_keys(const json& object) {
  for (const auto& [section, keys] : object.items()) {
    if (section == "space") continue;
    if (!keys.is_object()) return malformed(shown(section), "an object");
    for (const auto& [key, value] : keys.items())
      if (find_setting(fmt::format("{}.{}", section, key)) == nullptr)
        return failure(fmt::format("the study has an unknown setting {}.{}", shown(section), shown(key)),
                       "a newer warptune may have written it");
  }
  return {};
}

}   // namespace

json to_json(const Study& study) {
  json object;
  for (const Setting& setting : settings())
    if (!setting.once)
      std::visit([&](const auto& value) { object[setting.section][setting.key] = value; }, setting.get(study));
  json space = json::array();
  for (const Parameter& parameter : study.space.parameters) space.push_back(distribution_to_json(parameter));
  object["space"] = std::move(space);
  return object;
}

json kept_settings(Study study) {
  CommandOptions& command = study.model.command;
  if (!command.line.empty() && command.folder.empty()) command.folder = ".";   // that it runs in is part of a command
  for (const Setting& setting : settings()) {
    if (!setting.kept_absolute) continue;
    const auto path = std::get<std::string>(setting.get(study));
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(path, error);
    if (!path.empty() && path != "-" && !error) setting.set(study, absolute.lexically_normal().string());
  }
  return to_json(study);
}

Result<Study> study_from_json(const json& object) {
  if (!object.is_object()) return malformed("the study", "an object");
  Study study;
  if (auto checked = check_keys(object); !checked) return tl::unexpected(checked.error());
  for (const Setting& setting : settings()) {
    const auto section = object.find(setting.section);
    if (section == object.end() || setting.once) continue;
    const auto node = section->find(setting.key);
    if (node == section->end()) continue;
    auto value = setting_from_json(setting, *node);
    if (!value) return tl::unexpected(value.error());
    const bool all_of_grid = setting.name() == "search.trials" && *value == SettingValue(std::int64_t{0});
    if (is_default(setting, *value) || all_of_grid) {
      setting.set(study, *value);
    } else if (auto applied = apply_setting(study, setting, *value, setting.name()); !applied) {
      return tl::unexpected(applied.error());
    }
  }
  const auto space = object.find("space");
  if (space == object.end()) return study;
  if (!space->is_array()) return malformed("space", "an array");
  for (const json& node : *space) {
    auto parameter = parameter_from_json(node, study.space.parameters.size());
    if (!parameter) return tl::unexpected(parameter.error());
    study.space.parameters.push_back(std::move(*parameter));
  }
  return study;
}

}   // namespace warptune
