// What the TOML parser must not see. toml++ 3.3 and 3.4 assert, or in a release build assume, that the first character of
// a key ("[{", "[=") or of an array's value ("[1,}") was tested, and run into unreachable code on characters beyond ASCII
// outside of strings (4"é" is none) and comments, where TOML has none. Found by tests/fuzz/fuzz_study.cpp.
#pragma once

#include <string>
#include <string_view>

#include "warptune/error.h"

namespace warptune {

// path: for messages. An array's line that starts with an array of tables is taken for a header, as no study has one.
[[nodiscard]] Result<void> check_for_parser(std::string_view toml, const std::string& path);

}   // namespace warptune
