// warptune families
#include <fmt/format.h>

#include "base/standard_output.h"
#include "cli/family_table.h"
#include "cli/report_error.h"
#include "cli/run_command.h"
#include "run/open_family.h"

namespace warptune {

int command_families(const Command& command) {
  std::string text = family_list() + "\nwarptune families NAME shows a family's parameters.\n";
  if (!command.family.empty()) {
    const auto family = find_family(command.family);
    if (!family) return report(family.error());
    text = parameter_table(**family);
    if (const auto describe = family_entry(command.family).describe; describe != nullptr) {
      const auto library = describe();
      if (!library) return report(library.error());
      text += "\n" + *library + "\n";
    }
  }
  const auto written = write_output(text);
  return written ? 0 : report(written.error());
}

}   // namespace warptune
