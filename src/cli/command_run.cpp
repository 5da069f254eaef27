// warptune run
#include "cli/report_error.h"
#include "cli/run_command.h"
#include "cli/run_study.h"

namespace warptune {

int command_run(const Command& command) {
  const auto ran = run_study(command.study, command.study_text);
  return ran ? 0 : report(ran.error());
}

}   // namespace warptune
