// Values in another language's spelling: Python's True, quotes, 1_000, tuples. Taken as words they would be something
// else than what was meant (a program finds any text true), so they are refused.
#pragma once

#include <string>
#include <string_view>

namespace warptune {

// What to write instead of a word that looks like another value; "" for a word.
[[nodiscard]] std::string mistaken_value(std::string_view word);

}   // namespace warptune
