// Settings that changed nothing in a file.
#pragma once

#include <string>
#include <vector>

#include "table/cell_rules.h"
#include "warptune/table.h"

namespace warptune {

// A note for each. name: what messages call the table; seen, formatted: of all its blocks.
[[nodiscard]] std::vector<std::string> idle_settings(const CsvOptions& options, const CellRules& rules,
                                                     const MissingWords::Seen& seen, bool formatted,
                                                     const std::string& name);

}   // namespace warptune
