// The file of --stats: what a run did, counted, as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/replaced_file.h"

namespace warptune {

// Launches, uploads and bytes are those of the fits: sorting the columns and drawing the trials come before.
struct Stats {
  std::int64_t trials = 0;
  std::int64_t fits = 0;   // one per fold
  std::int64_t trees = 0;
  std::int64_t matrices = 0, boosters = 0, threads = 0;   // of trainers: matrices built, boosters trained, threads used
  double trainer_seconds = 0;                             // inside the trainer, summed over threads
  std::int64_t launches = 0;                              // of kernels
  std::int64_t uploads = 0;                               // of the dataset: one per device
  std::uint64_t bytes_to_device = 0;
  std::uint64_t bytes_from_device = 0;
  std::int64_t batches = 0;
  std::int64_t batches_split = 0;                        // halved because memory ran out
  std::vector<std::pair<std::string, double>> seconds;   // per stage, in the order of the stages
  std::uint64_t peak_bytes_host = 0;
  std::uint64_t peak_bytes_device = 0;

  void add_seconds(const std::string& stage, double duration);   // to a stage's sum; a new stage comes last
};

// The most memory that this process has had, 0 where the system does not say. Not ru_maxrss: a child begins with that of
// the parent that started it.
[[nodiscard]] std::uint64_t peak_host_bytes();
// VmHWM of the text of /proc/self/status, 0 without it.
[[nodiscard]] std::uint64_t peak_bytes_in(const std::string& status);

[[nodiscard]] std::string stats_text(const Stats& stats);

class StatsFile {
 public:
  [[nodiscard]] static Result<StatsFile> open(const std::string& path);   // before the first fit
  [[nodiscard]] Result<void> write(const Stats& stats) { return file_.write(stats_text(stats)); }

 private:
  explicit StatsFile(ReplacedFile file) : file_(std::move(file)) {}
  ReplacedFile file_;
};

}   // namespace warptune
