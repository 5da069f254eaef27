// Hands batches of fits to the executors: each takes the next when it is free; while there are few, devices take turns. A
// batch that does not fit its device's memory is halved and queued again; a lost device's batch goes to the others; what goes
// on from a range of a fit's length that nobody trains any more is queued behind that range. How much memory there is never
// decides what a trial scores: a fit that no device has room for ends the study with an error, it does not fail its trials.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/start_thread.h"
#include "run/executor.h"
#include "warptune/error.h"

namespace warptune {

struct Batch {
  std::vector<FitTask> tasks;
};

struct SchedulerCounters {
  std::int64_t batches = 0, batches_split = 0;
};

// A batch for each fit on each fold: for families whose executors train one fit at a time.
[[nodiscard]] std::vector<Batch> single_batches(const Plan& plan, int folds);

// Runs all batches. on_result is called from one thread at a time, as tasks finish, and may ask for `stop`. An error is
// ErrorKind::device: no device is left; or what an executor ended the study with; or ErrorKind::no_score: the host's memory does not
// hold the smallest batch. Where too few threads can be started, the executors that have one do all the work, and on_note
// says so.
[[nodiscard]] Result<SchedulerCounters> run_batches(std::vector<Batch> batches,
                                                    const std::vector<std::unique_ptr<Executor>>& executors,
                                                    const std::function<void(const TaskResult&)>& on_result,
                                                    const std::function<void(const std::string&)>& on_note,
                                                    const std::stop_token& stop,
                                                    const ThreadStarter& starter = start_thread);

}   // namespace warptune
