// Settings in messages as the command line's flags.
#pragma once

#include <string>
#include <string_view>

#include "warptune/error.h"

namespace warptune {

// Each mark of a setting (base/setting_mark.h) as its flag: "--thousands ,", "--no-header", "--param max_depth=3".
[[nodiscard]] std::string with_flags(std::string_view text);

// The same in message and hint.
[[nodiscard]] Error with_flags(Error error);

}   // namespace warptune
