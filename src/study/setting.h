// The settings of a study, as one table: the study file, the flags, the journal's JSON and the checks all read it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "warptune/error.h"
#include "warptune/study.h"

namespace warptune {

using SettingValue = std::variant<bool, std::int64_t, std::uint64_t, double, std::string, std::vector<std::string>>;

// How a setting is written, and which alternative of SettingValue holds it.
enum class SettingType {
  boolean,     // bool
  integer,     // std::int64_t
  seed,        // std::uint64_t
  real,        // double
  text,        // std::string
  label,       // std::string, in a file also written as a number or a boolean: a class, a fold
  names,       // std::vector<std::string>; a flag separates them by commas
  separator,   // std::string: one character, or tab
  bytes,       // std::uint64_t; "4G"
  seconds,     // double; "60s"
};

struct Setting {
  std::string section, key;   // [data] path: also its name in Origins, "data.path"
  SettingType type = SettingType::text;
  bool in_file = true;              // false: only flags and the journal have it
  bool once = false;                // said of one run: no journal keeps it, and resume has it only from its own flags
  double low = 0, high = 0;         // integer, real: the values a user may give; real: both ends open
  std::vector<std::string> words;   // text: the only values, empty: any
  std::string hint;                 // what to write, for who wrote something else
  void (*set)(Study&, const SettingValue&) = nullptr;
  SettingValue (*get)(const Study&) = nullptr;
  Result<void> (*check)(const std::string& text, const std::string& where) = nullptr;   // text: beyond words

  [[nodiscard]] std::string name() const { return section + "." + key; }
};

[[nodiscard]] std::span<const Setting> settings();
// name: "search.trials"; nullptr when there is none.
[[nodiscard]] const Setting* find_setting(std::string_view name);

// A flag's argument as the setting's value.
[[nodiscard]] Result<SettingValue> setting_from_text(const Setting& setting, std::string_view text,
                                                     const std::string& where);

// Range, words, UTF-8, not empty. The value has the setting's type.
[[nodiscard]] Result<void> check_setting(const Setting& setting, const SettingValue& value, const std::string& where);

// Checks, then sets: nothing that does not fit reaches the study.
[[nodiscard]] Result<void> apply_setting(Study& study, const Setting& setting, const SettingValue& value,
                                         const std::string& where);

// The value of a study that nobody touched: not set, so not checked (a holdout of 0 is "no holdout").
[[nodiscard]] bool is_default(const Setting& setting, const SettingValue& value);

// What a setting takes, for messages: "an integer", "text", "a list of names", ...
[[nodiscard]] std::string type_text(SettingType type);

}   // namespace warptune
