// The one place where an error reaches the user.
#pragma once

#include "warptune/error.h"

namespace warptune {

// "warptune: message" and the hint on standard error; returns the exit code.
[[nodiscard]] int report(const Error& error);

}   // namespace warptune
