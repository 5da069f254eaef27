// The parsed file: typed columns with missing values. First stage of the flow: file -> table -> dataset.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "warptune/error.h"

namespace warptune {

enum class ColumnType { numeric, boolean, text };

// One column. Every cell is a double: a number, 0 or 1 for a boolean, the index into `categories` for text;
// NaN is a missing cell.
struct Column {
  std::string name;
  ColumnType type = ColumnType::numeric;
  std::vector<double> values;            // [rows]
  std::vector<std::string> categories;   // names of a text column's categories (for a boolean: its two words, the false one first), sorted bytewise
};

struct Table {
  std::string source;   // path as the user gave it, "-" for standard input
  std::size_t rows = 0;
  std::vector<Column> columns;   // in the file's order, names are unique
};

struct CsvOptions {
  bool header = true;     // false: columns are named c0, c1, ...
  char separator = 0;     // 0: detected among , ; tab |
  int threads = 1;
};

// Reads a CSV file (RFC 4180 quotes, CRLF or LF, UTF-8 with or without BOM), plain or .gz, or standard input for "-".
// Missing cells: empty, NA, NaN, null, ?. A column is boolean if all its words are true/false or yes/no (any case)...
// numeric if all its cells are finite numbers, else text. Errors carry path:line:column.
[[nodiscard]] Result<Table> read_csv(const std::string& path, const CsvOptions& options = {});

}  // namespace warptune
