// What `--dry-run` says of the table: each column as it was understood.
#pragma once

#include <string>

#include "dataset/column_roles.h"
#include "warptune/table.h"

namespace warptune {

// A line for each column: name, type, missing cells, distinct values, and what it is used for.
[[nodiscard]] std::string columns_text(const Table& table, const ColumnRoles& roles);

}   // namespace warptune
