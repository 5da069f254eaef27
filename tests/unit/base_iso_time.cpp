#include <gtest/gtest.h>

#include "base/iso_time.h"

namespace warptune {
namespace {

constexpr double second = 1e6, day = 86400 * second;

double read(std::string_view text) {
  const auto time = parse_iso_time(text);
  EXPECT_TRUE(time) << text;
  return time ? time->microseconds : -1;
}

// Days since 1970 from numpy.datetime64.
TEST(BaseIsoTime, DatesAndTimes) {
  EXPECT_EQ(read("1970-01-01"), 0);
  EXPECT_EQ(read("2024-02-29"), 19782 * day);
  EXPECT_EQ(read("2024-03"), 19783 * day);
  EXPECT_EQ(read("0001-01-01"), -719162 * day);
  EXPECT_EQ(read("9999-12-31"), 2932896 * day);
  EXPECT_EQ(read("1970-01-02T01:02"), day + 3720 * second);
  EXPECT_EQ(read("1970-01-02 01:02:03"), day + 3723 * second);
  EXPECT_EQ(read("1970-01-01t00:00:01.5"), 1.5 * second);
  EXPECT_EQ(read("1970-01-01 00:00:00.123456789"), 123456);   // no more than microseconds
  EXPECT_EQ(read("2016-12-31T23:59:60"), read("2017-01-01"));
}

TEST(BaseIsoTime, Offsets) {
  for (const char* text : {"1970-01-01T12:00Z", "1970-01-01T12:00:00z", "1970-01-01T13:00+01:00", "1970-01-01T13:00+01",
                           "1970-01-01T06:30-0530"}) {
    EXPECT_EQ(read(text), day / 2) << text;
    EXPECT_TRUE(parse_iso_time(text)->with_zone) << text;
  }
  EXPECT_FALSE(parse_iso_time("1970-01-01T12:00")->with_zone);
}

TEST(BaseIsoTime, WhatIsNone) {
  for (const char* text : {"",
                           "2024",
                           "2024-",
                           "2024-03-",
                           "2024-3-1",
                           "2024-13-01",
                           "2023-02-29",
                           "0000-01-01",
                           "12/03/2024",
                           "2024-03-12x",
                           "2024-03-12T",
                           "2024-03-12T24:00",
                           "2024-03-12T1:00",
                           "2024-03-12T10:60",
                           "2024-03-12T10:00:61",
                           "2024-03-12T10:00.",
                           "2024-03-12T10:00:00.",
                           "2024-03-12T10:00+",
                           "2024-03-12T10:00+1",
                           "2024-03-12T10:00ZZ",
                           "2024-03-12T10:00+24",
                           " 2024-03-12",
                           "-2024-03-12"})
    EXPECT_FALSE(parse_iso_time(text)) << text;
}

}   // namespace
}   // namespace warptune
