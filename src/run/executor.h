// The seam between the scheduler and who trains: an executor runs batches of fits, one batch at a time, always on the same
// thread. A device's executor keeps the dataset there; a trainer's (XGBoost, LightGBM, a command) shares what it trains on.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "run/fit_task.h"
#include "warptune/counters.h"
#include "warptune/error.h"

namespace warptune {

// What one task's queries scored, or why it could not be trained.
struct TaskResult {
  FitTask task;
  std::vector<double> scores;                  // [the task's queries]
  std::string failure;                         // empty: scored
  std::vector<std::string> notes = {};         // for the user, each once in a study
  std::vector<std::uint32_t> rounds = {};      // [scores] of training that each score is of; empty where there are none
  std::map<std::int64_t, double> steps = {};   // intermediate scores that the trainer reported
  std::vector<std::uint8_t> pruned = {};   // [scores] 1: of the step after which the pruner ended it; empty: none is
  std::chrono::system_clock::time_point started = {}, ended = {};   // of its batch; the scheduler knows
};

// Thrown by an executor whose device can no longer be used; its batch goes to another one. The message names the device
// and the call, and is the same from all executors of a device, so that it is shown once.
struct DeviceLost {
  std::string message;
};

// Thrown when a batch is too large for the device: for its memory (by then the executor has freed what it held and has halved
// its memory_bytes()), or for the time that a display leaves it (it takes smaller steps from now on). The scheduler halves
// the batch. The message names device and call.
struct BatchTooLarge {
  std::string message;
  bool of_host = false;    // the CPU's memory: no other executor has more, and --device cpu is no way out
  std::string note = {};   // for the user, at once
};

// Thrown when what a task goes on from is not given to it: nobody trains the range before any longer. The batch is run again
// after that range's.
struct BatchWaits {};

// Thrown when going on with the study makes no sense: it ends with this error; what is scored is kept.
struct StudyEnds {
  Error error;
};

using OnTaskResult = std::function<void(TaskResult)>;

class Executor {
 public:
  virtual ~Executor() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  // Executors of one device share what it can do.
  [[nodiscard]] virtual int device_number() const { return 0; }
  // Bytes that batches may use at once; falls when less was free than it seemed.
  [[nodiscard]] virtual std::uint64_t memory_bytes() const = 0;
  // Runs the tasks and gives on_result the result of each, in their order and as soon as it is there: what has ended is not
  // held back by what has not. When `stop` is asked for those that have not ended get none.
  virtual void run(std::span<const FitTask> tasks, const std::stop_token& stop, const OnTaskResult& on_result) = 0;
  [[nodiscard]] virtual Counters counters() const = 0;
};

}   // namespace warptune
