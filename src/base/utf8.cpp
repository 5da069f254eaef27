#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace warptune {
namespace {

// Length of the valid sequence at p, 0 if it is none.
std::size_t sequence_length(const unsigned char* p, std::size_t left) {
  const auto follows = [&](std::size_t i, unsigned char low, unsigned char high) {
    return i < left && p[i] >= low && p[i] <= high;
  };
  const unsigned char c = p[0];
  if (c < 0x80) return 1;
  if (c >= 0xc2 && c <= 0xdf) return follows(1, 0x80, 0xbf) ? 2 : 0;
  if (c >= 0xe0 && c <= 0xef) {
    const unsigned char low = c == 0xe0 ? 0xa0 : 0x80, high = c == 0xed ? 0x9f : 0xbf;
    return follows(1, low, high) && follows(2, 0x80, 0xbf) ? 3 : 0;
  }
  if (c >= 0xf0 && c <= 0xf4) {
    const unsigned char low = c == 0xf0 ? 0x90 : 0x80, high = c == 0xf4 ? 0x8f : 0xbf;
    return follows(1, low, high) && follows(2, 0x80, 0xbf) && follows(3, 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

// Bytes from the start that are in 1..127, in whole words of 64 bytes.
std::size_t ascii_prefix(const unsigned char* p, std::size_t size) {
  std::size_t i = 0;
  for (; i + 64 <= size; i += 64) {
    std::uint64_t bad = 0;
    for (std::size_t k = 0; k < 64; k += 8) {
      std::uint64_t word;
      std::memcpy(&word, p + i + k, 8);
      // The top bit of word - 1 is also set for byte 0 (or a byte after one, which then stops here too).
      bad |= word | (word - 0x0101010101010101u);
    }
    if ((bad & 0x8080808080808080u) != 0) break;
  }
  return i;
}

}   // namespace

ByteCheck check_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t i = 0;
  while (i < text.size()) {
    i += ascii_prefix(p + i, text.size() - i);
    // One stretch of 64 bytes (or the rest) with something else than plain ASCII in it.
    const std::size_t stop = text.size() - i < 64 ? text.size() : i + 64;
    while (i < stop) {
      if (p[i] == 0) return {i, true};
      const std::size_t length = sequence_length(p + i, text.size() - i);
      if (length == 0) return {i, false};
      i += length;
    }
  }
  return {text.size(), false};
}

std::size_t character_bytes(std::string_view text) {
  return sequence_length(reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

bool valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

}   // namespace warptune
