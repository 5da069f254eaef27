// What LightGBM is handed, and which of it makes a Dataset.
#include "cli/with_flags.h"
#include "family/lightgbm/settings.h"

#include <gtest/gtest.h>

namespace warptune {
namespace {

std::string main_name(const std::string& name) {
  if (name == "min_child_samples") return "min_data_in_leaf";
  return name == "n_jobs" ? "num_threads" : name;
}

LibraryFit fit_of(std::vector<NamedValue> settings) {
  LibraryFit fit;
  fit.settings = std::move(settings);
  return fit;
}

LightgbmStudy study_of(const std::vector<std::string>& set = {}) {
  LightgbmStudy study;
  study.metric = "auc";
  study.set = lightgbm_set(set, main_name, {}).value();
  return study;
}

TEST(LightgbmSettings, EachNameIsThereOnceAndSetHasTheLastWord) {
  const TrainerSettings settings = lightgbm_settings(study_of({"min_child_samples=8", "seed=5"}),
                                                     fit_of({{"min_data_in_leaf", std::int64_t{3}}}), -1);
  std::size_t there = 0;
  for (const auto& [name, value] : settings) there += name == "min_data_in_leaf";
  EXPECT_EQ(there, 1u);
  EXPECT_EQ(value_in(settings, "min_data_in_leaf", ""), "8");
  EXPECT_EQ(value_in(settings, "seed", ""), "5");
}

TEST(LightgbmSettings, RowsThatNothingDrawsAreAnError) {
  using Kind = Distribution::Kind;
  const Parameter share{"subsample", {Kind::real, 0.5, 1, 0, false, {}}};
  const auto freq = [](std::vector<Value> values) {
    return Parameter{"subsample_freq", {Kind::choice, 0, 0, 0, false, std::move(values)}};
  };
  const std::int64_t zero = 0, one = 1;
  const auto error = check_bagging({{share}}, {});
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().message.find("space.subsample: "), 0u);
  EXPECT_EQ(error.error().kind, ErrorKind::usage);
  EXPECT_FALSE(check_bagging({{share, freq({zero})}}, {}));
  EXPECT_TRUE(check_bagging({{share, freq({one})}}, {}));
  EXPECT_TRUE(check_bagging({{share, freq({zero, one})}}, {}));
  EXPECT_TRUE(check_bagging({{share, {"bagging_freq", {Kind::integer, 0, 5, 1, false, {}}}}}, {}));
  EXPECT_TRUE(check_bagging({{share}}, {{"bagging_freq", "1"}}));
  EXPECT_FALSE(check_bagging({{share}}, {{"bagging_freq", "0"}}));
  EXPECT_TRUE(check_bagging({{{"bagging_fraction", {Kind::fixed, 0, 0, 0, false, {one}}}}}, {}));
  EXPECT_FALSE(check_bagging({{{"pos_bagging_fraction", {Kind::fixed, 0, 0, 0, false, {0.5}}}}}, {}));
}

TEST(LightgbmSettings, OfDrawingRowsWhatDoesNothingIsNoted) {
  using Kind = Distribution::Kind;
  const Parameter depth{"max_depth", {Kind::integer, 2, 9, 1, false, {}}};
  const Parameter freq{"subsample_freq", {Kind::integer, 0, 5, 1, false, {}}};
  const auto note = [](const Space& space, const TrainerSettings& set) { return check_bagging(space, set).value(); };
  EXPECT_TRUE(
      with_flags(note({{depth}}, {{"bagging_fraction", "0.5"}})).starts_with("--set bagging_fraction does nothing"));
  EXPECT_TRUE(with_flags(note({{depth}}, {{"neg_bagging_fraction", ".5"}, {"bagging_freq", "0"}}))
                  .starts_with("--set neg_bagg"));
  EXPECT_TRUE(with_flags(note({{depth}}, {{"bagging_freq", "2"}})).starts_with("--set bagging_freq does nothing"));
  EXPECT_TRUE(note({{freq}}, {{"bagging_fraction", "1.0"}}).starts_with("space.subsample_freq does nothing"));
  EXPECT_EQ(note({{depth}}, {{"bagging_fraction", "0.5"}, {"bagging_freq", "2"}}), "");
  EXPECT_EQ(note({{freq}}, {{"bagging_fraction", "0.5"}}), "");
  EXPECT_EQ(note({{depth}}, {{"bagging_fraction", "1"}, {"bagging_freq", "0"}}), "");
}

TEST(LightgbmSettings, NoLimitOfDepthIsMinusOne) {
  EXPECT_EQ(value_in(lightgbm_settings(study_of(), fit_of({{"max_depth", None{}}}), -1), "max_depth", ""), "-1");
}

TEST(LightgbmSettings, FitsThatBinAlikeShareADataset) {
  const auto dataset = [](const std::vector<std::string>& set, std::vector<NamedValue> settings) {
    return settings_text(dataset_settings(lightgbm_settings(study_of(set), fit_of(std::move(settings)), -1)));
  };
  const auto of = [&](const char* name, std::int64_t value) { return dataset({}, {{name, value}}); };
  EXPECT_EQ(of("num_leaves", 7), of("num_leaves", 8));
  EXPECT_EQ(of("min_data_in_leaf", 7), of("min_data_in_leaf", 8));
  EXPECT_NE(of("max_bin", 7), of("max_bin", 8));
  // Features that no leaf could be split by are left out, if the user wants it.
  EXPECT_NE(dataset({"feature_pre_filter=true"}, {{"min_data_in_leaf", std::int64_t{7}}}),
            dataset({"feature_pre_filter=true"}, {{"min_data_in_leaf", std::int64_t{8}}}));
}

TEST(LightgbmSettings, AGpuHasItsOwnDatasets) {
  const auto dataset = [](int gpu) {
    return settings_text(dataset_settings(lightgbm_settings(study_of(), fit_of({}), gpu)));
  };
  EXPECT_NE(dataset(-1), dataset(0));
  EXPECT_NE(dataset(0), dataset(1));
  EXPECT_EQ(value_in(lightgbm_settings(study_of(), fit_of({}), 1), "deterministic", "not there"), "not there");
}

TEST(LightgbmSettings, OneWayThroughTheDatasetIsFixed) {
  EXPECT_EQ(value_in(lightgbm_settings(study_of(), fit_of({}), -1), "force_col_wise", ""), "true");
  EXPECT_EQ(value_in(lightgbm_settings(study_of({"force_row_wise=true"}), fit_of({}), -1), "force_col_wise", ""), "");
}

TEST(LightgbmSettings, WhatWarptuneDecidesIsNotSet) {
  const auto refused = lightgbm_set({"n_jobs=4"}, main_name, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(with_flags(refused.error().message), "--set n_jobs: warptune decides num_threads");
  EXPECT_FALSE(lightgbm_set({"objective=regression"}, main_name, {}));
  EXPECT_TRUE(lightgbm_set({"objective=ova"}, main_name, {}));
}

TEST(LightgbmSettings, ASpaceInAValueWouldBeginAnotherSetting) {
  const auto refused = lightgbm_set({"max_depth=3 metric=auc"}, main_name, {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("LightGBM's values have no spaces"), std::string::npos);
}

TEST(LightgbmSettings, WhatIsForTwoClassesIsRefusedForMore) {
  const Space space{{{"unbalance", {Distribution::Kind::fixed, 0, 0, 0, false, {true}}}}};
  EXPECT_TRUE(check_two_classes(**find_family("lightgbm"), space, {{"scale_pos_weight", "2"}}, 2));
  EXPECT_EQ(check_two_classes(**find_family("lightgbm"), space, {}, 3).error().message,
            "space.unbalance: is_unbalance means something with two classes only, the target has 3");
  EXPECT_FALSE(check_two_classes(**find_family("lightgbm"), {}, {{"scale_pos_weight", "2"}}, 26));
  EXPECT_TRUE(check_two_classes(**find_family("lightgbm"), {}, {{"max_bin", "20"}}, 26));
}

}   // namespace
}   // namespace warptune
