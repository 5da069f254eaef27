// The parsed file: typed columns with missing values. First stage of the flow: file -> table -> dataset.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "warptune/column.h"
#include "warptune/error.h"

namespace warptune {

struct Table {
  std::string source;   // path as the user gave it, "-" for standard input
  std::size_t rows = 0;
  std::vector<Column> columns;      // in the file's order, names are unique
  std::vector<std::string> notes;   // guesses about the file that its user should know, each once, with place and flag
};

struct CsvOptions {
  bool header = true;   // false: columns are named c0, c1, ...
  char separator = 0;   // 0: detected among , ; tab |
  int threads = 1;
  std::vector<std::string> na{};      // words that mean a missing value beside the usual ones
  std::vector<std::string> no_na{};   // usual ones that do not
  std::string decimal = ".";          // or ","
  std::string thousands{};            // one of , . ' _ space; empty: none
  // What a column holds, as COLUMN=TYPE. number: a cell that is none is an error; it may have a per cent sign (12 % is
  // 0.12), a currency sign or a no-break space. category: the file's words. ignore: the column is skipped.
  std::vector<std::string> types{};
  // Columns of labels (target, folds): the file's words, whatever they look like, but of a type number. A name in these
  // lists that no column has is passed over.
  std::vector<std::string> labels{};
  std::vector<std::string> drop{}, keep{};   // columns to skip; if not empty: all others but labels are skipped
};

// Reads a CSV file (RFC 4180 quotes, CRLF or LF, UTF-8 with or without BOM), plain or .gz, or standard input for "-".
//
// Missing cells: empty, ?, and NA, NaN, null in any letter case, the other words of pandas (N/A, None, #N/A, <NA> ...,
// written as there), quoted or not. A column is numeric if all its other cells are numbers (and then inf or a number beyond
// 1.8e308 is an error), boolean if they are all true/false or all yes/no in any letter case, else text; a text column whose
// cells are mostly numbers is noted. Blanks around a cell do not count, unless they are inside the quotes of a text cell.
// Blank lines are skipped. Excel's line sep=; says the separator. A column without a name is called "column 3" by its place,
// with a note. A row that is the header again is an error. Limits: 2^31 - 1 rows, 65535 columns, 64 MiB for a row. Errors
// carry path:line:column, the column in bytes. The table is the same for any number of threads. Memory: at most twice the
// bytes of the rows, mostly fewer than they have, and a few blocks of 256 KiB for each thread; what comes from a pipe is also
// kept as it came until the end.
[[nodiscard]] Result<Table> read_csv(const std::string& path, const CsvOptions& options = {});
// The same from bytes in memory; `name` stands for the path in errors.
[[nodiscard]] Result<Table> parse_csv(std::string_view bytes, const std::string& name, const CsvOptions& options = {});

}   // namespace warptune
