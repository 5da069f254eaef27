// The settings of a study, as one table (settings_table.cpp): the study file, the flags with their help, man page and
// completions, the journal's JSON, what resume may change, and the checks all read it.
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
  names,       // std::vector<std::string>; a flag separates them by commas, and may be given again
  separator,   // std::string: one character, or tab
  bytes,       // std::uint64_t; "4G"
  seconds,     // double; "60s"
};

// Which commands take a flag, one bit each. What resume takes may be changed when a study goes on.
enum TakenBy : unsigned { by_none = 0, by_run = 1, by_resume = 2, by_top = 4, by_split = 32 };
constexpr TakenBy operator|(TakenBy a, TakenBy b) {
  return static_cast<TakenBy>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

// A flag of the command line, and what is said of it.
struct FlagText {
  std::string name = {};         // without the dashes; empty: no flag
  char letter = 0;               // -l, 0: none
  std::string value_name = {};   // empty: a switch
  std::string group = {};        // heading in the help
  int place = 0;                 // in the group
  std::string text = {};
  std::string default_text = {};   // empty: none
  TakenBy taken_by = by_none;
  bool switched = true;   // the value that a switch sets
};

// A field of a study as the setting's value.
struct SettingField {
  void (*set)(Study&, const SettingValue&) = nullptr;
  SettingValue (*get)(const Study&) = nullptr;
};

struct Setting {
  std::string section = {}, key = {};   // [data] path: also its name in Origins, "data.path"
  SettingType type = SettingType::text;
  SettingField field = {};
  bool in_file = true;        // false: only flags and the journal have it
  bool once = false;          // said of one run: no journal keeps it, and resume has it only from its own flags
  double low = 0, high = 0;   // integer, real: the values a user may give; real: both ends open
  std::vector<std::string> words = {};     // text: the only values, empty: any
  std::vector<std::string> offered = {};   // by completions, where words are none
  Result<void> (*check)(const std::string& text, const std::string& where) = nullptr;   // text: beyond words
  std::string hint = {};        // what to write, for who wrote something else
  bool kept_absolute = false;   // a path that a journal keeps as an absolute one: resume may be called elsewhere
  bool written = false;         // path of a file that a run writes
  FlagText flag = {};

  [[nodiscard]] std::string name() const { return section + "." + key; }
  [[nodiscard]] SettingValue get(const Study& study) const { return field.get(study); }
  void set(Study& study, const SettingValue& value) const { field.set(study, value); }
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

// What a user set, checked: on the command line of resume.
struct GivenSetting {
  const Setting* setting = nullptr;
  SettingValue value;
};
using GivenSettings = std::vector<GivenSetting>;

// nullptr: not given.
[[nodiscard]] const SettingValue* find_given(const GivenSettings& given, std::string_view name);

// The study of a journal, in which what was given replaces what the journal says.
[[nodiscard]] Study with_given(Study study, const GivenSettings& given);

// The value of a study that nobody touched: not set, so not checked (a holdout of 0 is "no holdout").
[[nodiscard]] bool is_default(const Setting& setting, const SettingValue& value);

// What a setting takes, for messages: "an integer", "text", "a list of names", ...
[[nodiscard]] std::string type_text(SettingType type);

}   // namespace warptune
