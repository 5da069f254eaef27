#include "study/study_json.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/shown.h"
#include "space/space_json.h"
#include "study/setting.h"

namespace warptune {
namespace {

using nlohmann::json;

// A word that reads back as something else was not written by to_json.
Result<void> check_round_trip(const Space& space) {
  for (const Parameter& parameter : space.parameters)
    for (const Value& value : parameter.distribution.choices)
      if (parse_value(to_string(value)) != value)
        return failure(fmt::format("space.{}: {} can't be text", parameter.name, shown(to_string(value))));
  return {};
}

tl::unexpected<Error> malformed(const std::string& where, const char* expected) {
  return failure(fmt::format("{} must be {}", where, expected), "is this a journal of warptune?");
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
  object["space"] = to_json(study.space, SpaceLayout::reals);
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
  Result<Space> read = space_from_json(*space, "space");
  if (!read) return tl::unexpected(read.error());
  if (auto checked = check_round_trip(*read); !checked) return tl::unexpected(checked.error());
  study.space = std::move(*read);
  return study;
}

}   // namespace warptune
