// What the cells of a table may be: said once for all of its blocks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "table/missing_words.h"
#include "table/number_format.h"

namespace warptune {

enum class CellKind : std::uint8_t {
  number,      // as long as no word turns up
  formatted,   // the same, each cell taken as a text first: the decimal sign is a comma, or a missing label has a place
  word,
  skipped,   // nobody reads the column
};

struct CellRules {
  MissingWords missing;
  NumberFormat format;                  // of all columns
  std::vector<std::uint8_t> declared;   // [columns] 1: said to be numbers, which may have units
  std::string header;                   // its bytes, without the line's end; empty: the file has none
};

}   // namespace warptune
