// Which devices a study runs on, and the executors for them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dataset/column_sorter.h"
#include "run/executor.h"
#include "warptune/study.h"

namespace warptune {

struct Devices {
  std::vector<std::unique_ptr<Executor>> executors;   // one per stream of each GPU, or the CPU
  double work_per_batch = 0;                          // see fit_work: about half a second's
  bool cuda = false;
  std::string trainer;   // program and version that trains, for families that others train: scores depend on it
};

// --threads, or as many as this process may use (device/allotment.h).
[[nodiscard]] int cpu_threads(const Study& study);

// --device auto takes the GPUs if there is one, else the CPU, and says on on_note which and why.
[[nodiscard]] Result<Devices> open_devices(const Study& study, const FitContext& context,
                                           const std::function<void(const std::string&)>& on_note);

// Trials 0 .. study.trials of random search, drawn on the study's device.
[[nodiscard]] Result<std::vector<Point>> draw_points(const Study& study);

// Sorts a table's columns on the study's device. A device that fails is an error, the CPU never takes over silently.
[[nodiscard]] ColumnSorter column_sorter(const Study& study);

// What `warptune devices` prints: one line per usable device, the CPU first.
[[nodiscard]] Result<std::vector<std::string>> describe_devices();

}   // namespace warptune
