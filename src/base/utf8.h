// UTF-8 validity of a text.
#pragma once

#include <cstddef>
#include <string_view>

namespace warptune {

struct ByteCheck {
  std::size_t valid = 0;   // bytes before the first problem; the text's size when there is none
  bool nul = false;        // the problem is a NUL byte, not a wrong sequence
};

// UTF-8 as RFC 3629 (no overlong forms, no surrogates, at most U+10FFFF) without NUL bytes.
[[nodiscard]] ByteCheck check_utf8(std::string_view text);

}   // namespace warptune
