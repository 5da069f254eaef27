// What a study trains on.
#pragma once

#include <optional>

#include "warptune/dataset.h"
#include "warptune/split.h"
#include "warptune/table.h"

namespace warptune {

struct StudyData {
  Dataset dataset;
  Split split;
  std::optional<Table> table;   // of families that train on values, not bins
};

}   // namespace warptune
