// --help, from the tables.
#pragma once

#include <string>
#include <string_view>

#include "cli/flag_table.h"

namespace warptune {

[[nodiscard]] std::string general_help();                             // warptune --help
[[nodiscard]] std::string command_help(const CommandInfo& command);   // warptune run --help

// "run [STUDY.toml] [flags]"
[[nodiscard]] std::string usage_of(const CommandInfo& command);

}   // namespace warptune
