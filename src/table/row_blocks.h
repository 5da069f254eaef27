// Cuts a source into blocks of whole rows, so that memory stays bounded and blocks can be parsed independently.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "table/byte_source.h"
#include "warptune/error.h"

namespace warptune {

// Whole rows. The last byte of text() is a line feed; number_padding zero bytes follow it.
struct RowBlock {
  std::vector<char> bytes;
  std::size_t begin = 0;   // where the rows begin in `bytes`: after a byte order mark
  std::size_t end = 0;
  std::uint64_t line = 1;       // number of the block's first line, from 1
  std::size_t line_feeds = 0;   // in text(); rows are at most this many
  [[nodiscard]] std::string_view text() const { return {bytes.data() + begin, end - begin}; }
};

class RowBlocks {
 public:
  // separator: 0 is detected from the first block.
  RowBlocks(ByteSource& source, std::string name, char separator, std::size_t block_bytes);

  // The next block, in the memory of `reuse`; empty at the end.
  [[nodiscard]] Result<std::optional<RowBlock>> next(RowBlock reuse);
  [[nodiscard]] char separator() const { return separator_; }   // known after the first call of next

 private:
  ByteSource& source_;
  std::string name_;
  char separator_;
  std::size_t block_bytes_;
  std::vector<char> carry_;   // bytes of the row that the last block cut
  std::uint64_t line_ = 1;
  bool first_ = true;
  bool ended_ = false;
};

struct RowEnd {
  std::size_t end = 0;                     // after the last line feed that ends a row; 0: no row ends
  std::optional<std::size_t> open_quote;   // the text ends inside the quotes that open here
};
// Where the last whole row of `text` ends. A quote opens a cell only at its start.
[[nodiscard]] RowEnd last_row_end(std::string_view text, char separator);

// The separator among , ; tab | that gives the first rows equally many cells, else the one most frequent in the first row.
[[nodiscard]] char detect_separator(std::string_view text);

// "name:line:column" of a place in a block, both from 1, the column in bytes.
[[nodiscard]] std::string place(const std::string& name, std::string_view text, std::uint64_t first_line,
                                std::size_t offset);

}   // namespace warptune
