// Runs of numbers against the cell-by-cell ways of reading the same cells.
#include "table/number_run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "table/number.h"
#include "warptune/table.h"

namespace warptune {
namespace {

constexpr std::uint64_t seed = 20241124;

std::uint64_t bits(double v) { return std::bit_cast<std::uint64_t>(v); }

std::string number_cell(std::mt19937_64& random) {
  std::string cell = random() % 2 != 0 ? "-" : "";
  const std::size_t digits = 1 + random() % 9, point = random() % (digits + 3);
  for (std::size_t d = 0; d < digits; ++d) {
    if (d == point) cell += '.';
    cell += static_cast<char>('0' + random() % 10);
  }
  return point == digits ? cell + '.' : cell;
}

// Any bytes that can be in a cell, most of them from numbers.
std::string any_cell(std::mt19937_64& random) {
  constexpr std::string_view likely = "0123456789.-+e /:?\r\x01\x7f\x80\xff";
  std::string cell;
  for (std::size_t n = random() % 11; n > 0; --n) {
    const std::size_t i = random() % (2 * likely.size());
    cell += likely[i < likely.size() ? i : i % 11];
  }
  return cell;
}

TEST(NumberRun, TakesTheShortFormsAndNothingElse) {
  if (!has_number_runs()) GTEST_SKIP() << "this processor has no AVX2";
  std::mt19937_64 random(seed);
  for (int i = 0; i < 200000; ++i) {
    std::string text = "12345678,";
    std::vector<std::uint32_t> ends = {8};
    for (std::size_t k = 0; k < number_run_step; ++k) {
      text += random() % 3 == 0 ? any_cell(random) : number_cell(random);
      ends.push_back(static_cast<std::uint32_t>(text.size()));
      text += ',';
    }
    const std::string padded = text + std::string(number_padding, '7');
    double values[2 * number_run_step] = {};
    const NumberRun run = parse_number_run(padded.data(), ends.data() + 1, number_run_step, values, 2);
    ASSERT_EQ(run.cells, number_run_step);
    for (std::size_t k = 0; k < number_run_step; ++k) {
      const char *const begin = padded.data() + ends[k] + 1, *const end = padded.data() + ends[k + 1];
      const ShortNumber brief = parse_short_number(begin, end);
      ASSERT_EQ((run.missed >> k & 1) == 0, brief.ok) << text << " cell " << k;
      if (!brief.ok) continue;
      ASSERT_EQ(bits(values[2 * k]), bits(brief.value)) << text << " cell " << k;
      ASSERT_EQ(bits(values[2 * k]), bits(std::strtod(std::string(begin, end).c_str(), nullptr))) << text;
    }
    for (std::size_t k = 0; k < number_run_step; ++k) ASSERT_EQ(bits(values[2 * k + 1]), 0u);
  }
}

TEST(NumberRun, StopsAtLineFeedsMissesAndTheEnd) {
  if (!has_number_runs()) GTEST_SKIP() << "this processor has no AVX2";
  const auto cells_of = [](std::string text, std::size_t count) {   // of the cells after the first
    std::vector<std::uint32_t> ends;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == ',' || text[i] == '\n') ends.push_back(static_cast<std::uint32_t>(i));
    }
    text += std::string(number_padding, '\0');
    std::vector<double> values(ends.size());
    return parse_number_run(text.data(), ends.data() + 1, count, values.data(), 1).cells;
  };
  EXPECT_EQ(cells_of("12345678\n1,2,3,4,5,6,7,8,9,", 9), 8u);
  EXPECT_EQ(cells_of("12345678\n1,2,3,4,5,6,7,8,9,", 7), 4u);
  EXPECT_EQ(cells_of("12345678\n1,2,3,4,5,6,7,8,9,", 3), 0u);
  EXPECT_EQ(cells_of("12345678\n1,2,3,4\n5,6,7,8,", 8), 4u);
  EXPECT_EQ(cells_of("12345678\n1,2,3\n4,5,6,7,8,", 8), 0u);
  EXPECT_EQ(cells_of("12345678\n1,2,3,4,5\n6,7,8,", 8), 4u);
  EXPECT_EQ(cells_of("12345678\n1,2,,4,5,6,7,8,", 8), 4u);
}

// Quoted cells are never read in runs.
TEST(NumberRun, TablesOfAnyWidthAreThoseOfQuotedCells) {
  std::mt19937_64 random(seed + 1);
  constexpr std::string_view others[] = {"", "NA", "?", "1e3", "1234567890.5", "+1", "12.3456789", " 7 ", "0.1e-7"};
  for (std::size_t columns = 1; columns <= 14; ++columns) {
    for (int words = 0; words < 2; ++words) {
      std::string bare, quoted;
      const std::size_t word_column = words != 0 ? random() % columns : columns;
      for (std::size_t c = 0; c < columns; ++c) {
        bare += fmt::format("{}c{}", c == 0 ? "" : ",", c);
      }
      bare += '\n';
      quoted = bare;
      for (int row = 0; row < 200; ++row) {
        for (std::size_t c = 0; c < columns; ++c) {
          // A row of one empty cell would be a blank line.
          std::string cell =
              random() % 8 != 0 ? number_cell(random) : std::string(others[random() % std::size(others)]);
          if (c == word_column) cell = fmt::format("w{}", random() % 5);
          if (columns == 1 && cell.empty()) cell = "NA";
          bare += (c == 0 ? "" : ",") + cell;
          quoted += (c == 0 ? "\"" : ",\"") + cell + '"';
        }
        const std::string_view line_end = random() % 4 == 0 ? "\r\n" : random() % 4 == 0 ? "\n\n" : "\n";
        bare += line_end;
        quoted += line_end;
      }
      const Result<Table> one = parse_csv(bare, "t.csv", {.separator = ','});
      const Result<Table> two = parse_csv(quoted, "t.csv", {.separator = ','});
      ASSERT_TRUE(one && two) << bare;
      ASSERT_EQ(one->rows, 200u);
      ASSERT_EQ(two->rows, 200u);
      for (std::size_t c = 0; c < columns; ++c) {
        ASSERT_EQ(one->columns[c].categories, two->columns[c].categories);
        for (std::size_t r = 0; r < one->rows; ++r) {
          const double a = one->columns[c].values[r], b = two->columns[c].values[r];
          ASSERT_TRUE(bits(a) == bits(b) || (a != a && b != b)) << columns << " columns, row " << r << ", column " << c;
        }
      }
    }
  }
}

TEST(NumberRun, RowsOfAnotherWidthAreErrors) {
  const auto row = [](std::size_t cells) {
    std::string text = "1";
    for (std::size_t c = 1; c < cells; ++c) text += ",1";
    return text + "\n";
  };
  for (std::size_t columns = 2; columns <= 13; ++columns) {
    for (std::size_t cells = 1; cells <= 14; ++cells) {
      const Result<Table> table = parse_csv(row(columns) + row(columns) + row(cells) + row(columns), "t.csv",
                                            {.header = false, .separator = ','});
      ASSERT_EQ(table.has_value(), cells == columns) << columns << " columns, " << cells << " cells";
      if (table) continue;
      const std::string expected =
          cells > columns ? fmt::format("t.csv:3:{}: more cells than the {} columns", 2 * columns + 1, columns)
                          : fmt::format("t.csv:3:{}: {} {} where there are {} columns", 2 * cells, cells,
                                        cells == 1 ? "cell" : "cells", columns);
      EXPECT_EQ(table.error().message, expected);
    }
  }
}

}   // namespace
}   // namespace warptune
