// Reads a CSV file and prints seconds, MB/s and peak memory: csv_bench FILE [THREADS]. bench/csv_pandas.py is its peer
// and makes the file.
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "warptune/table.h"

namespace {

// User and system time: what counts where other programs share the cores.
double cpu_seconds() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}   // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: csv_bench FILE [THREADS]\n");
    return 2;
  }
  warptune::CsvOptions options;
  options.threads = argc > 2 ? std::atoi(argv[2]) : 1;
  struct stat status {};
  if (::stat(argv[1], &status) != 0) {
    std::perror(argv[1]);
    return 2;
  }
  const double cpu_start = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  const warptune::Result<warptune::Table> table = warptune::read_csv(argv[1], options);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double cpu = cpu_seconds() - cpu_start;
  if (!table) {
    std::fprintf(stderr, "%s\n", table.error().message.c_str());
    return 2;
  }
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  const double file_mb = static_cast<double>(status.st_size) / 1e6;
  const double peak_mb = static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;   // ru_maxrss is in KiB
  std::printf(
      "warptune threads=%d rows=%zu columns=%zu seconds=%.3f cpu_seconds=%.3f MB/s=%.0f file_MB=%.1f peak_MB=%.1f "
      "peak/file=%.2f\n",
      options.threads, table->rows, table->columns.size(), seconds, cpu, file_mb / seconds, file_mb, peak_mb,
      peak_mb / file_mb);
  return 0;
}
