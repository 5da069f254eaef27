// Numbers as people write them: 1,234.5 or 1.234,5 or 1 234,5, with a per cent or currency sign.
#pragma once

#include <string_view>

#include "table/number.h"

namespace warptune {

struct NumberFormat {
  char decimal = '.';   // or ,
  // 0: none; else , . ' _ or a space, which stands for no-break and thin spaces too, as ' does for U+2019.
  char thousands = 0;
  // A per cent sign (12 % is 0.12), a currency sign, a no-break space, U+2212 for a minus or (12) for -12 may be there.
  bool units = false;

  // Numbers are written as parse_number reads them, or not at all.
  [[nodiscard]] bool plain() const { return decimal == '.' && thousands == 0 && !units; }
};

struct FormattedNumber {
  Number number;
  int unit = 0;   // that it was written with, an index for unit_sign: 0 none, 1 per cent, else a currency
};
[[nodiscard]] std::string_view unit_sign(int unit);

// The whole of `text`, without blanks around it. Digits before the decimal sign may stand in groups: the last one of three,
// those between of two or three, the first of one to three.
[[nodiscard]] FormattedNumber parse_formatted(std::string_view text, const NumberFormat& format);

// A cell's number where its column has the format: with a point also as parse_number reads it.
[[nodiscard]] FormattedNumber number_in(std::string_view text, const NumberFormat& format);

}   // namespace warptune
