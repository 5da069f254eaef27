#include "cli/family_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstddef>
#include <vector>

#include "base/text_table.h"

namespace warptune {
std::string family_list() {
  std::vector<TextColumn> columns(2);
  for (const Family& family : families()) {
    columns[0].cells.push_back(family.name);
    columns[1].cells.push_back(family.text);
  }
  return text_table(columns);
}

std::string parameter_table(const Family& family) {
  if (family.parameters.empty())
    return fmt::format("{}: {}\n\nIts parameters are those that --param names, with any values.\n", family.name,
                       family.text);
  std::vector<TextColumn> columns{{{"parameter"}}, {{"values"}}, {{"default"}}, {{"shared"}}, {{"meaning"}}};
  for (const ParameterInfo& info : family.parameters) {
    const std::string names =
        info.aliases.empty() ? info.name : fmt::format("{} ({})", info.name, fmt::join(info.aliases, ", "));
    const std::array<std::string, 5> row{names, allowed_values(info), to_string(info.default_value),
                                         info.free ? "yes" : "-", info.text};
    for (std::size_t i = 0; i < row.size(); ++i) columns[i].cells.push_back(row[i]);
  }
  std::string out = fmt::format(
      "{}: {}\n\n{}\nTrials that differ only in shared parameters are scored from one fit.\n"
      "Without --param the search is over:\n",
      family.name, family.text, text_table(columns));
  for (const Parameter& parameter : family.default_space.parameters) out += "  " + to_string(parameter) + "\n";
  return out;
}

}   // namespace warptune
