// Variables of the process's environment.
#pragma once

#include <optional>
#include <string>

namespace warptune {

// nullopt: there is no such variable.
[[nodiscard]] std::optional<std::string> environment(const char* name);

}   // namespace warptune
