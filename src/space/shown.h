// Text from outside, made fit for a message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace warptune {

// At most `limit` bytes of it, then "..."; control bytes and bytes that are not UTF-8 become "?", so that a message stays on
// one line and can be stored as JSON.
[[nodiscard]] std::string shown(std::string_view text, std::size_t limit = 60);

[[nodiscard]] bool valid_utf8(std::string_view text);

}   // namespace warptune
