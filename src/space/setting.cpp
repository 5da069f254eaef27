#include "space/setting.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>

#include "space/device_choice.h"
#include "space/nearest.h"
#include "space/shown.h"
#include "space/units.h"

namespace warptune {
namespace {

constexpr double any = std::numeric_limits<double>::infinity();

std::string separator_text(char separator) {
  if (separator == 0) return {};
  return separator == '\t' ? "tab" : std::string(1, separator);
}

char separator_of(const std::string& text) {
  if (text.empty()) return 0;
  return text == "tab" ? '\t' : text.front();
}

template <class T>
const T& as(const SettingValue& value) {
  return std::get<T>(value);
}

int as_int(const SettingValue& value) { return static_cast<int>(std::get<std::int64_t>(value)); }

Result<void> check_device(const std::string& text, const std::string& where) {
  return parse_device(text, where).map([](const DeviceChoice&) {});
}

Result<void> check_results(const std::string& text, const std::string& where) {
  const std::string extension = std::filesystem::path(text).extension().string();
  if (extension == ".csv" || extension == ".json") return {};
  return failure(fmt::format("{}: results are written as .csv or .json, not {}", where,
                             extension.empty() ? "without an ending" : shown(extension)));
}

using Text = std::string;
using Names = std::vector<std::string>;
using Type = SettingType;

// One line per setting: where it is written, what it may be, where it lies in Study. Captureless lambdas keep the
// address of the field in one place for reading and writing.
std::vector<Setting> make_settings() {
  using S = Study;
  using V = SettingValue;
  return {
      {"data",
       "path",
       Type::text,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.data = as<Text>(v); },
       [](const S& s) { return V(s.data); }},
      {"data",
       "target",
       Type::text,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.dataset.target = as<Text>(v); },
       [](const S& s) { return V(s.dataset.target); }},
      {"data",
       "drop",
       Type::names,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.dataset.drop = as<Names>(v); },
       [](const S& s) { return V(s.dataset.drop); }},
      {"data",
       "keep",
       Type::names,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.dataset.keep = as<Names>(v); },
       [](const S& s) { return V(s.dataset.keep); }},
      {"data",
       "fold_column",
       Type::text,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.dataset.fold_column = as<Text>(v); },
       [](const S& s) { return V(s.dataset.fold_column); }},
      {"data",
       "positive",
       Type::label,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.dataset.positive = as<Text>(v); },
       [](const S& s) { return V(s.dataset.positive); }},
      {"data",
       "header",
       Type::boolean,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.csv.header = as<bool>(v); },
       [](const S& s) { return V(s.csv.header); }},
      {"data",
       "separator",
       Type::separator,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.csv.separator = separator_of(as<Text>(v)); },
       [](const S& s) { return V(separator_text(s.csv.separator)); }},
      {"data",
       "max_bins",
       Type::integer,
       true,
       2,
       255,
       {},
       [](S& s, const V& v) { s.dataset.max_bins = as_int(v); },
       [](const S& s) { return V(std::int64_t{s.dataset.max_bins}); }},
      {"model",
       "family",
       Type::text,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.family = as<Text>(v); },
       [](const S& s) { return V(s.family); }},
      {"search",
       "sampler",
       Type::text,
       true,
       0,
       0,
       {"random", "grid"},
       [](S& s, const V& v) { s.sampler = as<Text>(v); },
       [](const S& s) { return V(s.sampler); }},
      {"search",
       "trials",
       Type::integer,
       true,
       1,
       1e7,
       {},
       [](S& s, const V& v) {
         s.trials = as<std::int64_t>(v);
         s.trials_given = true;
       },
       [](const S& s) { return V(s.trials); }},
      {"search",
       "seed",
       Type::seed,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.seed = as<std::uint64_t>(v); },
       [](const S& s) { return V(s.seed); }},
      {"evaluate",
       "metric",
       Type::text,
       true,
       0,
       0,
       {"accuracy", "balanced_accuracy", "log_loss", "roc_auc"},
       [](S& s, const V& v) { s.metric = as<Text>(v); },
       [](const S& s) { return V(s.metric); }},
      {"evaluate",
       "holdout",
       Type::real,
       true,
       0,
       1,
       {},
       [](S& s, const V& v) { s.folds.holdout = as<double>(v); },
       [](const S& s) { return V(s.folds.holdout); }},
      {"evaluate",
       "folds",
       Type::integer,
       true,
       2,
       1000,
       {},
       [](S& s, const V& v) { s.folds.folds = as_int(v); },
       [](const S& s) { return V(std::int64_t{s.folds.folds}); }},
      {"evaluate",
       "stratify",
       Type::boolean,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.folds.stratify = as<bool>(v); },
       [](const S& s) { return V(s.folds.stratify); }},
      {"evaluate",
       "fold_column",
       Type::text,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.folds.fold_column = as<Text>(v); },
       [](const S& s) { return V(s.folds.fold_column); }},
      {"evaluate",
       "holdout_value",
       Type::label,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.folds.holdout_value = as<Text>(v); },
       [](const S& s) { return V(s.folds.holdout_value); }},
      {"run",
       "device",
       Type::text,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.device = as<Text>(v); },
       [](const S& s) { return V(s.device); },
       check_device},
      {"run",
       "threads",
       Type::integer,
       true,
       0,
       4096,
       {},
       [](S& s, const V& v) { s.threads = as_int(v); },
       [](const S& s) { return V(std::int64_t{s.threads}); }},
      {"run",
       "streams",
       Type::integer,
       true,
       1,
       64,
       {},
       [](S& s, const V& v) { s.streams = as_int(v); },
       [](const S& s) { return V(std::int64_t{s.streams}); }},
      {"run",
       "memory",
       Type::bytes,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.memory_bytes = as<std::uint64_t>(v); },
       [](const S& s) { return V(s.memory_bytes); }},
      {"run",
       "time_limit",
       Type::seconds,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.time_limit_seconds = as<double>(v); },
       [](const S& s) { return V(s.time_limit_seconds); }},
      {"run",
       "journal",
       Type::text,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.journal = as<Text>(v); },
       [](const S& s) { return V(s.journal); }},
      {"run",
       "results",
       Type::text,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.results = as<Text>(v); },
       [](const S& s) { return V(s.results); },
       check_results},
      {"run",
       "stats",
       Type::text,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.stats = as<Text>(v); },
       [](const S& s) { return V(s.stats); }},
      {"run",
       "top",
       Type::integer,
       true,
       0,
       1000000,
       {},
       [](S& s, const V& v) { s.top = as_int(v); },
       [](const S& s) { return V(std::int64_t{s.top}); }},
      {"run",
       "quiet",
       Type::boolean,
       true,
       0,
       0,
       {},
       [](S& s, const V& v) { s.quiet = as<bool>(v); },
       [](const S& s) { return V(s.quiet); }},
      {"run",
       "dry_run",
       Type::boolean,
       false,
       0,
       0,
       {},
       [](S& s, const V& v) { s.dry_run = as<bool>(v); },
       [](const S& s) { return V(s.dry_run); }},
      // Not the user's to write; here so that JSON loses nothing.
      {"search",
       "trials_given",
       Type::boolean,
       false,
       0,
       0,
       {},
       [](S& s, const V& v) { s.trials_given = as<bool>(v); },
       [](const S& s) { return V(s.trials_given); }},
      {"evaluate",
       "seed",
       Type::seed,
       false,
       0,
       0,
       {},
       [](S& s, const V& v) { s.folds.seed = as<std::uint64_t>(v); },
       [](const S& s) { return V(s.folds.seed); }},
      {"run",
       "csv_threads",
       Type::integer,
       false,
       0,
       4096,
       {},
       [](S& s, const V& v) { s.csv.threads = as_int(v); },
       [](const S& s) { return V(std::int64_t{s.csv.threads}); }},
      {"run",
       "dataset_threads",
       Type::integer,
       false,
       0,
       4096,
       {},
       [](S& s, const V& v) { s.dataset.threads = as_int(v); },
       [](const S& s) { return V(std::int64_t{s.dataset.threads}); }},
  };
}

template <class T>
Result<SettingValue> parse_number(std::string_view text, const Setting& setting, const std::string& where) {
  T number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return SettingValue(number);
  return failure(fmt::format("{}: {} must be {}, not {}", where, setting.key, type_text(setting.type), shown(text)));
}

Result<void> check_text(const Setting& setting, const std::string& text, const std::string& where) {
  const bool control = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (text.empty()) return failure(fmt::format("{}: {} is empty", where, setting.key));
  if (control || !valid_utf8(text))
    return failure(
        fmt::format("{}: {} must be UTF-8 text without control characters, not {}", where, setting.key, shown(text)));
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

std::span<const Setting> settings() {
  static const std::vector<Setting> all = make_settings();
  return all;
}

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
  return failure(fmt::format("{}: {} must be {}, not {}", where, setting.key, type_text(setting.type), shown(text)));
}

Result<void> apply_setting(Study& study, const Setting& setting, const SettingValue& value, const std::string& where) {
  if (auto checked = check_setting(setting, value, where); !checked) return checked;
  setting.set(study, value);
  return {};
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
                                 setting.high, number));
    }
    case Type::real: {
      const double number = std::get<double>(value);
      if (number > setting.low && number < setting.high) return {};
      return failure(fmt::format("{}: {} must be between {} and {}, not {}", where, setting.key, setting.low,
                                 setting.high, number));
    }
    case Type::seconds: {
      const double number = std::get<double>(value);
      if (number > 0 && number < any) return {};
      return failure(fmt::format("{}: {} must be above 0 seconds, not {}", where, setting.key, number));
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
