// The commands, one file each (command_NAME.cpp); all return the program's exit code.
#pragma once

#include "cli/command_line.h"

namespace warptune {

[[nodiscard]] int run_command(const Command& command);   // the one that the command line names

// What `warptune top` prints: the leaderboard and the line of totals, on standard output.
[[nodiscard]] Result<void> print_top(const std::string& journal, int top);

[[nodiscard]] int command_run(const Command& command);
[[nodiscard]] int command_resume(const Command& command);
[[nodiscard]] int command_top(const Command& command);
[[nodiscard]] int command_families(const Command& command);
[[nodiscard]] int command_devices(const Command& command);
[[nodiscard]] int command_split(const Command& command);

}   // namespace warptune
