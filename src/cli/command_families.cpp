// warptune families
#include <fmt/format.h>

#include "cli/family_table.h"
#include "cli/report_error.h"
#include "cli/run_command.h"
#include "base/standard_output.h"
#include "family/lightgbm/lightgbm.h"
#include "family/xgboost/xgboost.h"

namespace warptune {

int command_families(const Command& command) {
  std::string text = family_list() + "\nwarptune families NAME shows a family's parameters.\n";
  if (!command.family.empty()) {
    const auto family = find_family(command.family);
    if (!family) return report(family.error());
    text = parameter_table(**family);
    const Trainer trainer = (*family)->trainer;
    if (trainer == Trainer::xgboost || trainer == Trainer::lightgbm) {
      const auto library = trainer == Trainer::xgboost ? describe_xgboost({}) : describe_lightgbm({});
      if (!library) return report(library.error());
      text += "\n" + *library + "\n";
    }
  }
  const auto written = write_output(text);
  return written ? 0 : report(written.error());
}

}   // namespace warptune
