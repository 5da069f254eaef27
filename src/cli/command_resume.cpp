// warptune resume
#include "cli/report_error.h"
#include "cli/run_command.h"
#include "cli/run_study.h"

namespace warptune {

int command_resume(const Command& command) {
  const auto ran = resume_study(command.journal, command.given);
  return ran ? 0 : report(ran.error());
}

}   // namespace warptune
