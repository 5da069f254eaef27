// Sorts the words of a text column.
#pragma once

#include <cstdint>
#include <vector>

#include "table/packed_names.h"

namespace warptune {

// The words' numbers in the bytewise order of the words; equal words are in any order.
[[nodiscard]] std::vector<std::uint32_t> word_order(const PackedNames& words);

}   // namespace warptune
