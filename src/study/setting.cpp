#include "study/setting.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>
#include <type_traits>
#include <utility>

#include "base/nearest.h"
#include "base/shown.h"
#include "base/units.h"
#include "device/device_choice.h"
#include "study/progress_choice.h"
#include "table/column_type.h"

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

// A field of Study and its SettingValue.
template <class T>
void store(T& field, const SettingValue& value) {
  if constexpr (std::is_same_v<T, int>)
    field = static_cast<int>(std::get<std::int64_t>(value));
  else if constexpr (std::is_same_v<T, char>)
    field = separator_of(std::get<std::string>(value));
  else
    field = std::get<T>(value);
}

template <class T>
SettingValue load(const T& field) {
  if constexpr (std::is_same_v<T, int>)
    return std::int64_t{field};
  else if constexpr (std::is_same_v<T, char>)
    return separator_text(field);
  else
    return field;
}

// Field: a captureless lambda from a study to one of its fields, which is read and written.
template <class Field>
Setting setting(SettingType type, const char* section, const char* key, Field) {
  Setting made;
  made.section = section;
  made.key = key;
  made.type = type;
  made.set = [](Study& study, const SettingValue& value) { store(Field{}(study), value); };
  made.get = [](const Study& study) { return load(Field{}(study)); };
  return made;
}

Setting within(double low, double high, Setting made) {
  made.low = low;
  made.high = high;
  return made;
}

Setting one_of(std::vector<std::string> words, Setting made) {
  made.words = std::move(words);
  return made;
}

Setting tested(decltype(Setting::check) check, Setting made) {
  made.check = check;
  return made;
}

Setting hinted(const char* hint, Setting made) {
  made.hint = hint;
  return made;
}

Setting not_in_file(Setting made) {
  made.in_file = false;
  return made;
}

Setting once(Setting made) {
  made.once = true;
  return made;
}

Result<void> check_device(const std::string& text, const std::string& where) {
  return parse_device(text, where).map([](const DeviceChoice&) {});
}

Result<void> check_progress(const std::string& text, const std::string& where) {
  return parse_progress(text, where).map([](const ProgressChoice&) {});
}

Result<void> check_results(const std::string& text, const std::string& where) {
  const std::string extension = std::filesystem::path(text).extension().string();
  const auto is = [&](std::string_view known) {   // in any letter case
    return std::equal(extension.begin(), extension.end(), known.begin(), known.end(),
                      [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
  };
  if (is(".csv") || is(".json")) return {};
  return failure(fmt::format("{}: results are written as .csv or .json, not {}", where,
                             extension.empty() ? "without an ending" : shown(extension)),
                 fmt::format("write {}.csv", shown(std::filesystem::path(text).replace_extension().string())));
}

// Of a process: a name, an equals sign, anything.
Result<void> check_variable(const std::string& text, const std::string& where) {
  const auto equals = text.find('=');
  if (equals != std::string::npos && equals > 0) return {};
  return failure(
      fmt::format("{}: {} is not NAME=VALUE", where, shown(text)),
      "write one NAME=VALUE per variable; a value with a comma only in a study file's list, or in the command");
}

Result<void> check_column_type(const std::string& text, const std::string& where) {
  const ColumnTypeChoice choice = parse_column_type(text);
  if (choice.type && !choice.column.empty()) return {};
  return failure(fmt::format("{}: {} is not COLUMN=TYPE", where, shown(text)), std::string(column_type_hint));
}

using Text = std::string;
using Names = std::vector<std::string>;
using Type = SettingType;

// One setting a line:
// clang-format off
std::vector<Setting> make_settings() {
  Setting trials = setting(Type::integer, "search", "trials", [](auto& s) -> auto& { return s.search.trials; });
  trials.set = [](Study& study, const SettingValue& value) {
    study.search.trials = std::get<std::int64_t>(value);
    study.search.trials_given = true;
  };
  trials.hint = "100 is usual; a grid without trials takes all of its points";
  return {
      hinted("write the path of a CSV file", setting(Type::text, "data", "path", [](auto& s) -> auto& { return s.input.path; })),
      hinted("write the name of the column to predict", setting(Type::text, "data", "target", [](auto& s) -> auto& { return s.dataset.target; })),
      hinted("write names of columns, as --drop id,date or drop = [\"id\", \"date\"]", setting(Type::names, "data", "drop", [](auto& s) -> auto& { return s.dataset.drop; })),
      hinted("write names of columns, as --keep age,mass or keep = [\"age\", \"mass\"]", setting(Type::names, "data", "keep", [](auto& s) -> auto& { return s.dataset.keep; })),
      hinted("write the name of a column", setting(Type::text, "data", "fold_column", [](auto& s) -> auto& { return s.dataset.fold_column; })),
      hinted("write a class of the target", setting(Type::label, "data", "positive", [](auto& s) -> auto& { return s.dataset.positive; })),
      hinted("header = false if the first row holds values", setting(Type::boolean, "data", "header", [](auto& s) -> auto& { return s.input.csv.header; })),
      setting(Type::separator, "data", "separator", [](auto& s) -> auto& { return s.input.csv.separator; }),
      hinted("write words as they stand in the table, as --na missing,-999 or na = [\"missing\", \"-999\"]", setting(Type::names, "data", "na", [](auto& s) -> auto& { return s.input.csv.na; })),
      hinted("write words as they stand in the table, as --no-na NA or no_na = [\"NA\"]", setting(Type::names, "data", "no_na", [](auto& s) -> auto& { return s.input.csv.no_na; })),
      tested(check_column_type, hinted(column_type_hint.data(), setting(Type::names, "data", "types", [](auto& s) -> auto& { return s.input.csv.types; }))),
      one_of({".", ","}, hinted("write . or ,", setting(Type::text, "data", "decimal", [](auto& s) -> auto& { return s.input.csv.decimal; }))),
      one_of({",", ".", "'", "_", "space"}, hinted("write one of , . ' _ space", setting(Type::text, "data", "thousands", [](auto& s) -> auto& { return s.input.csv.thousands; }))),
      within(2, 255, hinted("255 is the finest", setting(Type::integer, "data", "max_bins", [](auto& s) -> auto& { return s.dataset.max_bins; }))),
      hinted("warptune families lists them", setting(Type::text, "model", "family", [](auto& s) -> auto& { return s.model.family; })),
      hinted("write NAME=VALUE, as --set tree_method=approx or set = [\"tree_method=approx\"]", setting(Type::names, "model", "set", [](auto& s) -> auto& { return s.model.set; })),
      hinted("write the path of libxgboost.so", setting(Type::text, "model", "xgboost_library", [](auto& s) -> auto& { return s.model.xgboost_library; })),
      hinted("write the path of lib_lightgbm.so", setting(Type::text, "model", "lightgbm_library", [](auto& s) -> auto& { return s.model.lightgbm_library; })),
      hinted("write the command as in a shell, as --command \"python train.py\"", setting(Type::text, "model", "command", [](auto& s) -> auto& { return s.model.command.line; })),
      tested(check_variable, hinted("write NAME=VALUE, as environment = [\"OMP_NUM_THREADS=1\"]", setting(Type::names, "model", "environment", [](auto& s) -> auto& { return s.model.command.environment; }))),
      hinted("write the path of a folder", setting(Type::text, "model", "folder", [](auto& s) -> auto& { return s.model.command.folder; })),
      hinted("write a time, as 60s, 5m or 2h", setting(Type::seconds, "model", "trial_timeout", [](auto& s) -> auto& { return s.model.command.trial_timeout_seconds; })),
      hinted("write a time, as 60s or 5m", setting(Type::seconds, "model", "start_timeout", [](auto& s) -> auto& { return s.model.command.start_timeout_seconds; })),
      hinted("write a path, as workers.log", setting(Type::text, "model", "worker_log", [](auto& s) -> auto& { return s.model.command.worker_log; })),
      within(1, 4096, hinted("without it there are as many as threads, or one per GPU", setting(Type::integer, "model", "workers", [](auto& s) -> auto& { return s.model.command.workers; }))),
      one_of({"random", "grid"}, hinted("write random or grid", setting(Type::text, "search", "sampler", [](auto& s) -> auto& { return s.search.sampler; }))),
      within(1, 1e7, std::move(trials)),
      hinted("any whole number; the same one gives the same study", setting(Type::seed, "search", "seed", [](auto& s) -> auto& { return s.search.seed; })),
      one_of({"accuracy", "balanced_accuracy", "log_loss", "roc_auc"},
             hinted("write accuracy, balanced_accuracy, log_loss or roc_auc", setting(Type::text, "evaluate", "metric", [](auto& s) -> auto& { return s.evaluation.metric; }))),
      within(0, 1, hinted("0.33 validates on a third of the rows", setting(Type::real, "evaluate", "holdout", [](auto& s) -> auto& { return s.evaluation.folds.holdout; }))),
      within(2, 1000, hinted("5 folds are usual; --holdout 0.33 is one split", setting(Type::integer, "evaluate", "folds", [](auto& s) -> auto& { return s.evaluation.folds.folds; }))),
      hinted("stratify = false gives up the classes' shares", setting(Type::boolean, "evaluate", "stratify", [](auto& s) -> auto& { return s.evaluation.folds.stratify; })),
      hinted("write the name of a column", setting(Type::text, "evaluate", "fold_column", [](auto& s) -> auto& { return s.evaluation.folds.fold_column; })),
      hinted("write a value of the fold column", setting(Type::label, "evaluate", "holdout_value", [](auto& s) -> auto& { return s.evaluation.folds.holdout_value; })),
      tested(check_device, hinted("write auto, cpu, cuda or cuda:0,1", setting(Type::text, "run", "device", [](auto& s) -> auto& { return s.run.device; }))),
      within(1, 4096, hinted("without it there are as many as the process may use: warptune devices", setting(Type::integer, "run", "threads", [](auto& s) -> auto& { return s.run.threads; }))),
      within(1, 64, hinted("2 streams per GPU are usual", setting(Type::integer, "run", "streams", [](auto& s) -> auto& { return s.run.streams; }))),
      hinted("write an amount, as 4G or 512M", setting(Type::bytes, "run", "memory", [](auto& s) -> auto& { return s.run.memory_bytes; })),
      once(hinted("write a time, as 60s, 5m or 2h", setting(Type::seconds, "run", "time_limit", [](auto& s) -> auto& { return s.run.time_limit_seconds; }))),
      hinted("write a path, as study.log", setting(Type::text, "run", "journal", [](auto& s) -> auto& { return s.output.journal; })),
      tested(check_results, hinted("write a path that ends in .csv or .json", setting(Type::text, "run", "results", [](auto& s) -> auto& { return s.output.results; }))),
      hinted("write a path, as stats.json", setting(Type::text, "run", "stats", [](auto& s) -> auto& { return s.output.stats; })),
      within(0, 1e6, hinted("0 shows no table", setting(Type::integer, "run", "top", [](auto& s) -> auto& { return s.output.top; }))),
      once(hinted("write quiet = true", setting(Type::boolean, "run", "quiet", [](auto& s) -> auto& { return s.output.quiet; }))),
      once(tested(check_progress, hinted("write auto, none or seconds, as progress = 60", setting(Type::label, "run", "progress", [](auto& s) -> auto& { return s.output.progress; })))),
      once(not_in_file(setting(Type::boolean, "run", "dry_run", [](auto& s) -> auto& { return s.output.dry_run; }))),
      once(not_in_file(setting(Type::boolean, "run", "retry_failed", [](auto& s) -> auto& { return s.output.retry_failed; }))),
      // Not the user's to write; here so that JSON loses nothing.
      not_in_file(setting(Type::boolean, "search", "trials_given", [](auto& s) -> auto& { return s.search.trials_given; })),
      not_in_file(setting(Type::seed, "evaluate", "seed", [](auto& s) -> auto& { return s.evaluation.folds.seed; })),
      within(0, 4096, not_in_file(setting(Type::integer, "run", "csv_threads",
                                          [](auto& s) -> auto& { return s.input.csv.threads; }))),
      within(0, 4096, not_in_file(setting(Type::integer, "run", "dataset_threads",
                                          [](auto& s) -> auto& { return s.dataset.threads; }))),
  };
}
// clang-format on

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
  return failure(fmt::format("{}: {} must be {}, not {}", where, setting.key, type_text(setting.type), shown(text)),
                 setting.hint);
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
