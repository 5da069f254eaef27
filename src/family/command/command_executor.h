// Executors of the family `command`: each has a worker, a process that the user's command started and that scores one
// trial on one fold at a time for as long as the study runs.
#pragma once

#include <functional>
#include <string>

#include "family/library/values.h"

namespace warptune {

// Starts all workers, and returns when all are ready.
[[nodiscard]] Result<Devices> open_command(const Study& study, const TrainerData& data,
                                           const std::function<void(const std::string&)>& on_note);

}   // namespace warptune
