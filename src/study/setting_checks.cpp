#include "study/setting_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>

#include "base/shown.h"
#include "device/device_choice.h"
#include "split/time_amount.h"
#include "study/progress_choice.h"
#include "table/column_type.h"

namespace warptune {

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

Result<void> check_time_amount(const std::string& text, const std::string& where) {
  return parse_time_amount(text, where).map([](const TimeAmount&) {});
}

}   // namespace warptune
