#include "table/number.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace warptune {
namespace {

std::uint64_t bits(double v) { return std::bit_cast<std::uint64_t>(v); }

// Every way of reading `text` that accepts it gives strtod's double.
void expect_as_strtod(const std::string& text) {
  const double expected = std::strtod(text.c_str(), nullptr);
  const Number number = parse_number(text);
  ASSERT_EQ(number.kind, NumberKind::number) << text;
  ASSERT_EQ(bits(number.value), bits(expected)) << text;
  std::string padded = text + "," + std::string(number_padding, '7');
  const PlainNumber plain = parse_plain_number(padded.data());
  if (plain.end == padded.data() + text.size()) {
    ASSERT_EQ(bits(plain.value), bits(expected)) << text;
  }
  const ShortNumber brief = parse_short_number(padded.data(), padded.data() + text.size());
  if (brief.ok) {
    ASSERT_EQ(bits(brief.value), bits(expected)) << text;
  }
}

std::string printed(const char* format, double v) {
  char buffer[512];
  std::snprintf(buffer, sizeof buffer, format, v);
  return buffer;
}

constexpr std::uint64_t seed = 20240601;

TEST(Number, EqualsStrtodOnRandomBits) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < 300000; ++i) {
    const auto v = std::bit_cast<double>(random());
    if (v != v || v - v != 0) continue;   // NaN, infinity
    expect_as_strtod(printed("%.17g", v));
    if (HasFatalFailure()) return;
  }
}

TEST(Number, EqualsStrtodOnTableNumbers) {
  std::mt19937_64 random(seed + 1);
  std::normal_distribution<double> normal;
  const char* const formats[] = {"%.0f",  "%.1f",  "%.2f", "%.6f",  "%.8f", "%.12f",
                                 "%.15f", "%.17f", "%.3e", "%.18e", "%g"};
  for (int i = 0; i < 400000; ++i) {
    const double scale = i % 3 == 0 ? 1 : i % 3 == 1 ? 1000 : 1e7;
    expect_as_strtod(printed(formats[i % 11], normal(random) * scale));
    if (HasFatalFailure()) return;
  }
}

TEST(Number, EqualsStrtodOnRandomDigits) {
  std::mt19937_64 random(seed + 2);
  for (int i = 0; i < 300000; ++i) {
    std::string text = random() % 2 != 0 ? "-" : "";
    const std::size_t digits = 1 + random() % 24;
    const std::size_t point = random() % (digits + 2);
    for (std::size_t d = 0; d < digits; ++d) {
      if (d == point) text += '.';
      text += static_cast<char>('0' + random() % 10);
    }
    if (random() % 4 == 0) text += fmt::format("e{}", static_cast<int>(random() % 660) - 340);
    if (parse_number(text).kind == NumberKind::too_big) {
      ASSERT_TRUE(std::strtod(text.c_str(), nullptr) - std::strtod(text.c_str(), nullptr) != 0) << text;   // infinity
      continue;
    }
    expect_as_strtod(text);
    if (HasFatalFailure()) return;
  }
}

TEST(Number, AcceptsEveryForm) {
  for (const char* text : {"0",
                           "-0",
                           "+1",
                           "1.",
                           ".5",
                           "-.5",
                           "00012",
                           "1e5",
                           "1E+05",
                           "1e-5",
                           "9007199254740993",
                           "0.1",
                           "-0.0",
                           "123456789012345678901234567890",
                           "4.9e-324",
                           "2.4e-324",
                           "1e-400",
                           "0e999999999999",
                           "1e22",
                           "1e23",
                           "2.2250738585072011e-308",
                           "1.7976931348623157e308",
                           "0.000000000000000000000000000000001",
                           "12345678",
                           "1234567.",
                           "1234567.8",
                           "-1234.5678",
                           "99999999999999999999999999999999e-20"}) {
    expect_as_strtod(text);
  }
  EXPECT_EQ(bits(parse_number("+1.5").value), bits(1.5));
  expect_as_strtod("0." + std::string(400, '0') + "1e401");
  expect_as_strtod(std::string(300, '9'));
}

TEST(Number, RejectsOthers) {
  for (const char* text : {"",    "-",   "+",    ".",   "-.",  "e5",  "1e",  "1e+",  "1.2.3", "--1",
                           "+-1", "1 2", "0x10", "inf", "nan", "1,5", "1_0", "1.5f", "1e5.5", "\xef\xbc\x91"}) {
    EXPECT_EQ(parse_number(text).kind, NumberKind::none) << text;
  }
  for (const char* text : {"1e309", "-1e309", "1e999", "1e99999999999999999999", "1.8e308"}) {
    EXPECT_EQ(parse_number(text).kind, NumberKind::too_big) << text;
  }
  EXPECT_EQ(parse_number(std::string(400, '9')).kind, NumberKind::too_big);
}

TEST(Number, ShortAndPlainFormsRejectOthers) {
  for (const std::string text : {"",   "-",   ".",  "-.",   "1.2.3", "1..2", "a",   "1a",  "a1", "1 ", " 1", "1e5",
                                 "+1", "--1", "1-", "\xff", "1\xff", "..",   "-..", "1.a", ":",  "/",  "1:", "?"}) {
    const std::string padded = text + "," + std::string(number_padding, '7');
    EXPECT_FALSE(parse_short_number(padded.data(), padded.data() + text.size()).ok) << text;
    EXPECT_NE(parse_plain_number(padded.data()).end, padded.data() + text.size()) << text;
  }
}

}   // namespace
}   // namespace warptune
