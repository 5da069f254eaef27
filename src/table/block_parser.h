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
#include "table/cell_rules.h"
#include "table/row_blocks.h"

namespace warptune {

struct BlockLayout {
  char separator = ',';
  std::size_t columns = 0;
  std::shared_ptr<const std::vector<CellKind>> kinds;   // [columns]; they become words when a word turns up
  std::shared_ptr<const CellRules> rules;
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

// The first cell of its kind in a column of the block.
struct FoundCell {
  std::size_t column = 0;
  std::size_t offset = 0;   // in the block's text
  std::string cell;
};

// The units of a column's numbers.
struct UnitsSeen {
  std::uint32_t units = 0;   // a bit for each, by unit_sign's index
  std::size_t cells = 0;     // that have one and are not 0, which is 0 in every unit

  void add(int unit, bool counts) {
    units |= counts ? 1u << unit : 0u;
    cells += counts ? 1 : 0;
  }
  void add(const UnitsSeen& other) {
    units |= other.units;
    cells += other.cells;
  }
};

struct BlockProblem {
  std::size_t offset = 0;   // in the block's text
  std::string message;
  std::string hint;
  std::optional<std::size_t> cell_count{};   // of a row that has other cells than there are columns; too many: one more
};

struct ParsedBlock {
  std::size_t rows = 0;
  std::size_t stride = 0;      // of cells, in rows
  std::vector<double> cells;   // [columns][stride] numbers, or the bits of a WordPlace
  std::string unescaped;
  BlockLayout layout;                    // what the block was parsed as
  std::vector<FoundCell> words_in;       // the first word of each numeric column that has one
  std::vector<FoundCell> missing_in;     // the first missing cell of each column of words or declared numbers
  std::vector<UnfitNumber> unfit;        // the first of each numeric column
  std::vector<UnitsSeen> units;          // [columns], or empty where no number has one
  MissingWords::Seen seen;               // words that the user said are, or are not, missing
  bool formatted = false;                // a number was not as parse_number reads it
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
  std::size_t begin = 0;              // where its row begins
  std::size_t end = 0;                // where the next row begins; 0: only blank lines
  std::optional<BlockProblem> problem;
};
// The first row that is not blank, as words.
[[nodiscard]] ParsedHeader parse_header(const RowBlock& block, char separator);

}   // namespace warptune
