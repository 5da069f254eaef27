// UTF-8 as RFC 3629: no overlong forms, no surrogates, at most U+10FFFF.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace warptune {

struct ByteCheck {
  std::size_t valid = 0;   // bytes before the first problem; the text's size when there is none
  bool nul = false;        // the problem is a NUL byte, not a wrong sequence
};

// The whole text, without NUL bytes; fast where it is ASCII.
[[nodiscard]] ByteCheck check_utf8(std::string_view text);

// The same, with NUL bytes.
[[nodiscard]] bool valid_utf8(std::string_view text);

// Bytes of the character that the text starts with; 0 if it is none. The text is not empty.
[[nodiscard]] std::size_t character_bytes(std::string_view text);

// A byte of a character, but its first.
[[nodiscard]] inline bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Characters, not bytes: the columns of a terminal that a text takes, or nearly so.
[[nodiscard]] inline std::size_t characters_of(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues_character));
}

}   // namespace warptune
