#include "table/number_format.h"

#include <array>
#include <cstddef>
#include <string>

namespace warptune {
namespace {

using namespace std::literals;

constexpr std::array wide_blanks{" "sv, "\t"sv, "\u00a0"sv, "\u202f"sv, "\u2009"sv};
constexpr std::array currencies{"$"sv,      "\u20ac"sv, "\u00a3"sv, "\u00a5"sv, "\u20b9"sv, "\u20bd"sv, "\u20a9"sv,
                                "\u20ba"sv, "\u20ab"sv, "\u20aa"sv, "\u20b4"sv, "\u20b1"sv, "\u0e3f"sv};
constexpr std::array minus_signs{"-"sv, "\u2212"sv};

// Takes one of the texts from the front, or the back, of `rest`.
template <std::size_t count>
bool take_front(std::string_view& rest, const std::array<std::string_view, count>& texts) {
  for (const std::string_view text : texts) {
    if (!rest.starts_with(text)) continue;
    rest.remove_prefix(text.size());
    return true;
  }
  return false;
}

template <std::size_t count>
bool take_back(std::string_view& rest, const std::array<std::string_view, count>& texts) {
  for (const std::string_view text : texts) {
    if (!rest.ends_with(text)) continue;
    rest.remove_suffix(text.size());
    return true;
  }
  return false;
}

struct Units {
  bool negative = false, percent = false;
};

// [minus][currency][minus] number [% or currency], blanks between them.
Units take_units(std::string_view& rest) {
  Units units;
  const auto blanks = [&] {
    while (take_front(rest, wide_blanks)) {
    }
    while (take_back(rest, wide_blanks)) {
    }
  };
  blanks();
  if (rest.size() > 2 && rest.front() == '(' && rest.back() == ')') {   // as accountants write it
    rest = rest.substr(1, rest.size() - 2);
    blanks();
    units.negative = true;
  } else {
    units.negative = take_front(rest, minus_signs);
  }
  blanks();
  const bool currency = take_front(rest, currencies);
  blanks();
  if (currency && !units.negative) units.negative = take_front(rest, minus_signs);
  if (!currency && !take_back(rest, currencies)) units.percent = take_back(rest, std::array{"%"sv});
  blanks();
  return units;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool take_thousands(std::string_view& rest, char thousands) {
  if (thousands == ' ') return take_front(rest, wide_blanks);
  if (thousands == '\'') return take_front(rest, std::array{"'"sv, "\u2019"sv});
  return thousands != 0 && take_front(rest, std::array{std::string_view(&thousands, 1)});
}

}   // namespace

Number parse_formatted(std::string_view text, const NumberFormat& format) {
  std::string plain;   // as parse_number reads it
  Units units;
  if (format.units) units = take_units(text);
  if (units.negative) {
    plain = '-';
  } else if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    plain = text[0];
    text.remove_prefix(1);
  }
  if (text.empty() || (!is_digit(text[0]) && text[0] != format.decimal)) return {};   // no second sign
  std::size_t group = 0, groups = 0;   // digits of this group, groups before it
  while (!text.empty()) {
    if (is_digit(text[0])) {
      plain += text[0];
      text.remove_prefix(1);
      ++group;
    } else if (take_thousands(text, format.thousands)) {
      if (group == 0 || group > 3 || (groups > 0 && group < 2)) return {};
      group = 0;
      ++groups;
    } else {
      break;
    }
  }
  if (groups > 0 && group != 3) return {};
  if (!text.empty() && text[0] == format.decimal) {
    plain += '.';
    text.remove_prefix(1);
    for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1)) plain += text[0];
  }
  if (!text.empty() && text[0] != 'e' && text[0] != 'E') return {};
  if (units.percent && !text.empty()) return {};
  plain += units.percent ? "e-2"sv : text;
  return parse_number(plain);
}

}   // namespace warptune
