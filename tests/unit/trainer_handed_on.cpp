// NAME=VALUE of --set.
#include "trainer/handed_on.h"

#include <gtest/gtest.h>

namespace warptune {
namespace {

TEST(HandedOn, NamesEndAtTheFirstEqualsSign) {
  EXPECT_EQ(parse_set({"a=1", "b=x=y", "c="}), (HandedOn{{"a", "1"}, {"b", "x=y"}, {"c", ""}}));
}

TEST(HandedOn, AListIsPutTogetherAgain) {
  EXPECT_EQ(parse_set({"monotone_constraints=1", "0", "-1", "b=2"}),
            (HandedOn{{"monotone_constraints", "1,0,-1"}, {"b", "2"}}));
}

TEST(HandedOn, WhatHasNoValueIsHandedOnWithoutOne) { EXPECT_EQ(parse_set({"lonely"}), (HandedOn{{"lonely", ""}})); }

TEST(HandedOn, TheLastValueCounts) {
  const HandedOn settings{{"a", "1"}, {"b", "2"}, {"a", "3"}};
  EXPECT_EQ(value_in(settings, "a", "0"), "3");
  EXPECT_EQ(value_in(settings, "c", "0"), "0");
}

}   // namespace
}   // namespace warptune
