// Parses one block of whole rows to numbers and words, on its own: the results of blocks do not depend on each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "table/byte_scan.h"
#include "table/row_blocks.h"

namespace warptune {

struct BlockLayout {
  char separator = ',';
  std::size_t columns = 0;
  std::shared_ptr<const std::vector<std::uint8_t>> text;   // [columns] 1: cells are words, 0: cells are numbers so far
};

// A word of a text column, inside the block's text or, for offsets from its size on, in ParsedBlock::unescaped.
struct WordPlace {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};
inline constexpr std::uint32_t missing_word = 0xffffffffu;   // WordPlace::length of a missing cell

// A number that no double holds: an error if its column stays numeric.
struct UnfitNumber {
  std::size_t column = 0;
  std::size_t offset = 0;   // in the block's text
  std::string cell;
  bool infinity = false;   // else too big
};

struct BlockProblem {
  std::size_t offset = 0;   // in the block's text
  std::string message;
  std::string hint;
};

struct ParsedBlock {
  std::size_t rows = 0;
  std::size_t stride = 0;      // of cells, in rows
  std::vector<double> cells;   // [columns][stride] numbers, or the bits of a WordPlace
  std::string unescaped;
  BlockLayout layout;                    // what the block was parsed as
  std::vector<std::size_t> words_in;     // numeric columns in which a word was found
  std::vector<UnfitNumber> unfit;        // the first of each numeric column
  std::optional<BlockProblem> problem;   // the first one; rows before it are whole
  CellIndex index;                       // scratch, kept for its memory

  [[nodiscard]] double number(std::size_t column, std::size_t row) const;
  [[nodiscard]] WordPlace word_place(std::size_t column, std::size_t row) const;
  [[nodiscard]] std::string_view word(WordPlace place, std::string_view text) const;
};

// Parses the block's text from `skip` on. `reuse` gives its memory.
[[nodiscard]] ParsedBlock parse_block(const RowBlock& block, std::size_t skip, const BlockLayout& layout,
                                      ParsedBlock reuse);

struct ParsedHeader {
  std::vector<std::string> cells;
  std::vector<std::size_t> offsets;   // [cells] in the block's text
  std::size_t end = 0;                // where the next row begins; 0: only blank lines
  std::optional<BlockProblem> problem;
};
// The first row that is not blank, as words.
[[nodiscard]] ParsedHeader parse_header(const RowBlock& block, char separator);

}   // namespace warptune
