// The index of a text's cells against a look at each byte.
#include "table/byte_scan.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace warptune {
namespace {

void expect_index(const std::string& text, bool wide) {
  std::vector<std::uint32_t> ends;
  bool quotes = false, plain_ascii = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' || text[i] == '\n') ends.push_back(static_cast<std::uint32_t>(i));
    quotes = quotes || text[i] == '"';
    plain_ascii = plain_ascii && text[i] != 0 && static_cast<unsigned char>(text[i]) < 0x80;
  }
  CellIndex index = index_cells(text, ',', {}, wide);
  index.ends.resize(index.count);
  ASSERT_EQ(index.ends, ends);
  ASSERT_EQ(index.quotes, quotes);
  ASSERT_EQ(index.plain_ascii, plain_ascii);
}

void expect_indices(bool wide) {
  std::mt19937_64 random(20241124);
  for (int i = 0; i < 2000; ++i) {
    std::string text(random() % 300, '1');
    const std::size_t gap = 1 + random() % 12;   // 1: ends only
    for (char& c : text) {
      if (random() % gap == 0) c = random() % 4 == 0 ? '\n' : ',';
    }
    expect_index(text, wide);
    if (testing::Test::HasFatalFailure()) return;
  }
  // One byte of each kind at each place.
  for (const char c : {'"', '\0', '\x01', '\x7f', '\x80', '\xff', ',', '\n'}) {
    for (std::size_t at = 0; at < 200; ++at) {
      std::string text(200, '1');
      text[at] = c;
      expect_index(text, wide);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(ByteScan, FindsEveryCell) { expect_indices(false); }

TEST(ByteScan, WideFindsEveryCell) {
  if (!has_wide_scan()) GTEST_SKIP() << "this processor has no AVX2";
  expect_indices(true);
}

}   // namespace
}   // namespace warptune
