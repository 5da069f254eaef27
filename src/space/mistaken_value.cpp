#include "space/mistaken_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>
#include <variant>

#include "base/digit.h"
#include "base/shown.h"
#include "warptune/space.h"

namespace warptune {
namespace {

bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return small;
}

bool is_number(std::string_view text) {
  const Value value = parse_value(text);
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

// Of what begins as a number: a plus, Python's underscores, 0x10, 1e999.
std::string mistaken_number(std::string_view word) {
  const bool negative = word.starts_with('-');
  std::string_view digits = word.substr(negative || word.starts_with('+') ? 1 : 0);
  if (digits.empty() || !(is_digit(digits.front()) || (digits.size() > 1 && digits[0] == '.' && is_digit(digits[1]))))
    return {};
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    std::uint64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data() + 2, end, number, 16);
    if (read.ec != std::errc() || read.ptr != end) return {};
    return fmt::format("write {}{}", negative ? "-" : "", number);
  }
  double real = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), real);
  if (read.ec == std::errc::result_out_of_range && read.ptr == digits.data() + digits.size())
    return "numbers are 64-bit reals, as Python's float: up to 1.797e308, and not below 4.9e-324";
  std::string plain = negative ? "-" : "";
  std::copy_if(digits.begin(), digits.end(), std::back_inserter(plain), [](char c) { return c != '_'; });
  return plain != word && is_number(plain) ? fmt::format("write {}", plain) : std::string();
}

}   // namespace

std::string mistaken_value(std::string_view word) {
  if (word.empty()) return {};
  if (is_quote(word.front()) || is_quote(word.back())) {
    const std::string_view inner = word.size() > 2 ? word.substr(1, word.size() - 2) : std::string_view();
    const bool plain = word.front() == word.back() && !inner.empty() && inner.find_first_of(",()\"\\") == inner.npos;
    return plain ? fmt::format("values have no quotes of their own: write {}", shown(inner))
                 : "values have no quotes of their own, and no comma, bracket or backslash";
  }
  for (const std::string_view typeset : {"\u201C", "\u201D", "\u2018", "\u2019"})   // as word processors write them
    if (word.starts_with(typeset)) return "values have no quotes of their own";
  if (constexpr std::string_view minus = "\u2212"; word.starts_with(minus) && is_number(word.substr(minus.size())))
    return fmt::format("write -{}", word.substr(minus.size()));
  const std::string small = lower(word);
  if (small == "true" || small == "false" || small == "none") return fmt::format("write {}", small);
  if (small == "null" || small == "nil") return "write none";
  const std::string_view unsigned_word =
      std::string_view(small).substr(small.front() == '-' || small.front() == '+' ? 1 : 0);
  if (unsigned_word == "nan" || unsigned_word == "inf" || unsigned_word == "infinity")
    return "numbers are finite; none stands for no limit";
  for (const std::string_view distribution : {"int[", "float[", "log[", "choice["})
    if (small.starts_with(distribution))
      return "distributions are written int(1,9), float(0,1), log(0.01,0.3), choice(a,b)";
  if (word.front() == '[' || word.back() == ']')
    return "a list is written in JSON: [64,32], [\"a\",\"b\"], [true,null]; it holds numbers, words and lists";
  if (word.front() == '(') return "a list is written [64,32]; distributions have a name, as int(1,9) or choice(a,b)";
  if (word.front() == '{')
    return "a list is written [64,32], a distribution int(1,9) or choice(a,b); there are no other compound values";
  return mistaken_number(word);
}

}   // namespace warptune
