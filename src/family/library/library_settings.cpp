#include "family/library/library_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/setting_mark.h"
#include "base/shown.h"
#include "base/trimmed.h"

namespace warptune {

Result<TrainerSettings> parse_set(const std::vector<std::string>& given) {
  TrainerSettings settings;
  for (const std::string& text : given) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos && !settings.empty()) {
      settings.back().second += "," + text;
      continue;
    }
    const std::string name(trimmed(std::string_view(text).substr(0, equals)));
    const std::string value(equals == std::string::npos ? "" : trimmed(std::string_view(text).substr(equals + 1)));
    if (name.empty() || value.empty() || name.find_first_of(" \t") != std::string::npos)
      return failure(setting_mark("model.set", shown(text)) + ": this is not NAME=VALUE",
                     "for example " + setting_mark("model.set", "max_bin=64"));
    settings.emplace_back(name, value);
  }
  return settings;
}

Result<TrainerSettings> settings_of_set(const std::vector<std::string>& given, std::span<const Decided> decided,
                                        const std::function<std::string(const std::string&)>& main_name,
                                        const Family& family, const Space& space) {
  const Result<TrainerSettings> parsed = parse_set(given);
  if (!parsed) return tl::unexpected(parsed.error());
  TrainerSettings settings;
  for (const auto& [name, value] : *parsed) {
    const std::string main = main_name(name);
    const std::string where = setting_mark("model.set", fmt::format("{}={}", shown(name), shown(value)));
    for (std::size_t i = 0; i < settings.size(); ++i)   // one for each of `parsed` so far
      if (const std::string& before = (*parsed)[i].first; settings[i].first == main)
        return failure(before == name ? fmt::format("{}: {} is set twice", where, shown(name))
                                      : fmt::format("{}: {} is another name of {}, which is set as well", where,
                                                    shown(name), shown(before)),
                       "set it once, by one of its names");
    for (const Decided& one : decided)
      if (main == one.name && std::find(one.but.begin(), one.but.end(), value) == one.but.end())
        return failure(fmt::format("{}: warptune decides {}", setting_mark("model.set", shown(name)), one.name),
                       one.instead);
    for (const Parameter& parameter : space.parameters)
      if (main == main_name(find_parameter(family, parameter.name)->name))
        return failure(fmt::format("{}: the space has {} too", setting_mark("model.set", shown(name)), parameter.name),
                       fmt::format("write {} alone", setting_mark("space." + parameter.name, shown(value))));
    settings.emplace_back(main, value);
  }
  return settings;
}

Result<void> check_two_classes(const Family& family, const Space& space, const TrainerSettings& set,
                               std::size_t classes) {
  constexpr std::array of_two{"scale_pos_weight", "is_unbalance", "pos_bagging_fraction", "neg_bagging_fraction"};
  if (classes == 2) return {};
  const auto refuse = [&](const std::string& name, const std::string& where) -> Result<void> {
    if (std::find(of_two.begin(), of_two.end(), name) == of_two.end()) return {};
    return failure(fmt::format("{}: {} means something with two classes only, the target has {}", where, name, classes),
                   "leave it out");
  };
  for (const Parameter& parameter : space.parameters)
    if (auto checked = refuse(find_parameter(family, parameter.name)->name, "space." + parameter.name); !checked)
      return checked;
  for (const auto& [name, value] : set)
    if (auto checked = refuse(name, setting_mark("model.set", name)); !checked) return checked;
  return {};
}

void put(TrainerSettings& settings, const std::string& name, const std::string& value) {
  const auto known = std::find_if(settings.begin(), settings.end(), [&](const auto& s) { return s.first == name; });
  if (known == settings.end())
    settings.emplace_back(name, value);
  else
    known->second = value;
}

std::string value_in(const TrainerSettings& settings, const std::string& name, const std::string& otherwise) {
  std::string value = otherwise;
  for (const auto& [known, text] : settings)
    if (known == name) value = text;
  return value;
}

}   // namespace warptune
