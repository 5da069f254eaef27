// The version of the program and the library, as in CMakeLists.txt (a test holds them equal).
#pragma once

namespace warptune {

inline constexpr const char* version = "0.2.0";

}   // namespace warptune
