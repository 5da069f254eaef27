// ASCII's digits, in any locale.
#pragma once

namespace warptune {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}   // namespace warptune
