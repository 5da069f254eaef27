// The flags and arguments that a command line holds, before they mean anything.
#pragma once

#include <string>
#include <vector>

#include "cli/flag_table.h"
#include "warptune/error.h"

namespace warptune {

struct GivenFlag {
  const Flag* flag = nullptr;
  std::vector<std::string> values;   // in the order of the command line; of a switch: empty
};

struct GivenFlags {
  std::vector<GivenFlag> flags;   // those that were given, in the table's order
  std::string argument;           // empty: none
};

// Unknown flags, missing values, repeated flags and arguments too many are errors with the nearest flag.
[[nodiscard]] Result<GivenFlags> read_flags(const CommandInfo& command, const std::vector<std::string>& arguments);

}   // namespace warptune
