// How messages, hints and notes name a setting: by a mark, which the command line replaces by its flag ("--thousands ,")
// and plain_text() by its name ("data.thousands = ,"). It stands between control characters, which no text from outside
// has: shown() replaces them.
#pragma once

#include <string>
#include <string_view>

namespace warptune {

inline constexpr char mark_begin = '\x01', mark_end = '\x02';

// name: as in Origins: "data.thousands", or of a parameter "space.max_depth".
[[nodiscard]] inline std::string setting_mark(std::string_view name) {
  return std::string(1, mark_begin).append(name) + mark_end;
}

// The setting with a value, as one writes it.
[[nodiscard]] inline std::string setting_mark(std::string_view name, std::string_view value) {
  return std::string(1, mark_begin).append(name).append(" = ").append(value) + mark_end;
}

}   // namespace warptune
