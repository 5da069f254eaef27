// The man page, warptune(1), from the tables; docs/warptune.1 is what this returns.
#pragma once

#include <string>

namespace warptune {

[[nodiscard]] std::string man_page();

}   // namespace warptune
