// Splits on which a score says less than it seems to.
#pragma once

#include <string>
#include <vector>

#include "warptune/dataset.h"
#include "warptune/error.h"
#include "warptune/study.h"

namespace warptune {

// Rows that never validate, classes that a fold validates and never trains on, folds of one class under a metric that
// means something else there:
// each said once, with the first fold that has it and the count of others.
[[nodiscard]] std::vector<std::string> evaluation_notes(const Study& study, const Dataset& dataset, const Split& split);

// Whether the metric can score such a target.
[[nodiscard]] Result<void> check_target(const Study& study, const Dataset& dataset);
// A metric of two classes needs both among every fold's validation rows.
[[nodiscard]] Result<void> check_folds(const Study& study, const Dataset& dataset, const Split& split);

}   // namespace warptune
