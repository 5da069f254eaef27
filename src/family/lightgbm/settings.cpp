#include "family/lightgbm/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <variant>

#include "base/setting_mark.h"
#include "base/shown.h"
#include "warptune/family.h"

namespace warptune {

namespace {

std::string text_of(const Value& value) {
  return std::holds_alternative<None>(value) ? "-1" : to_string(value);   // max_depth=none: no limit
}

// Words are what LightGBM's own check refuses.
double number_of(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  const auto* real = std::get_if<double>(&value);
  return real != nullptr ? *real : 1;
}

// By LightGBM's main names.
const std::vector<Decided>& decided() {
  static const std::vector<Decided> all = {
      {"num_iterations", "write it as " + setting_mark("space.n_estimators", "...")},
      {"early_stopping_round", "write it as " + setting_mark("space.early_stopping_rounds", "...")},
      {"early_stopping_min_delta", "any better score counts, as with min_delta=0"},
      {"first_metric_only", "there is one metric, of " + setting_mark("evaluate.metric")},
      {"metric", "choose it with " + setting_mark("evaluate.metric")},
      {"objective",
       "it is binary or multiclass, by the target's classes; of more than two it may be multiclassova",
       {"multiclassova", "multiclass_ova", "ova", "ovr"}},
      {"num_threads",
       "each training has one thread; " + setting_mark("run.threads") + " says how many there are at once"},
      {"device_type", "choose it with " + setting_mark("run.device")},
      {"gpu_device_id", "choose it with " + setting_mark("run.device")},
      {"num_class", "it is the number of the target's classes"},
      {"categorical_feature", "text columns are categories; write codes as text to make a column one"},
      {"ignore_column", "choose the features with " + setting_mark("data.drop") + " or " + setting_mark("data.keep")},
      {"label_column", "choose it with " + setting_mark("data.target")},
      {"weight_column", "rows have no weights; " + setting_mark("data.drop") + " takes the column out of the features"},
      {"group_column", "rows have no groups; " + setting_mark("data.drop") + " takes the column out of the features"},
  };
  return all;
}

// Source: LightGBM's Dataset::ResetConfig and LGBM_DatasetUpdateParamChecking, 4.x: what may not change once a Dataset is
// there. seed is where data_random_seed comes from; min_data_in_leaf counts with feature_pre_filter only.
constexpr std::array of_dataset{"max_bin",
                                "max_bin_by_feature",
                                "min_data_in_bin",
                                "bin_construct_sample_cnt",
                                "data_random_seed",
                                "seed",
                                "use_missing",
                                "zero_as_missing",
                                "is_enable_sparse",
                                "enable_bundle",
                                "categorical_feature",
                                "ignore_column",
                                "feature_pre_filter",
                                "forcedbins_filename",
                                "precise_float_parser",
                                "linear_tree",
                                "num_threads",
                                "device_type",
                                "gpu_device_id",
                                "verbosity"};

}   // namespace

Result<TrainerSettings> lightgbm_set(const std::vector<std::string>& given,
                                     const std::function<std::string(const std::string&)>& main_name,
                                     const Space& space) {
  Result<TrainerSettings> settings = settings_of_set(given, decided(), main_name, **find_family("lightgbm"), space);
  if (!settings) return settings;
  for (const auto& [name, value] : *settings)
    if (value.find_first_of(" \t") != std::string::npos)
      return failure(fmt::format("{}: LightGBM's values have no spaces",
                                 setting_mark("model.set", fmt::format("{}={}", shown(name), shown(value)))),
                     "leave them out; give each setting a " + setting_mark("model.set") + " of its own");
  return settings;
}

Result<std::string> check_bagging(const Space& space, const TrainerSettings& set) {
  const Family& family = **find_family("lightgbm");
  std::string share, searched, draws;   // where rows are to be drawn, where of that in the space, how often
  for (const auto& [name, text] : set) {
    if (name.ends_with("bagging_fraction") && number_of(parse_value(text)) < 1) share = setting_mark("model.set", name);
    if (name == "bagging_freq" && number_of(parse_value(text)) > 0) draws = setting_mark("model.set", name);
  }
  for (const Parameter& parameter : space.parameters) {
    const Distribution& values = parameter.distribution;
    const std::string& name = find_parameter(family, parameter.name)->name;
    const bool listed = !values.choices.empty();
    double least = values.low, most = values.high;
    for (std::size_t i = 0; listed && i < values.choices.size(); ++i) {
      const double number = number_of(values.choices[i]);
      least = i == 0 ? number : std::min(least, number);
      most = i == 0 ? number : std::max(most, number);
    }
    if (name == "bagging_freq" && most > 0) draws = "space." + parameter.name;
    if (name.ends_with("bagging_fraction") && least < 1) share = searched = "space." + parameter.name;
  }
  if (draws.empty() && !searched.empty())
    return failure(fmt::format("{}: LightGBM draws no rows while bagging_freq is 0, its default", searched),
                   fmt::format("add {}, which draws for each round, or a choice of such numbers",
                               setting_mark("space.bagging_freq", "1")));
  if (draws.empty() && !share.empty())
    return fmt::format(
        "{} does nothing: LightGBM draws no rows while bagging_freq is 0, its default; {} draws for each round", share,
        setting_mark("model.set", "bagging_freq=1"));
  if (!draws.empty() && share.empty())
    return fmt::format("{} does nothing: LightGBM takes all rows while bagging_fraction is 1, its default", draws);
  return std::string();
}

TrainerSettings lightgbm_settings(const LightgbmStudy& study, const LibraryFit& fit, int gpu) {
  TrainerSettings settings = {
      {"objective", study.classes == 2 ? "binary" : "multiclass"},
      {"metric", study.metric},
      {"num_threads", "1"},
      {"seed", fmt::format("{}", study.seed)},
      {"verbosity", "0"},   // warnings
      // Rows in a leaf vary from fit to fit; no feature may be left out of a shared Dataset for them.
      {"feature_pre_filter", "false"}};
  if (study.classes != 2) put(settings, "num_class", fmt::format("{}", study.classes));
  if (!study.categorical.empty()) put(settings, "categorical_feature", study.categorical);
  if (gpu >= 0) {
    put(settings, "device_type", "cuda");
    put(settings, "gpu_device_id", fmt::format("{}", gpu));
  } else {
    put(settings, "deterministic", "true");
    // One of the two ways to walk through a Dataset, fixed: else each booster measures which is faster.
    if (value_in(study.set, "force_row_wise", "false") == "false") put(settings, "force_col_wise", "true");
  }
  for (const NamedValue& setting : fit.settings) put(settings, setting.name, text_of(setting.value));
  for (const auto& [name, value] : study.set) put(settings, name, value);
  return settings;
}

TrainerSettings dataset_settings(const TrainerSettings& settings) {
  const bool by_leaf = value_in(settings, "feature_pre_filter", "true") != "false";
  TrainerSettings kept;
  for (const auto& setting : settings)
    if (std::find(of_dataset.begin(), of_dataset.end(), setting.first) != of_dataset.end() ||
        (by_leaf && setting.first == "min_data_in_leaf"))
      kept.push_back(setting);
  return kept;
}

std::string settings_text(const TrainerSettings& settings) {
  std::string text;
  for (const auto& [name, value] : settings) text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
  return text;
}

}   // namespace warptune
