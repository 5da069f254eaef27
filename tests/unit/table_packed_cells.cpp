#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "table/packed_cells.h"

namespace warptune {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

void expect_cells(const PackedCells& cells, const std::vector<double>& values, const std::string& what) {
  ASSERT_EQ(cells.size(), values.size()) << what;
  const std::vector<double> all = cells.doubles();
  for (std::size_t r = 0; r < values.size(); ++r) {
    for (const double found : {all[r], cells[r]}) {
      ASSERT_TRUE(std::isnan(values[r]) ? std::isnan(found) : bits(found) == bits(values[r] + 0.0))
          << what << ", row " << r << ": " << values[r] << " became " << found;
    }
  }
}

// A number as a table has it: so many digits, so many of them behind the point.
double decimal(std::mt19937_64& random, int digits, int behind) {
  std::string text = random() % 2 != 0 ? "-" : "";
  for (int i = 0; i < digits; ++i) text += static_cast<char>('0' + random() % 10);
  return std::stod(text + "e-" + std::to_string(behind));
}

TEST(PackedCells, TakeTheBytesThatTheirNumbersNeed) {
  struct Kind {
    int digits, behind;
    double bytes;   // at most, for each cell
  };
  for (const Kind& kind : {Kind{1, 0, 1}, {2, 1, 1}, {4, 0, 2}, {4, 4, 2}, {9, 6, 4}, {9, 15, 4}, {16, 3, 8}}) {
    std::mt19937_64 random(1);
    std::vector<double> values(20000);
    for (double& v : values) v = random() % 10 == 0 ? missing : decimal(random, kind.digits, kind.behind);
    const PackedCells cells{values};
    const std::string what = std::to_string(kind.digits) + " digits, " + std::to_string(kind.behind) + " behind";
    expect_cells(cells, values, what);
    EXPECT_LE(static_cast<double>(cells.bytes()), kind.bytes * 1.01 * static_cast<double>(values.size())) << what;
  }
}

TEST(PackedCells, LimitsOfEveryWidth) {
  for (const double limit : {128.0, 32768.0, 2147483648.0, 0x1p53}) {
    for (const double scale : {1.0, 10.0, 1e6, 1e22}) {
      std::vector<double> values = {0, -0.0, missing};
      for (int i = -3; i <= 3; ++i) {
        values.push_back((limit + i) / scale);
        values.push_back(-(limit + i) / scale);
      }
      expect_cells(PackedCells{values}, values, std::to_string(limit));
      for (const double v : values)
        expect_cells(PackedCells{std::vector<double>(300, v)}, std::vector<double>(300, v), "one");
      // As the few among many small ones.
      std::vector<double> many(5000, 7);
      many.insert(many.begin() + 2500, values.begin(), values.end());
      expect_cells(PackedCells{many}, many, "few of " + std::to_string(limit));
    }
  }
  const double least = std::numeric_limits<double>::denorm_min(), most = std::numeric_limits<double>::max();
  const std::vector<double> edges = {least, -least, most, -most, 1e-22, 1e-23, 1e22, 0.1, std::nextafter(0.1, 1), 1};
  expect_cells(PackedCells{edges}, edges, "edges");
}

// Columns that change what they hold, from appends of any size.
TEST(PackedCells, RandomColumnsReadBack) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937_64 random(seed);
    PackedCells cells;
    if (seed % 2 != 0) cells.expect(10000);
    std::vector<double> values;
    while (values.size() < 20000) {
      const int digits = 1 + static_cast<int>(random() % 17), behind = static_cast<int>(random() % 8);
      const std::size_t odd = random() % 4 == 0 ? 3 : 1000;   // one in so many is another number
      for (std::size_t left = random() % 6000; left > 0;) {
        std::vector<double> some(std::min(left, 1 + random() % (seed % 3 == 0 ? 5 : 2000)));
        for (double& v : some) {
          v = random() % 20 == 0 ? missing : decimal(random, digits, behind);
          if (random() % odd == 0) v = std::bit_cast<double>(random() >> 2);   // finite
        }
        cells.append(some);
        values.insert(values.end(), some.begin(), some.end());
        left -= some.size();
      }
    }
    expect_cells(cells, values, "seed " + std::to_string(seed));
    EXPECT_LE(cells.bytes(), 9 * values.size()) << seed;   // random bits are doubles, after some were kept aside
    std::vector<double> part(777);
    cells.read(1234, part);
    for (std::size_t i = 0; i < part.size(); ++i) {
      ASSERT_TRUE(bits(part[i]) == bits(values[1234 + i] + 0.0) || std::isnan(part[i])) << seed << " " << i;
    }
    PackedCells twice = cells;
    twice.append(cells);
    values.insert(values.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size()));
    expect_cells(twice, values, "twice, seed " + std::to_string(seed));
  }
}

// A few long numbers among short ones, or a short stretch of them, do not make the whole column wide.
TEST(PackedCells, OddCellsStayFew) {
  std::mt19937_64 random(3);
  std::vector<double> values(100000);
  for (std::size_t r = 0; r < values.size(); ++r) {
    values[r] = r % 50 == 0 || r < 500 ? std::sqrt(static_cast<double>(random())) : static_cast<double>(random() % 10);
  }
  PackedCells cells;
  for (std::size_t r = 0; r < values.size(); r += 1000) cells.append(std::span(values).subspan(r, 1000));
  expect_cells(cells, values, "odd cells");
  EXPECT_LE(cells.bytes(), 3 * values.size() / 2);
}

TEST(PackedCells, CountsEqualTheMap) {
  for (const int most : {5, 100, 20000, 1000000}) {
    std::mt19937_64 random(4);
    std::vector<double> values(100000);
    std::map<double, std::uint32_t> expected;
    for (double& v : values) {
      v = random() % 9 == 0 ? missing : (static_cast<double>(random() % (2 * most)) - most) / 10;
      if (!std::isnan(v)) ++expected[v];
    }
    const auto counts = PackedCells{values}.counts();
    ASSERT_EQ(counts.has_value(), most < 1000000) << most;
    if (!counts) continue;
    EXPECT_TRUE(counts->has_missing);
    ASSERT_EQ(counts->values.size(), expected.size());
    std::size_t i = 0;
    for (const auto& [value, count] : expected) {
      ASSERT_EQ(bits(counts->values[i]), bits(value));
      ASSERT_EQ(counts->counts[i++], count);
    }
  }
}

TEST(PackedCells, Recode) {
  for (const std::uint32_t codes : {2u, 300u, 70000u}) {
    std::vector<std::uint32_t> code(codes);   // of each cell
    for (std::uint32_t i = 0; i < codes; ++i) code[i] = codes - 1 - i;
    std::vector<double> values(100000), expected(values.size());
    for (std::size_t r = 0; r < values.size(); ++r) {
      values[r] = r % 11 == 0 ? missing : static_cast<double>(r % codes);
      expected[r] = r % 11 == 0 ? missing : static_cast<double>(code[r % codes]);
    }
    PackedCells cells{values};
    cells.recode([&](std::uint32_t i) { return code[i]; });
    expect_cells(cells, expected, std::to_string(codes));
  }
}

}   // namespace
}   // namespace warptune
