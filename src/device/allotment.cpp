#include "device/allotment.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/has.h"
#include "base/units.h"

namespace warptune {

namespace {

namespace fs = std::filesystem;

// The file's text, empty where there is none.
std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// path: as the process names it.
std::string text_below(const fs::path& root, const std::string& path) {
  return text_of(root / fs::path(path).relative_path());
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// The number that the text begins with. "max", "-1" and what is no number are no limit.
std::optional<std::uint64_t> number_in(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc()) return number;
  return std::nullopt;
}

// The number after `key` at the start of a line: "VmSize:   1234 kB", "inactive_file 4096".
std::optional<std::uint64_t> field_in(const std::string& text, const std::string& key) {
  for (const std::string& line : split(text, '\n'))
    if (line.starts_with(key)) return number_in(std::string_view(line).substr(key.size()));
  return std::nullopt;
}

// mountinfo writes a space, a tab, a newline and a backslash in octal: \040.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octal = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '7'; };
    if (text[i] == '\\' && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

// One hierarchy of control groups, where it is mounted.
struct Hierarchy {
  std::string mount;                 // as the process sees it
  std::vector<std::string> places;   // folders with limits of this process: its own and its ancestors'
  bool inside = false;               // the process's own place is in what is mounted
  bool version_2 = false, cpu = false, memory = false;

  [[nodiscard]] bool same_kind(const Hierarchy& other) const {
    return version_2 == other.version_2 && cpu == other.cpu && memory == other.memory;
  }
};

// The process's own folder and its ancestors, up to the mount. A path outside what is mounted (a container that sees its
// host's names, a process moved out of its namespace) leaves only the mount itself.
void find_places(Hierarchy& hierarchy, const fs::path& mounted, const fs::path& path) {
  const fs::path below = path.lexically_relative(mounted);
  hierarchy.places = {hierarchy.mount};
  if (below.empty() || *below.begin() == "..") return;
  hierarchy.inside = true;
  fs::path place = hierarchy.mount;
  for (const fs::path& part : below) {
    if (part == ".." || part == "." || part.empty()) return;
    place /= part;
    hierarchy.places.push_back(place.string());
  }
}

struct Membership {
  std::vector<std::string> controllers;   // of version 2: none
  std::string path;
};

// "4:memory:/a/b", "0::/a/b": one line for each hierarchy.
std::vector<Membership> memberships_in(const std::string& text) {
  std::vector<Membership> all;
  for (const std::string& line : split(text, '\n')) {
    const auto first = line.find(':');
    const auto second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    all.push_back(
        {controllers.empty() ? std::vector<std::string>() : split(controllers, ','), line.substr(second + 1)});
  }
  return all;
}

std::vector<Hierarchy> hierarchies(const fs::path& root) {
  const std::vector<Membership> memberships = memberships_in(text_of(root / "proc/self/cgroup"));
  std::vector<Hierarchy> found;
  // "36 35 98:0 /root /mount/point rw,noatime shared:1 - cgroup2 cgroup2 rw": any number of words before the dash.
  for (const std::string& line : split(text_of(root / "proc/self/mountinfo"), '\n')) {
    const std::vector<std::string> words = split(line, ' ');
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.end() - dash < 4 || dash - words.begin() < 6) continue;
    Hierarchy hierarchy;
    hierarchy.version_2 = dash[1] == "cgroup2";
    if (!hierarchy.version_2 && dash[1] != "cgroup") continue;
    const std::vector<std::string> controllers = split(dash[3], ',');
    hierarchy.cpu = hierarchy.version_2 || has(controllers, "cpu");
    hierarchy.memory = hierarchy.version_2 || has(controllers, "memory");
    hierarchy.mount = unescaped(words[4]);
    for (const Membership& membership : memberships) {
      const bool ours = hierarchy.version_2 ? membership.controllers.empty()
                                            : (hierarchy.cpu && has(membership.controllers, "cpu")) ||
                                                  (hierarchy.memory && has(membership.controllers, "memory"));
      if (ours) find_places(hierarchy, unescaped(words[3]), membership.path);
    }
    found.push_back(std::move(hierarchy));
  }
  // Of several mounts, one that shows another part of the tree says nothing of this process.
  for (Hierarchy& hierarchy : found)
    for (const Hierarchy& other : found)
      if (!hierarchy.inside && other.inside && hierarchy.same_kind(other)) hierarchy.places.clear();
  return found;
}

struct Quota {
  double processors = 0;
  std::string file;   // that has it
};

// quota, period: microseconds of processor time in so many of time.
void take_least(std::optional<Quota>& least, std::optional<std::uint64_t> quota, std::optional<std::uint64_t> period,
                const std::string& file) {
  if (!quota || !period || *quota == 0 || *period == 0) return;
  const double processors = static_cast<double>(*quota) / static_cast<double>(*period);
  if (!least || processors < least->processors) least = Quota{processors, file};
}

std::optional<Quota> least_quota(const fs::path& root, const std::vector<Hierarchy>& hierarchies) {
  std::optional<Quota> least;
  const auto read = [&](const std::string& file) { return text_below(root, file); };
  for (const Hierarchy& hierarchy : hierarchies)
    for (const std::string& place : hierarchy.places) {
      if (!hierarchy.cpu) continue;
      if (hierarchy.version_2) {
        const std::string text = read(place + "/cpu.max");   // "150000 100000", "max 100000"
        const auto space = std::min(text.find(' '), text.size());
        take_least(least, number_in(text), number_in(std::string_view(text).substr(space)), place + "/cpu.max");
      } else {
        take_least(least, number_in(read(place + "/cpu.cfs_quota_us")), number_in(read(place + "/cpu.cfs_period_us")),
                   place + "/cpu.cfs_quota_us");
      }
    }
  return least;
}

// What is used of a group's limit; files that can be dropped from memory are not.
std::uint64_t used_of(const std::string& usage, const std::string& counters, const std::string& droppable) {
  const std::uint64_t used = number_in(usage).value_or(0);
  return used - std::min(used, field_in(counters, droppable + " ").value_or(0));
}

void take_least_memory(Allotment& least, std::uint64_t limit, std::uint64_t used, const std::string& reason) {
  const std::uint64_t left = limit - std::min(limit, used);
  if (left >= least.memory_bytes) return;
  least.memory_bytes = left;
  least.memory_reason = reason;
}

void limit_memory_by_groups(Allotment& least, const fs::path& root, const std::vector<Hierarchy>& hierarchies) {
  const auto read = [&](const std::string& file) { return text_below(root, file); };
  for (const Hierarchy& hierarchy : hierarchies)
    for (const std::string& place : hierarchy.places) {
      if (!hierarchy.memory) continue;
      const auto take = [&](const std::string& file, const char* usage, const char* droppable) {
        const std::optional<std::uint64_t> limit = number_in(read(file));
        constexpr std::uint64_t no_limit = std::uint64_t{1} << 62;   // version 1 has a number for it, near 2^63
        if (!limit || *limit >= no_limit) return;                    // what is used takes the kernel a while to sum up
        take_least_memory(least, *limit, used_of(read(place + usage), read(place + "/memory.stat"), droppable),
                          fmt::format("cgroup memory limit of {}, {}", bytes_text(*limit), file));
      };
      if (hierarchy.version_2) {
        take(place + "/memory.max", "/memory.current", "inactive_file");
        take(place + "/memory.high", "/memory.current", "inactive_file");   // beyond it a group hardly runs
      } else {
        take(place + "/memory.limit_in_bytes", "/memory.usage_in_bytes", "total_inactive_file");
      }
    }
}

int affinity_of_this_process(int processors) {
  for (std::size_t size = 1024; size <= (std::size_t{1} << 20); size *= 2) {   // more than the kernel's set is needed
    cpu_set_t* const set = CPU_ALLOC(size);
    if (set == nullptr) break;
    const std::size_t bytes = CPU_ALLOC_SIZE(size);
    const bool known = ::sched_getaffinity(0, bytes, set) == 0;
    const int count = known ? CPU_COUNT_S(bytes, set) : 0;
    CPU_FREE(set);
    if (known && count > 0) return count;
  }
  return processors;
}

std::uint64_t soft_limit(int resource) {
  rlimit limit{};
  if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return ProcessLimits::none;
  return limit.rlim_cur;
}

}   // namespace

Allotment allotment_of(const fs::path& root, const ProcessLimits& limits) {
  const std::vector<Hierarchy> groups = hierarchies(root);
  Allotment allotted;
  allotted.threads = std::max(1, limits.processors);
  if (limits.affinity > 0 && limits.affinity < allotted.threads) {
    allotted.threads_reason = fmt::format("affinity: {} of {} processors", limits.affinity, allotted.threads);
    allotted.threads = limits.affinity;
  }
  if (const std::optional<Quota> quota = least_quota(root, groups);
      quota && std::ceil(quota->processors) < allotted.threads) {
    allotted.threads = static_cast<int>(std::ceil(quota->processors));
    allotted.threads_reason = fmt::format("cgroup CPU quota of {:.4g} CPU{}, {}", quota->processors,
                                          quota->processors == 1 ? "" : "s", quota->file);
  }

  const std::string meminfo = text_of(root / "proc/meminfo"), status = text_of(root / "proc/self/status");
  const auto kibibytes = [](std::optional<std::uint64_t> number) {
    return std::min(number.value_or(0), ProcessLimits::none / 1024) * 1024;
  };
  const std::optional<std::uint64_t> available = field_in(meminfo, "MemAvailable:");
  allotted.memory_bytes = available ? kibibytes(available) : limits.free_bytes;
  limit_memory_by_groups(allotted, root, groups);
  if (limits.address_bytes != ProcessLimits::none)
    take_least_memory(allotted, limits.address_bytes, kibibytes(field_in(status, "VmSize:")),
                      fmt::format("ulimit -v {}", limits.address_bytes / 1024));
  if (limits.data_bytes != ProcessLimits::none)
    take_least_memory(allotted, limits.data_bytes, kibibytes(field_in(status, "VmData:")),
                      fmt::format("ulimit -d {}", limits.data_bytes / 1024));
  return allotted;
}

Allotment allotment() {
  ProcessLimits limits;
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  limits.processors = online > 0 ? static_cast<int>(online) : static_cast<int>(std::thread::hardware_concurrency());
  limits.affinity = affinity_of_this_process(limits.processors);
  limits.free_bytes =
      static_cast<std::uint64_t>(::sysconf(_SC_AVPHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  limits.address_bytes = soft_limit(RLIMIT_AS);
  limits.data_bytes = soft_limit(RLIMIT_DATA);
  return allotment_of("/", limits);
}

}   // namespace warptune
