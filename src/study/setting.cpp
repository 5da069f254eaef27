#include "study/setting.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "base/nearest.h"
#include "base/shown.h"
#include "base/units.h"
#include "base/utf8.h"

namespace warptune {
namespace {

constexpr double any = std::numeric_limits<double>::infinity();

using Text = std::string;
using Names = std::vector<std::string>;
using Type = SettingType;

template <class T>
Result<SettingValue> parse_number(std::string_view text, const Setting& setting, const std::string& where) {
  T number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return SettingValue(number);
  return failure(fmt::format("{}: {} must be {}, not {}", where, setting.key, type_text(setting.type), shown(text)),
                 setting.hint);
}

Result<void> check_text(const Setting& setting, const std::string& text, const std::string& where) {
  const bool control = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (text.empty()) return failure(fmt::format("{}: {} is empty", where, setting.key), setting.hint);
  if (control || !valid_utf8(text))
    return failure(fmt::format("{}: {} must be UTF-8 text without control characters, not {}", where, setting.key,
                               shown(text)),
                   "write it in UTF-8, on one line");
  if (setting.check != nullptr) return setting.check(text, where);
  if (setting.words.empty()) return {};
  if (std::find(setting.words.begin(), setting.words.end(), text) != setting.words.end()) return {};
  const std::string near = nearest(text, setting.words);
  return failure(fmt::format("{}: unknown {} {}", where, setting.key, shown(text)),
                 near.empty() ? fmt::format("known are {}", fmt::join(setting.words, ", "))
                              : fmt::format("did you mean {}?", near));
}

Result<void> check_separator(const std::string& text, const std::string& where) {
  if (text == "tab") return {};
  const auto c = static_cast<unsigned char>(text.empty() ? '\0' : text.front());
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  if (text.size() == 1 && c >= 0x20 && c < 0x7F && !letter && c != '"' && c != '.' && c != '-' && c != '+') return {};
  return failure(fmt::format("{}: {} can't separate columns", where, text.empty() ? "nothing" : shown(text)),
                 "give one of , ; | or tab");
}

}   // namespace

const Setting* find_setting(std::string_view name) {
  const auto all = settings();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Setting& setting) { return setting.name() == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string type_text(SettingType type) {
  switch (type) {
    case Type::boolean: return "true or false";
    case Type::integer: return "an integer";
    case Type::seed: return "an integer from 0 to 2^64-1";
    case Type::real: return "a number";
    case Type::text: return "text";
    case Type::label: return "text or a number";
    case Type::names: return "a list of names";
    case Type::separator: return "one character, or tab";
    case Type::bytes: return "an amount of memory, as 4G";
    case Type::seconds: return "a time, as 60s";
  }
  return {};
}

Result<SettingValue> setting_from_text(const Setting& setting, std::string_view text, const std::string& where) {
  switch (setting.type) {
    case Type::boolean:
      if (text == "true" || text == "false") return SettingValue(text == "true");
      break;
    case Type::integer: return parse_number<std::int64_t>(text, setting, where);
    case Type::seed: return parse_number<std::uint64_t>(text, setting, where);
    case Type::real: return parse_number<double>(text, setting, where);
    case Type::bytes: return parse_bytes(text, where).map([](std::uint64_t bytes) { return SettingValue(bytes); });
    case Type::seconds: return parse_seconds(text, where).map([](double seconds) { return SettingValue(seconds); });
    case Type::separator: return SettingValue(std::string(text == "\t" || text == "\\t" ? "tab" : text));
    case Type::text:
    case Type::label: return SettingValue(std::string(text));
    case Type::names: {
      Names names;
      for (std::string_view rest = text;;) {
        const auto comma = rest.find(',');
        names.emplace_back(rest.substr(0, comma));
        if (comma == std::string_view::npos) return SettingValue(std::move(names));
        rest.remove_prefix(comma + 1);
      }
    }
  }
  return failure(fmt::format("{}: {} must be {}, not {}", where, setting.key, type_text(setting.type), shown(text)),
                 setting.hint);
}

Result<void> apply_setting(Study& study, const Setting& setting, const SettingValue& value, const std::string& where) {
  if (auto checked = check_setting(setting, value, where); !checked) return checked;
  setting.set(study, value);
  return {};
}

const SettingValue* find_given(const GivenSettings& given, std::string_view name) {
  for (const GivenSetting& each : given)
    if (each.setting->name() == name) return &each.value;
  return nullptr;
}

Study with_given(Study study, const GivenSettings& given) {
  for (const GivenSetting& each : given) each.setting->set(study, each.value);
  return study;
}

bool is_default(const Setting& setting, const SettingValue& value) {
  static const Study untouched;
  return value == setting.get(untouched);
}

Result<void> check_setting(const Setting& setting, const SettingValue& value, const std::string& where) {
  switch (setting.type) {
    case Type::integer: {
      const std::int64_t number = std::get<std::int64_t>(value);
      if (static_cast<double>(number) >= setting.low && static_cast<double>(number) <= setting.high) return {};
      return failure(fmt::format("{}: {} must be from {:.0f} to {:.0f}, not {}", where, setting.key, setting.low,
                                 setting.high, number),
                     setting.hint);
    }
    case Type::real: {
      const double number = std::get<double>(value);
      if (number > setting.low && number < setting.high) return {};
      return failure(fmt::format("{}: {} must be between {} and {}, not {}", where, setting.key, setting.low,
                                 setting.high, number),
                     setting.hint);
    }
    case Type::seconds: {
      const double number = std::get<double>(value);
      if (number > 0 && number < any) return {};
      return failure(fmt::format("{}: {} must be above 0 seconds, not {}", where, setting.key, number), setting.hint);
    }
    case Type::text:
    case Type::label: return check_text(setting, std::get<Text>(value), where);
    case Type::separator: return check_separator(std::get<Text>(value), where);
    case Type::names:
      for (const std::string& name : std::get<Names>(value)) {
        if (auto checked = check_text(setting, name, where); !checked) return checked;
      }
      return {};
    case Type::boolean:
    case Type::seed:
    case Type::bytes: return {};
  }
  return {};
}

}   // namespace warptune
