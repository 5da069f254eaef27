// A study's table, from its file.
#pragma once

#include "warptune/study.h"
#include "warptune/table.h"

namespace warptune {

[[nodiscard]] Result<Table> read_table(const Study& study);

}   // namespace warptune
