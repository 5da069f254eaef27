#include "cli/family_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace warptune {
namespace {

template <std::size_t n>
std::string aligned(const std::vector<std::array<std::string, n>>& rows) {
  std::array<std::size_t, n> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < n; ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < n; ++i) out += fmt::format("{:<{}}  ", row[i], widths[i]);
    out += row[n - 1] + "\n";
  }
  return out;
}

}   // namespace

std::string family_list() {
  std::vector<std::array<std::string, 2>> rows;
  for (const Family& family : families()) rows.push_back({family.name, family.text});
  return aligned(rows);
}

std::string parameter_table(const Family& family) {
  if (family.parameters.empty())
    return fmt::format("{}: {}\n\nIts parameters are those that --param names, with any values.\n", family.name,
                       family.text);
  std::vector<std::array<std::string, 5>> rows{{"parameter", "values", "default", "shared", "meaning"}};
  for (const ParameterInfo& info : family.parameters)
    rows.push_back({info.aliases.empty() ? info.name : fmt::format("{} ({})", info.name, fmt::join(info.aliases, ", ")),
                    allowed_values(info), to_string(info.default_value), info.free ? "yes" : "-", info.text});
  std::string out = fmt::format(
      "{}: {}\n\n{}\nTrials that differ only in shared parameters are scored from one fit.\n"
      "Without --param the search is over:\n",
      family.name, family.text, aligned(rows));
  for (const Parameter& parameter : family.default_space.parameters) out += "  " + to_string(parameter) + "\n";
  return out;
}

}   // namespace warptune
