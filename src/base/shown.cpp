#include "base/shown.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>

#include "base/utf8.h"

namespace warptune {
namespace {

// $'...' as of POSIX 2024, bash, zsh and ksh: a line feed stands on one line. Three octal digits, so that none of the text
// joins them.
std::string escaped_word(std::string_view text) {
  std::string word = "$'";
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < 0x20 || byte == 0x7F)
      word += fmt::format("\\{:03o}", byte);
    else
      word += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  }
  return word + "'";
}

}   // namespace

std::string shown(std::string_view text, std::size_t limit) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = character_bytes(text.substr(at));
    if (out.size() + (bytes == 0 ? 1 : bytes) > limit) return out + "...";
    const auto first = static_cast<std::uint8_t>(text[at]);
    const bool control = first < 0x20 || first == 0x7F;
    if (bytes == 0 || control) {
      out += '?';
      ++at;
    } else {
      out += text.substr(at, bytes);
      at += bytes;
    }
  }
  return out;
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view marks = "_@%+=:,./-";
  const auto plain = [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0 ||
           marks.find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return std::string(text);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(text.begin(), text.end(), is_control)) return escaped_word(text);
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}   // namespace warptune
