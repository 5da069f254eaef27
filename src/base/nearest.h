// "Did you mean": the known name that a misspelt word most likely stands for.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace warptune {

// The name of `known` with the smallest edit distance to `word` (insert, delete, replace, swap of neighbours; letter case
// costs nothing but breaks ties), the first one of equals. "" when none is within a third of the word's length.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> known);

}   // namespace warptune
