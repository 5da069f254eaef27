// warptune families
#include <fmt/format.h>

#include "cli/family_table.h"
#include "cli/report_error.h"
#include "cli/run_command.h"

namespace warptune {

int command_families(const Command& command) {
  if (command.family.empty()) {
    fmt::print("{}\nwarptune families NAME shows a family's parameters.\n", family_list());
    return 0;
  }
  const auto family = find_family(command.family);
  if (!family) return report(family.error());
  fmt::print("{}", parameter_table(**family));
  return 0;
}

}   // namespace warptune
