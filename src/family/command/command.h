// Any program: each executor has a worker, a process that the user's command started and that scores one trial on one fold
// at a time for as long as the study runs.
#pragma once

#include "run/open_family.h"

namespace warptune {

[[nodiscard]] Result<std::unique_ptr<OpenFamily>> open_command(const Study& study, const StudyData& data, Devices&);

}   // namespace warptune
