#include "cli/run_command.h"

#include <fmt/format.h>

#include <cstdio>

namespace warptune {

int run_command(const Command& command) {
  if (command.print) {
    fmt::print("{}", command.text);
    return std::fflush(stdout) == 0 ? 0 : static_cast<int>(Exit::no_score);
  }
  switch (command.name) {
    case CommandName::run: return command_run(command);
    case CommandName::resume: return command_resume(command);
    case CommandName::top: return command_top(command);
    case CommandName::families: return command_families(command);
    case CommandName::devices: return command_devices(command);
  }
  return static_cast<int>(Exit::usage);
}

}   // namespace warptune
