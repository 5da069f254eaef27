#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <limits>
#include <random>

#include "warptune/space.h"

namespace warptune {
namespace {

TEST(SpaceValue, ReadsEachKind) {
  EXPECT_EQ(parse_value("none"), Value(None{}));
  EXPECT_EQ(parse_value("true"), Value(true));
  EXPECT_EQ(parse_value("false"), Value(false));
  EXPECT_EQ(parse_value("5"), Value(std::int64_t{5}));
  EXPECT_EQ(parse_value("-5"), Value(std::int64_t{-5}));
  EXPECT_EQ(parse_value("5.0"), Value(5.0));
  EXPECT_EQ(parse_value("1e-3"), Value(0.001));
  EXPECT_EQ(parse_value("sqrt"), Value(std::string("sqrt")));
}

TEST(SpaceValue, WhatIsNotAFiniteNumberIsAWord) {
  for (const char* text : {"", "nan", "inf", "-inf", "1e999", "0x10", "5x", "+5", " 5", "None", "TRUE", "1_000"})
    EXPECT_EQ(parse_value(text), Value(std::string(text))) << text;
}

TEST(SpaceValue, AListIsJson) {
  EXPECT_EQ(parse_value("[64, 32]"), Value(List{"[64,32]"}));
  EXPECT_EQ(parse_value("[[1.0],\"a)\",true,null,[]]"), Value(List{"[[1.0],\"a)\",true,null,[]]"}));
  for (const char* text : {"[64,32", "[a]", "[None]", "[1]x", "[{\"a\":1}]", "[1e999]"})
    EXPECT_EQ(parse_value(text), Value(std::string(text))) << text;
  EXPECT_EQ(parse_value(std::string(100000, '[')), Value(std::string(100000, '[')));
  EXPECT_EQ(parse_value(to_string(Value(List{"[64,32]"}))), Value(List{"[64,32]"}));
}

TEST(SpaceValue, AnIntegerBeyond64BitsIsAReal) {
  EXPECT_EQ(parse_value("9223372036854775807"), Value(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(parse_value("9223372036854775808"), Value(9223372036854775808.0));
}

TEST(SpaceValue, ACountOfOneIsNotAShareOfOne) {
  EXPECT_EQ(to_string(Value(std::int64_t{1})), "1");
  EXPECT_EQ(to_string(Value(1.0)), "1.0");
  EXPECT_EQ(to_string(Value(0.1)), "0.1");
  EXPECT_EQ(to_string(Value(-0.0)), "-0.0");
  EXPECT_EQ(to_string(Value(1e20)), "1e+20");
}

TEST(SpaceValue, TextReadsBackToTheSameValue) {
  std::mt19937_64 random(1);
  int tried = 0;
  while (tried < 20000) {
    const std::uint64_t bits = random();
    const double real = std::bit_cast<double>(bits);
    const std::int64_t integer = static_cast<std::int64_t>(bits);
    EXPECT_EQ(parse_value(to_string(Value(integer))), Value(integer));
    ++tried;
    if (real - real != 0) continue;   // not finite
    const Value back = parse_value(to_string(Value(real)));
    ASSERT_TRUE(std::holds_alternative<double>(back)) << to_string(Value(real));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(std::get<double>(back)), bits);
  }
}

}   // namespace
}   // namespace warptune
