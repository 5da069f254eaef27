// The one place where what is said reaches the user: settings are named by their flags.
#pragma once

#include <string_view>

#include "warptune/error.h"

namespace warptune {

// "warptune: message" and the hint on standard error; returns the exit code.
[[nodiscard]] int report(const Error& error);

// A note or a warning on standard error.
void say(std::string_view text);

// What a process that ends with this error returns.
[[nodiscard]] int exit_code(ErrorKind kind);

}   // namespace warptune
