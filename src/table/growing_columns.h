// The columns of a table while its blocks come in, in the file's order.
//
// Every column is numeric until a word turns up in it. From that block on its cells are kept as words; the cells before
// are read again in a second pass, because a double does not give back the text it was read from (1, 1.0, 01).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "table/block_pipeline.h"
#include "table/column_notes.h"
#include "table/csv_header.h"
#include "table/packed_cells.h"
#include "table/word_numbers.h"
#include "warptune/error.h"
#include "warptune/table.h"

namespace warptune {

inline constexpr std::size_t most_rows = std::numeric_limits<std::int32_t>::max();

class GrowingColumns {
 public:
  // name: the table's source.
  GrowingColumns(CsvHeader header, std::string name);

  [[nodiscard]] const CsvHeader& header() const { return header_; }   // its layout as the columns now are
  [[nodiscard]] std::size_t rows() const { return rows_; }

  // Adds a block's rows. source_bytes: of the whole source, where they are known.
  [[nodiscard]] Result<void> append(BlockWork& work, std::optional<std::uint64_t> source_bytes);

  // Rows at the start that are to be read again, once all are there.
  [[nodiscard]] std::size_t rows_to_read_again() const;
  // Adds the words of a block that is read again; row: its first. False if the block is another one than it was.
  [[nodiscard]] bool fill_in(const BlockWork& work, std::size_t row);

  // The table. Nothing is left here.
  [[nodiscard]] Result<Table> finish(const CsvOptions& options);

 private:
  // A number that no double holds, at its place in the file: for when the column stays numeric.
  struct PlacedUnfit {
    std::string where;
    std::string cell;
    bool infinity = false;
    std::pair<std::size_t, std::size_t> order;   // rows before its block, and its offset in the block
  };

  struct GrowingColumn {
    PackedCells cells;
    std::optional<WordNumbers> words;   // a text column's; cells are their numbers
    // Rows before this one were read as numbers first; their words' numbers are kept apart, since they are known last.
    std::size_t words_from = 0;
    PackedCells first_cells;
    CellPlace odd;                            // the first cell that is no number, of a column that became words
    std::optional<CellPlace> first_missing;   // of labels
    std::optional<PlacedUnfit> unfit;
    UnitsSeen units;
  };

  [[nodiscard]] Result<void> turn_to_words(const BlockWork& work);
  void expect_rows(const BlockWork& work, std::optional<std::uint64_t> source_bytes);
  void append_words(const BlockWork& work, std::size_t column, std::size_t rows, PackedCells& cells);
  void note_first_cells(const BlockWork& work);
  [[nodiscard]] Result<void> check_fit() const;
  void finish_words(std::size_t c, Column& column);

  CsvHeader header_;
  std::string name_;
  std::vector<GrowingColumn> columns_;
  std::size_t rows_ = 0;
  ColumnNotes spellings_, odd_;
  MissingWords::Seen seen_;
  bool formatted_ = false;        // some number is not as parse_number reads it
  std::vector<double> numbers_;   // of a block's words, kept for its memory
};

}   // namespace warptune
