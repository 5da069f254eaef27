#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "family/forest/draw_limits.h"
#include "warptune/family.h"

namespace warptune {
namespace {

const Family& forest() { return **find_family("random_forest"); }

Result<void> check(const std::string& text) { return check_parameter(forest(), *parse_parameter(text), "here"); }

Result<void> check_all(const std::string& family, const std::vector<std::string>& texts) {
  Space space;
  for (const std::string& text : texts) space.parameters.push_back(*parse_parameter(text));
  return check_space(**find_family(family), space);
}

// Of a table of so many rows, which all train.
Result<void> check_rows(const std::string& parameter, std::uint32_t rows) {
  Dataset dataset;
  dataset.rows = rows;
  dataset.target.classes = {"a", "b"};
  Split split;
  split.folds = {{{0, rows}, {rows, rows}, {0, 1}}};
  Space space;
  space.parameters.push_back(*parse_parameter(parameter));
  return check_draws(space, dataset, split);
}

TEST(FamilyForest, AsManyRowsAsTheirEntropyCanBeSummedOver) {
  for (const char* criterion : {"criterion=entropy", "criterion=choice(gini,log_loss)"}) {
    EXPECT_TRUE(check_rows(criterion, 81703408)) << criterion;
    const Result<void> more = check_rows(criterion, 81703409);
    ASSERT_FALSE(more) << criterion;
    EXPECT_EQ(more.error().message, "criterion=entropy can be summed over 81703408 draws a tree, not over 81703409");
  }
  EXPECT_TRUE(check_rows("criterion=gini", 4000000000u));
  EXPECT_TRUE(check_rows("max_depth=3", 4000000000u));
}

TEST(FamilyForest, KnownByName) {
  ASSERT_GE(families().size(), 2U);
  EXPECT_TRUE(find_family("extra_trees"));
  const auto unknown = find_family("random_forrest");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "unknown model family random_forrest");
  EXPECT_EQ(unknown.error().hint, "did you mean random_forest?");
  EXPECT_EQ(find_family("svm").error().hint.find("families are random_forest, extra_trees"), 0U);
}

TEST(FamilyForest, ScikitLearnsParametersAndDefaults) {
  const std::vector<std::pair<std::string, std::string>> expected{
      {"n_estimators", "100"},    {"criterion", "gini"},      {"max_depth", "none"},
      {"min_samples_split", "2"}, {"min_samples_leaf", "1"},  {"min_weight_fraction_leaf", "0.0"},
      {"max_features", "sqrt"},   {"max_leaf_nodes", "none"}, {"min_impurity_decrease", "0.0"},
      {"bootstrap", "true"},      {"max_samples", "none"},    {"class_weight", "none"},
      {"ccp_alpha", "0.0"}};
  ASSERT_EQ(forest().parameters.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(forest().parameters[i].name, expected[i].first);
    EXPECT_EQ(to_string(forest().parameters[i].default_value), expected[i].second) << expected[i].first;
  }
  EXPECT_EQ(find_parameter(**find_family("extra_trees"), "bootstrap")->default_value, Value(false));
}

TEST(FamilyForest, FreeParametersAreThoseThatNest) {
  std::vector<std::string> free;
  for (const ParameterInfo& info : forest().parameters)
    if (info.free) free.push_back(info.name);
  EXPECT_EQ(free, (std::vector<std::string>{"n_estimators", "max_depth", "min_samples_split", "max_leaf_nodes",
                                            "min_impurity_decrease", "ccp_alpha"}));
}

TEST(FamilyForest, DefaultsAndDefaultSpacesAreAllowed) {
  for (const Family& family : families()) {
    EXPECT_TRUE(check_space(family, family.default_space));
    for (const ParameterInfo& info : family.parameters) {
      const Parameter fixed{info.name, {Distribution::Kind::fixed, 0, 0, 0, false, {info.default_value}}};
      EXPECT_TRUE(check_parameter(family, fixed, "x")) << info.name;
    }
  }
}

TEST(FamilyForest, Takes) {
  for (const char* good : {"n_estimators=1",
                           "n_estimators=int(1,100000)",
                           "criterion=choice(gini,entropy,log_loss)",
                           "max_depth=none",
                           "max_depth=choice(1,65535,none)",
                           "min_samples_split=2",
                           "min_samples_split=1.0",
                           "min_samples_split=float(0.01,1)",
                           "min_samples_leaf=float(0.01,0.5)",
                           "min_samples_leaf=2147483647",
                           "min_weight_fraction_leaf=0",
                           "min_weight_fraction_leaf=float(0,0.5)",
                           "max_features=choice(sqrt,log2,all,none,1,1.0,0.5)",
                           "max_leaf_nodes=int(2,9)",
                           "min_impurity_decrease=float(0,1)",
                           "bootstrap=choice(true,false)",
                           "max_samples=choice(none,1,0.5,1.0)",
                           "max_samples=float(0.5,3)",
                           "class_weight=choice(none,balanced,balanced_subsample)",
                           "ccp_alpha=log(1e-5,10)",
                           "ccp_alpha=int(0,3)"})
    EXPECT_TRUE(check(good)) << good;
}

TEST(FamilyForest, Refuses) {
  for (const char* bad : {"n_estimators=0",
                          "n_estimators=100001",
                          "n_estimators=int(0,5)",
                          "n_estimators=5.0",
                          "n_estimators=none",
                          "n_estimators=float(1,5)",
                          "criterion=gin",
                          "criterion=int(0,1)",
                          "max_depth=0",
                          "max_depth=65536",
                          "max_depth=true",
                          "min_samples_split=1",
                          "min_samples_split=0.0",
                          "min_samples_split=float(0,1)",
                          "min_samples_split=1.5",
                          "min_samples_leaf=0",
                          "min_samples_leaf=1.0",
                          "min_samples_leaf=float(0.1,1)",
                          "min_weight_fraction_leaf=0.51",
                          "max_features=0",
                          "max_features=0.0",
                          "max_features=1.1",
                          "max_features=auto",
                          "max_leaf_nodes=1",
                          "min_impurity_decrease=-1",
                          "bootstrap=1",
                          "bootstrap=none",
                          "max_samples=0",
                          "max_samples=0.0",
                          "class_weight=unbalanced",
                          "ccp_alpha=-0.1",
                          "ccp_alpha=none",
                          "splitter=best"})
    EXPECT_FALSE(check(bad)) << bad;
}

TEST(FamilyForest, ErrorsNameParameterValueAndAllowedRange) {
  EXPECT_EQ(check("max_depth=int(0,9)").error().message, "here: max_depth can't be 0; allowed: integer 1..65535, none");
  EXPECT_EQ(check("max_features=1.5").error().message,
            "here: max_features can't be 1.5; allowed: integer 1..2147483647, real (0, 1], sqrt, log2, all, none");
  EXPECT_EQ(check("criterion=ginni").error().hint, "did you mean gini?");
  EXPECT_EQ(check("max_dept=5").error().message, "here: random_forest has no parameter max_dept");
  EXPECT_EQ(check("max_dept=5").error().hint, "did you mean max_depth?");
}

TEST(FamilyForest, DistributionsMadeInCodeAreChecked) {
  const Parameter upside_down{"max_depth", {Distribution::Kind::integer, 9, 2, 1, false, {}}};
  EXPECT_FALSE(check_parameter(forest(), upside_down, "x"));
}

TEST(FamilyForest, MaxSamplesNeedsBootstrap) {
  EXPECT_TRUE(check_all("random_forest", {"max_samples=0.5"}));
  EXPECT_TRUE(check_all("random_forest", {"max_samples=none", "bootstrap=false"}));
  EXPECT_TRUE(check_all("extra_trees", {"max_samples=0.5", "bootstrap=true"}));
  EXPECT_FALSE(check_all("random_forest", {"max_samples=0.5", "bootstrap=false"}));
  EXPECT_FALSE(check_all("random_forest", {"max_samples=choice(none,0.5)", "bootstrap=choice(true,false)"}));
  EXPECT_FALSE(check_all("extra_trees", {"max_samples=float(0.1,0.5)"}));
}

TEST(FamilyForest, AParameterComesOnce) {
  const auto twice = check_all("random_forest", {"max_depth=3", "max_depth=4"});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().message, "space.max_depth: max_depth is given twice");
}

}   // namespace
}   // namespace warptune
