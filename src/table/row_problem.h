// A row that can't be read, as an error with its place and its usual cause.
#pragma once

#include <string>

#include "table/block_parser.h"
#include "table/csv_header.h"
#include "warptune/error.h"

namespace warptune {

// name: the table's source.
[[nodiscard]] Error placed(const RowBlock& block, const BlockProblem& problem, const std::string& name);

// The hint for a row of values. first_row: it is the first of them.
[[nodiscard]] std::string row_hint(const RowBlock& block, const BlockProblem& problem, const CsvHeader& header,
                                   bool first_row);

}   // namespace warptune
