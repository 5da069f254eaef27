#include "result/stats_file.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace warptune {

std::uint64_t peak_bytes_in(const std::string& status) {
  std::istringstream lines(status);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t kibibytes = 0;
    if (words >> name && name == "VmHWM:" && words >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

std::uint64_t peak_host_bytes() {
  std::ifstream file("/proc/self/status");
  std::ostringstream text;
  text << file.rdbuf();
  return peak_bytes_in(text.str());
}

std::string stats_text(const Stats& stats) {
  const SearchCounters& counters = stats.search;
  nlohmann::ordered_json stages = nlohmann::ordered_json::object();
  for (const auto& [stage, duration] : counters.seconds) stages[stage] = duration;
  const nlohmann::ordered_json json = {
      {"trials", stats.trials},
      {"fits", counters.fits},
      {"trees", counters.trees},
      {"matrices", counters.matrices},
      {"boosters", counters.boosters},
      {"threads", counters.threads},
      {"trainer_seconds", counters.trainer_seconds},
      {"launches", counters.launches},
      {"uploads", counters.uploads},
      {"bytes_to_device", counters.bytes_to_device},
      {"bytes_from_device", counters.bytes_from_device},
      {"batches", counters.batches},
      {"batches_split", counters.batches_split},
      {"seconds", stages},
      {"peak_bytes", {{"host", stats.peak_bytes_host}, {"device", counters.peak_bytes_device}}},
  };
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<StatsFile> StatsFile::open(const std::string& path) {
  Result<ReplacedFile> file = ReplacedFile::open(path, "stats");
  if (!file) return tl::unexpected(file.error());
  return StatsFile(std::move(*file));
}

}   // namespace warptune
