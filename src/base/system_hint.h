// What to do about an error of the operating system on a file.
#pragma once

#include <string>

namespace warptune {

// For errors whose cause is known, whatever file it was: a limit, a full disk, a current folder that is gone. Else `usual`.
[[nodiscard]] std::string system_hint(int error, const std::string& usual);

}   // namespace warptune
