#include "base/nearest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace warptune {
namespace {

const std::vector<std::string> names = {"n_estimators", "max_depth", "max_features", "criterion",
                                        "ccp_alpha",    "a",         "Age"};

TEST(Nearest, FindsTypingErrors) {
  EXPECT_EQ(nearest("n_estimator", names), "n_estimators");
  EXPECT_EQ(nearest("max_dpeth", names), "max_depth");
  EXPECT_EQ(nearest("criterium", names), "criterion");
  EXPECT_EQ(nearest("max-features", names), "max_features");
}

TEST(Nearest, IgnoresCaseButPrefersTheSameCase) {
  EXPECT_EQ(nearest("CRITERION", names), "criterion");
  EXPECT_EQ(nearest("age", names), "Age");
  EXPECT_EQ(nearest("agee", std::vector<std::string>{"AGE", "age"}), "age");
}

TEST(Nearest, StaysSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest("learning_rate", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest("b", names), "");
  EXPECT_EQ(nearest("xy", std::vector<std::string>{"ab"}), "");
  EXPECT_EQ(nearest(std::string(100000, 'x'), names), "");
  EXPECT_EQ(nearest("max_depth", {}), "");
}

TEST(Nearest, FirstOfEquals) { EXPECT_EQ(nearest("colx", std::vector<std::string>{"col1", "col2"}), "col1"); }

}   // namespace
}   // namespace warptune
