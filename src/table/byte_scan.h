// Looks through a text 64 bytes at a time: where its cells end, and whether anything in it needs a closer look.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace warptune {

struct CellIndex {
  std::vector<std::uint32_t> ends;   // offsets of separators and line feeds, ascending; [count] are valid
  std::size_t count = 0;
  bool quotes = false;       // there are quotes: the ends may lie inside quoted cells
  bool plain_ascii = true;   // every byte is in 1..127
};

// Whether this processor has the vectors of 32 bytes and the bit instructions of the wide scan.
[[nodiscard]] bool has_wide_scan();

// text: less than 4 GiB. `reuse` gives its memory. The index is the same with and without the wide scan.
[[nodiscard]] CellIndex index_cells(std::string_view text, char separator, CellIndex reuse,
                                    bool wide = has_wide_scan());

[[nodiscard]] std::size_t count_line_feeds(std::string_view text);

}   // namespace warptune
