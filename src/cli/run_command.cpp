#include "cli/run_command.h"

#include "base/standard_output.h"
#include "cli/report_error.h"

namespace warptune {

int run_command(const Command& command) {
  if (command.print) {
    const auto written = write_output(command.text);
    return written ? 0 : report(written.error());
  }
  switch (command.name) {
    case CommandName::run: return command_run(command);
    case CommandName::resume: return command_resume(command);
    case CommandName::top: return command_top(command);
    case CommandName::families: return command_families(command);
    case CommandName::devices: return command_devices(command);
    case CommandName::split: return command_split(command);
  }
  return exit_code(ErrorKind::usage);
}

}   // namespace warptune
