#include "table/number_format.h"

#include <array>
#include <cstddef>
#include <string>

#include "base/digit.h"

namespace warptune {
namespace {

using namespace std::literals;

constexpr std::array wide_blanks{" "sv, "\t"sv, "\u00a0"sv, "\u202f"sv, "\u2009"sv};
constexpr std::array currencies{"$"sv,      "\u20ac"sv, "\u00a3"sv, "\u00a5"sv, "\u20b9"sv, "\u20bd"sv, "\u20a9"sv,
                                "\u20ba"sv, "\u20ab"sv, "\u20aa"sv, "\u20b4"sv, "\u20b1"sv, "\u0e3f"sv};
constexpr std::array minus_signs{"-"sv, "\u2212"sv};

// The place of the one of the texts that is taken from the front, or the back, of `rest`; -1: none is there.
template <std::size_t count>
int which_front(std::string_view& rest, const std::array<std::string_view, count>& texts) {
  if (rest.empty() || is_digit(rest.front())) return -1;   // as most are
  for (std::size_t i = 0; i < count; ++i) {
    if (!rest.starts_with(texts[i])) continue;
    rest.remove_prefix(texts[i].size());
    return static_cast<int>(i);
  }
  return -1;
}

template <std::size_t count>
int which_back(std::string_view& rest, const std::array<std::string_view, count>& texts) {
  if (rest.empty() || is_digit(rest.back())) return -1;
  for (std::size_t i = 0; i < count; ++i) {
    if (!rest.ends_with(texts[i])) continue;
    rest.remove_suffix(texts[i].size());
    return static_cast<int>(i);
  }
  return -1;
}

template <std::size_t count>
bool take_front(std::string_view& rest, const std::array<std::string_view, count>& texts) {
  return which_front(rest, texts) >= 0;
}

template <std::size_t count>
bool take_back(std::string_view& rest, const std::array<std::string_view, count>& texts) {
  return which_back(rest, texts) >= 0;
}

constexpr int percent_unit = 1, first_currency = 2;   // as unit_sign has them

struct Units {
  bool negative = false;
  int unit = 0;
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
  int currency = which_front(rest, currencies);
  blanks();
  if (currency >= 0 && !units.negative) units.negative = take_front(rest, minus_signs);
  if (currency < 0) currency = which_back(rest, currencies);
  if (currency >= 0)
    units.unit = first_currency + currency;
  else if (take_back(rest, std::array{"%"sv}))
    units.unit = percent_unit;
  blanks();
  return units;
}

bool take_thousands(std::string_view& rest, char thousands) {
  if (thousands == ' ') return take_front(rest, wide_blanks);
  if (thousands == '\'') return take_front(rest, std::array{"'"sv, "\u2019"sv});
  return thousands != 0 && take_front(rest, std::array{std::string_view(&thousands, 1)});
}

}   // namespace

std::string_view unit_sign(int unit) {
  if (unit < first_currency) return unit == percent_unit ? "%"sv : ""sv;
  return currencies[static_cast<std::size_t>(unit - first_currency)];
}

FormattedNumber parse_formatted(std::string_view text, const NumberFormat& format) {
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
  const bool percent = units.unit == percent_unit;
  if (percent && !text.empty()) return {};
  plain += percent ? "e-2"sv : text;
  return {parse_number(plain), units.unit};
}

FormattedNumber number_in(std::string_view text, const NumberFormat& format) {
  if (format.decimal == '.') {
    const Number number = parse_number(text);
    if (number.kind != NumberKind::none || format.plain()) return {number};
  }
  return parse_formatted(text, format);
}

}   // namespace warptune
