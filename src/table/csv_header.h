// What the first row and the user say of a table's columns, before a cell is read.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "table/block_parser.h"
#include "table/column_name.h"
#include "table/column_type.h"
#include "warptune/error.h"
#include "warptune/table.h"

namespace warptune {

struct CsvHeader {
  ColumnNames names;
  std::vector<std::optional<SaidType>> said;   // [columns] by the user
  std::vector<bool> labels;                    // [columns]
  BlockLayout layout;                          // of the blocks: no column holds words yet but those that are said to
  std::size_t skip = 0;                        // bytes of its block before the first row of values
  std::string place;                           // where it stands
  std::string rows_hint;                       // what to do if no rows follow
  bool comment = false;                        // the first row begins with #
  bool ends_empty = false;                     // it ends in a separator
  std::vector<std::string> notes;
};

// Of the table's first block that is not blank; nullopt for one that is. name: the table's source.
[[nodiscard]] Result<std::optional<CsvHeader>> read_csv_header(const RowBlock& block, char separator,
                                                               const std::string& name, const CsvOptions& options);

}   // namespace warptune
