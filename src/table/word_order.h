// Sorts the words of a text column.
#pragma once

#include <cstdint>
#include <vector>

#include "warptune/categories.h"

namespace warptune {

// The words' numbers in the bytewise order of the words; equal words are in any order.
[[nodiscard]] std::vector<std::uint32_t> word_order(const Categories& words);

}   // namespace warptune
