// Random forests and extremely randomised trees, by kernels of our own.
#pragma once

#include "run/open_family.h"

namespace warptune {

[[nodiscard]] Result<std::unique_ptr<OpenFamily>> open_forest(const Study& study, const StudyData& data,
                                                              Devices& devices);

}   // namespace warptune
