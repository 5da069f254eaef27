// The file of --stats: what a run did, counted, as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/replaced_file.h"
#include "warptune/search.h"

namespace warptune {

struct Stats {
  SearchCounters search;
  std::int64_t trials = 0;   // that this run scored
  std::uint64_t peak_bytes_host = 0;
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
