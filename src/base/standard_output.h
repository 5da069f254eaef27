// Standard output holds results: that they could not be written is an error like that of any other file.
#pragma once

#include <string_view>

#include "warptune/error.h"

namespace warptune {

[[nodiscard]] Result<void> write_output(std::string_view text);

}   // namespace warptune
