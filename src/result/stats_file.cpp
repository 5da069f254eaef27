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
  const Counters& work = counters.work;
  nlohmann::ordered_json stages = nlohmann::ordered_json::object();
  for (const auto& [stage, duration] : counters.seconds) stages[stage] = duration;
  const nlohmann::ordered_json json = {
      {"trials", stats.trials},
      {"fits", work.fits},
      {"trees", work.trees},
      {"matrices", work.matrices},
      {"boosters", work.boosters},
      {"threads", work.threads},
      {"trainer_seconds", work.trainer_seconds},
      {"launches", work.launches},
      {"uploads", work.uploads},
      {"bytes_to_device", work.bytes_to_device},
      {"bytes_from_device", work.bytes_from_device},
      {"batches", counters.batches},
      {"batches_split", counters.batches_split},
      {"seconds", stages},
      {"peak_bytes", {{"host", stats.peak_bytes_host}, {"device", work.peak_device_bytes}}},
  };
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<StatsFile> StatsFile::open(const std::string& path) {
  Result<ReplacedFile> file = ReplacedFile::open(path, "stats");
  if (!file) return tl::unexpected(file.error());
  return StatsFile(std::move(*file));
}

}   // namespace warptune
