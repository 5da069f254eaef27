#include "device/weigh.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace warptune {

namespace {

constexpr double bytes_per_second = 5e9;   // through pinned memory
constexpr double as_good = 1.1;            // of the shortest time

double start_seconds(std::size_t gpus) { return first_call_seconds + context_seconds * static_cast<double>(gpus); }

double cpu_seconds(const Job& job, int threads) { return job.thread_seconds / std::max(threads, 1); }

// On the first GPUs, start included. Whole pieces are dealt out, so the last ones may leave some without.
double gpu_seconds(const Job& job, std::span<const GpuSpeed> gpus) {
  double clocks_per_second = 0, count = 0;
  for (const GpuSpeed& gpu : gpus) {
    clocks_per_second += gpu.clocks_per_second;
    count += job.small_pieces ? gpu.processors : 1;
  }
  const auto pieces = static_cast<double>(std::max<std::uint64_t>(job.pieces, 1));
  // Where there are fewer pieces, as many multiprocessors take one together as there are for each, or as it lets.
  const double together = std::clamp(std::floor(count / pieces), 1.0, std::max<double>(job.most_together, 1)),
               faster = std::max(together / job.together_cost, 1.0),
               uneven = std::ceil(pieces / count) * count / (pieces * faster);
  return start_seconds(gpus.size()) + static_cast<double>(job.bytes) / bytes_per_second +
         job.gpu_clocks / clocks_per_second * uneven;
}

std::string seconds_text(double seconds) {
  if (seconds < 0.01) return "0.01 s";
  if (seconds < 10) return fmt::format("{:.2g} s", seconds);
  if (seconds < 600) return fmt::format("{:.0f} s", seconds);
  if (seconds < 100 * 60) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.0f} h", seconds / 3600);
}

std::string cpu_text(const Job& job, int threads) {
  return fmt::format("{} on {} thread{}", seconds_text(cpu_seconds(job, threads)), threads, threads == 1 ? "" : "s");
}

std::string with_start(const Job& job, std::span<const GpuSpeed> gpus) {
  return fmt::format("{} on {}, start included", seconds_text(gpu_seconds(job, gpus)),
                     gpus.size() == 1 ? std::string("a GPU") : fmt::format("{} GPUs", gpus.size()));
}

}   // namespace

bool worth_a_gpu(const Job& job, int threads) { return cpu_seconds(job, threads) > as_good * start_seconds(1); }

std::string gpus_text(const Job& job, int threads, std::span<const GpuSpeed> gpus) {
  return fmt::format("about {}, {}", with_start(job, gpus), cpu_text(job, threads));
}

Weighed weigh(const Job& job, int threads, std::span<const GpuSpeed> gpus) {
  const double cpu = cpu_seconds(job, threads);
  if (gpus.empty() || !worth_a_gpu(job, threads))
    return {0,
            fmt::format("about {}, a GPU takes {} to start", cpu_text(job, threads), seconds_text(start_seconds(1)))};
  const auto seconds = [&](std::size_t count) { return gpu_seconds(job, gpus.first(count)); };
  std::size_t best = 1;
  for (std::size_t count = 2; count <= gpus.size(); ++count)
    if (seconds(count) < seconds(best)) best = count;
  const double shortest = std::min(cpu, seconds(best));
  if (cpu <= as_good * shortest)
    return {0, fmt::format("about {}, {}", cpu_text(job, threads), with_start(job, gpus.first(best)))};
  std::size_t fewest = 1;
  while (seconds(fewest) > as_good * shortest) ++fewest;
  return {fewest, gpus_text(job, threads, gpus.first(fewest))};
}

}   // namespace warptune
