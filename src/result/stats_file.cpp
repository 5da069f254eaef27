#include "result/stats_file.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace warptune {

void Stats::add_seconds(const std::string& stage, double duration) {
  const auto it = std::find_if(seconds.begin(), seconds.end(), [&](const auto& pair) { return pair.first == stage; });
  if (it != seconds.end()) {
    it->second += duration;
  } else {
    seconds.emplace_back(stage, duration);
  }
}

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
  nlohmann::ordered_json stages = nlohmann::ordered_json::object();
  for (const auto& [stage, duration] : stats.seconds) stages[stage] = duration;
  const nlohmann::ordered_json json = {
      {"trials", stats.trials},
      {"fits", stats.fits},
      {"trees", stats.trees},
      {"matrices", stats.matrices},
      {"boosters", stats.boosters},
      {"threads", stats.threads},
      {"trainer_seconds", stats.trainer_seconds},
      {"launches", stats.launches},
      {"uploads", stats.uploads},
      {"bytes_to_device", stats.bytes_to_device},
      {"bytes_from_device", stats.bytes_from_device},
      {"batches", stats.batches},
      {"batches_split", stats.batches_split},
      {"seconds", stages},
      {"peak_bytes", {{"host", stats.peak_bytes_host}, {"device", stats.peak_bytes_device}}},
  };
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<StatsFile> StatsFile::open(const std::string& path) {
  Result<ReplacedFile> file = ReplacedFile::open(path, "stats");
  if (!file) return tl::unexpected(file.error());
  return StatsFile(std::move(*file));
}

}   // namespace warptune
