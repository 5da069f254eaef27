// Reading a table takes at most twice the file's bytes, measured as the process's peak resident memory.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <optional>
#include <random>
#include <string>

#include "sanitizer.h"
#include "warptune/dataset.h"
#include "warptune/table.h"

namespace warptune {
namespace {

constexpr std::size_t file_bytes = std::size_t{32} << 20, few_blocks = std::size_t{6} << 20;

// A line of /proc/self/status, in bytes.
std::optional<std::size_t> status_bytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(name + ":", 0) == 0) return std::stoull(line.substr(name.size() + 1)) * 1024;
  }
  return std::nullopt;
}

// Sets the peak back to what is resident now, and gives that.
std::optional<std::size_t> start_of_peak() {
  malloc_trim(0);   // what earlier tests freed must not hide anything
  std::ofstream reset("/proc/self/clear_refs");
  reset << "5" << std::flush;
  if (!reset) return std::nullopt;
  return status_bytes("VmRSS");
}

struct Kind {
  const char* name;
  ColumnType first_type;                                         // after the target
  std::function<void(std::mt19937_64&, std::string&)> add_row;   // "target," comes before it
};

class TableMemory : public testing::TestWithParam<Kind> {};

TEST_P(TableMemory, IsAtMostTwiceTheFile) {
  if (test::under_sanitizer) GTEST_SKIP() << "a sanitizer's own memory cannot be told apart";
  const std::string path = testing::TempDir() + fmt::format("table_memory_{}.csv", ::getpid());
  {
    std::mt19937_64 random(1);
    std::string text = "0,";
    GetParam().add_row(random, text);
    std::string header = "target";
    for (std::size_t c = 1; c < static_cast<std::size_t>(std::count(text.begin(), text.end(), ',')) + 1; ++c) {
      header += fmt::format(",x{}", c);
    }
    text = header + "\n";
    while (text.size() < file_bytes) {
      text += random() % 2 != 0 ? "1," : "0,";
      GetParam().add_row(random, text);
      text += '\n';
    }
    std::ofstream(path, std::ios::binary) << text;
  }
  const std::optional<std::size_t> before = start_of_peak();
  if (!before) {
    std::remove(path.c_str());
    GTEST_SKIP() << "/proc/self/clear_refs cannot be written here";
  }
  const Result<Table> table = read_csv(path);
  std::remove(path.c_str());
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->columns[1].type, GetParam().first_type);
  const std::size_t reading = *status_bytes("VmHWM") - *before;
  EXPECT_LE(reading, 2 * file_bytes + few_blocks);

  DatasetOptions options;
  options.target = "target";
  const Result<Dataset> dataset = make_dataset(*table, options);
  ASSERT_TRUE(dataset) << dataset.error().message;
  const std::size_t binning = *status_bytes("VmHWM") - *before;
  EXPECT_LE(binning, 2 * file_bytes + few_blocks);
  const auto of_file = [](std::size_t bytes) { return static_cast<double>(bytes) / static_cast<double>(file_bytes); };
  fmt::print("{}: {:.2f} of the file while it is read, {:.2f} with the bins\n", GetParam().name, of_file(reading),
             of_file(binning));
}

void add_digits(std::mt19937_64& random, std::string& row, int cells) {
  for (int c = 0; c < cells; ++c) {
    row += static_cast<char>('0' + random() % 10);
    if (c + 1 < cells) row += ',';
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, TableMemory,
    testing::Values(
        Kind{"usual", ColumnType::numeric,
             [](std::mt19937_64& random, std::string& row) {
               for (int c = 0; c < 12; ++c) {
                 row += fmt::format("{:.5f},", static_cast<double>(random() % 10000000) / 1e6 - 5);
               }
               row += fmt::format("kind{}", random() % 20);
             }},
        Kind{"digits", ColumnType::numeric, [](auto& random, std::string& row) { add_digits(random, row, 28); }},
        Kind{"two_digits", ColumnType::numeric, [](auto& random, std::string& row) { add_digits(random, row, 1); }},
        // Zeros and, now and then, all the digits of a double.
        Kind{"sparse", ColumnType::numeric,
             [](std::mt19937_64& random, std::string& row) {
               for (int c = 0; c < 12; ++c) {
                 row += random() % 20 != 0 ? "0" : fmt::format("{}", static_cast<double>(random()) / 7);
                 if (c < 11) row += ',';
               }
             }},
        Kind{"distinct_words", ColumnType::text,
             [](std::mt19937_64& random, std::string& row) {
               row += fmt::format("id{:010x},", random() % (std::uint64_t{1} << 40));
               add_digits(random, row, 3);
             }},
        // Numbers for a while: the words are read in a second pass.
        Kind{"late_words", ColumnType::text,
             [](std::mt19937_64& random, std::string& row) {
               row += fmt::format("{:012},", random() % 1000000000000);
               if (random() % 400000 == 0) row.insert(row.size() - 2, 1, 'x');
               add_digits(random, row, 3);
             }}),
    [](const auto& test) { return std::string(test.param.name); });

}   // namespace
}   // namespace warptune
