// NAME=VALUE of --set.
#include "cli/with_flags.h"
#include "family/library/library_settings.h"

#include <gtest/gtest.h>

namespace warptune {
namespace {

TEST(TrainerSettings, NamesEndAtTheFirstEqualsSign) {
  EXPECT_EQ(parse_set({"a=1", "b=x=y"}).value(), (TrainerSettings{{"a", "1"}, {"b", "x=y"}}));
}

TEST(TrainerSettings, AListIsPutTogetherAgain) {
  EXPECT_EQ(parse_set({"monotone_constraints=1", "0", "-1", "b=2"}).value(),
            (TrainerSettings{{"monotone_constraints", "1,0,-1"}, {"b", "2"}}));
}

TEST(TrainerSettings, SpacesAroundThemAreNotOfThem) {
  EXPECT_EQ(parse_set({" a = 1 ", "b=[[0, 1]]"}).value(), (TrainerSettings{{"a", "1"}, {"b", "[[0, 1]]"}}));
}

TEST(TrainerSettings, WhatIsNotNameAndValueIsAnError) {
  for (const char* text : {"lonely", "=3", "a=", "a= ", " =", "", "a b=3"}) {
    const auto parsed = parse_set({text});
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.find("this is not NAME=VALUE"), std::string::npos);
    EXPECT_EQ(parsed.error().kind, ErrorKind::usage);
  }
}

TEST(TrainerSettings, TheLastValueCounts) {
  const TrainerSettings settings{{"a", "1"}, {"b", "2"}, {"a", "3"}};
  EXPECT_EQ(value_in(settings, "a", "0"), "3");
  EXPECT_EQ(value_in(settings, "c", "0"), "0");
}

class SettingsOfSet : public ::testing::Test {
 protected:
  [[nodiscard]] Result<TrainerSettings> settings(const std::vector<std::string>& given) const {
    const auto main_name = [](const std::string& name) { return name == "learning_rate" ? "eta" : name; };
    return settings_of_set(given, decided, main_name, **find_family("xgboost"), space);
  }
  std::vector<Decided> decided = {{"nthread", "take --threads"}, {"objective", "follows from the target", {"good"}}};
  Space space;
};

TEST_F(SettingsOfSet, HaveMainNames) {
  EXPECT_EQ(settings({"learning_rate=1", "x=2"}).value(), (TrainerSettings{{"eta", "1"}, {"x", "2"}}));
}

TEST_F(SettingsOfSet, AreSetOnceByOneName) {
  const auto alias = settings({"learning_rate=1", "x=2", "eta=3"});
  ASSERT_FALSE(alias);
  EXPECT_EQ(with_flags(alias.error().message),
            "--set eta=3: eta is another name of learning_rate, which is set as well");
  const auto twice = settings({"x=2", "x=2"});
  ASSERT_FALSE(twice);
  EXPECT_EQ(with_flags(twice.error().message), "--set x=2: x is set twice");
}

TEST_F(SettingsOfSet, DoNotChangeWhatIsDecided) {
  const auto refused = settings({"nthread=4"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(with_flags(refused.error().message), "--set nthread: warptune decides nthread");
  EXPECT_EQ(refused.error().hint, "take --threads");
  EXPECT_FALSE(settings({"objective=bad"}));
  EXPECT_TRUE(settings({"objective=good"}));
}

TEST_F(SettingsOfSet, AreNotInTheSpaceToo) {
  for (const char* name : {"eta", "learning_rate"}) {
    space = {{{name, {Distribution::Kind::real, 0.1, 0.5, 0, false, {}}}}};
    const auto twice = settings({"learning_rate=0.3"});
    ASSERT_FALSE(twice) << name;
    EXPECT_EQ(with_flags(twice.error().message), std::string("--set learning_rate: the space has ") + name + " too");
  }
}

}   // namespace
}   // namespace warptune
