// Shell completions, from the tables.
#pragma once

#include <string>

namespace warptune {

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();

}   // namespace warptune
