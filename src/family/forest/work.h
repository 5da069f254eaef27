// How much work forests are, as far as a plan says, and how fast devices do it: for batches, and for --device auto.
#pragma once

#include <cstddef>
#include <cstdint>

#include "device/weigh.h"
#include "family/forest/fit_context.h"
#include "family/forest/settings.h"
#include "run/fit_task.h"
#include "warptune/study.h"

namespace warptune {

// Units of fit_work. Of a thread per second: measured on an EPYC's core 1.3e9 (blog), 1.1e9 (spam), 0.6e9 (letter); 0.25e9 on
// a table of so many cells that the caches do not hold it (1,000,000 x 28: a row is a line of memory). Of a GPU's multiprocessor
// per clock: modelled for the blog's grid, 0.6 on an H100; less, as nobody has measured it.
inline constexpr double cpu_work_per_second = 0.7e9, cpu_work_per_second_from_memory = 0.25e9, work_per_gpu_clock = 0.3;
inline constexpr std::uint64_t most_cached_cells = 16u << 20;

// Histogram additions and row moves of a task, about.
[[nodiscard]] double fit_work(const FitContext& context, const FitTask& task);

// Of all that is to be trained of a plan.
[[nodiscard]] double plan_work(const FitContext& context, const Plan& plan);

// The same as a device's job.
[[nodiscard]] Job forest_job(const FitContext& context, const Plan& plan);

// That before there are bins or a plan: at least as much, of a completed study over a table of this many rows and columns.
[[nodiscard]] Job most_forest_job(const Study& study, std::size_t rows, std::size_t columns);

}   // namespace warptune
