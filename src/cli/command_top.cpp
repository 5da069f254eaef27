// warptune top
#include "cli/report_error.h"
#include "cli/run_command.h"
#include "result/top.h"

namespace warptune {

int command_top(const Command& command) {
  const auto printed = print_top(command.journal, with_given({}, command.given).output.top);
  return printed ? 0 : report(printed.error());
}

}   // namespace warptune
