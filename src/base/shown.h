// Text from outside, made fit for a message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace warptune {

// At most `limit` bytes of it, then "..."; control bytes and bytes that are not UTF-8 become "?", so that a message stays on
// one line and can be stored as JSON.
[[nodiscard]] std::string shown(std::string_view text, std::size_t limit = 60);

// A path as a word of a shell's command line, for commands that the user may copy: quoted if it must be, and on one line.
[[nodiscard]] std::string shell_word(std::string_view text);

}   // namespace warptune
