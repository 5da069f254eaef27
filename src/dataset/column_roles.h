// Which column of a table is the target, says how rows are split, or is a feature.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "warptune/dataset.h"
#include "warptune/error.h"
#include "warptune/table.h"

namespace warptune {

struct ColumnRoles {
  std::size_t target = 0;
  std::optional<std::size_t> fold, group, time;
  std::vector<std::size_t> features;   // in the table's order, at least one
};

[[nodiscard]] Result<ColumnRoles> column_roles(const Table& table, const DatasetOptions& options);

}   // namespace warptune
