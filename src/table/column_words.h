// From the numbers of a column's words, in the order of appearance, to sorted categories or booleans.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "table/number_format.h"
#include "table/packed_cells.h"
#include "table/word_numbers.h"
#include "warptune/table.h"

namespace warptune {

// true/false or yes/no in any letter case are booleans, but of a column that is said to hold categories. Features' words
// are sorted bytewise; labels and categories by value where all are numbers.
enum class WordUse : std::uint8_t { feature, label, category };

// Fills in type, values and categories. cells: the words' numbers, NaN where missing. Returns a note when several spellings
// became one boolean. format: of the numbers by which words are sorted.
[[nodiscard]] std::optional<std::string> take_words(WordNumbers words, PackedCells cells, WordUse use,
                                                    const NumberFormat& format, Column& column);

}   // namespace warptune
