#include "family/lightgbm/parameters.h"

#include <cstdint>
#include <string>
#include <vector>

#include "family/parameter_table.h"

namespace warptune {
namespace {

// Source: LightGBM's documentation, "Parameters" (4.x), whose other names are these and more.
std::vector<ParameterInfo> lightgbm_parameters() {
  const Value one{1.0}, zero{0.0}, none{None{}};
  const auto count = [](const char* name, std::int64_t value, const char* text, double low, double high) {
    return with_count(parameter(name, value, text), low, high);
  };
  const auto share = [&](const char* name, const char* text) {
    return with_real(parameter(name, one, text), 0, 1, Ends::low_open);
  };
  const auto chance = [](const char* name, double value, const char* text) {
    return with_real(parameter(name, value, text), 0, 1, Ends::closed);
  };
  const auto penalty = [](const char* name, double value, const char* text) {
    return with_real(parameter(name, value, text), 0, most_real, Ends::closed);
  };
  std::vector<ParameterInfo> all;
  all.push_back(with_aliases(shared(count("n_estimators", 100, "rounds of boosting", 1, 1000000)),
                             {"num_iterations", "num_boost_round", "num_round", "num_trees"}));
  all.push_back(
      with_aliases(shared(with_none(with_count(parameter("early_stopping_rounds", none,
                                                         "rounds without a better score that end the training"),
                                               1, 1000000))),
                   {"early_stopping_round"}));
  all.push_back(with_aliases(with_real(parameter("learning_rate", Value{0.1}, "what each round's trees are shrunk by"),
                                       0, most_real, Ends::low_open),
                             {"eta", "shrinkage_rate"}));
  all.push_back(with_aliases(count("num_leaves", 31, "leaves of a tree", 2, 131072), {"max_leaves", "max_leaf_nodes"}));
  all.push_back(with_none(count("max_depth", -1, "levels of splits; -1 or none is no limit", -1, most_count)));
  all.push_back(with_aliases(count("min_data_in_leaf", 20, "rows that a leaf needs", 0, most_count),
                             {"min_child_samples", "min_data"}));
  all.push_back(with_aliases(penalty("min_sum_hessian_in_leaf", 1e-3, "sum of hessians that a leaf needs"),
                             {"min_child_weight", "min_sum_hessian"}));
  all.push_back(
      with_aliases(share("bagging_fraction", "rows that are drawn, if bagging_freq is not 0"), {"subsample"}));
  all.push_back(
      with_aliases(count("bagging_freq", 0, "rounds after which rows are drawn again; 0 draws none", 0, most_count),
                   {"subsample_freq"}));
  all.push_back(with_aliases(share("pos_bagging_fraction", "rows of the positive class that are drawn; two classes"),
                             {"pos_subsample"}));
  all.push_back(with_aliases(share("neg_bagging_fraction", "rows of the negative class that are drawn; two classes"),
                             {"neg_subsample"}));
  all.push_back(with_aliases(share("feature_fraction", "features that a tree draws"), {"colsample_bytree"}));
  all.push_back(
      with_aliases(share("feature_fraction_bynode", "of those, features that a node draws"), {"colsample_bynode"}));
  all.push_back(with_aliases(penalty("lambda_l1", 0, "L1 penalty on leaves"), {"reg_alpha"}));
  all.push_back(with_aliases(penalty("lambda_l2", 0, "L2 penalty on leaves"), {"reg_lambda", "lambda"}));
  all.push_back(with_aliases(penalty("min_gain_to_split", 0, "loss that a split must lower"), {"min_split_gain"}));
  all.push_back(
      with_aliases(penalty("max_delta_step", 0, "most that a leaf may say; 0 is no limit"), {"max_leaf_output"}));
  all.push_back(penalty("path_smooth", 0, "pulls small nodes' values to their parents'"));
  all.push_back(with_aliases(boolean("extra_trees", false, "one random threshold for each feature"), {"extra_tree"}));
  all.push_back(with_real(parameter("scale_pos_weight", one, "weight of the positive class; two classes"), 0, most_real,
                          Ends::low_open));
  all.push_back(with_aliases(boolean("is_unbalance", false, "weighs the classes alike; two classes"), {"unbalance"}));
  all.push_back(with_aliases(count("max_bin", 255, "bins of a feature", 2, 65535), {"max_bins"}));
  all.push_back(count("min_data_in_bin", 3, "rows that a bin needs", 1, most_count));
  all.push_back(
      with_aliases(with_words(parameter("boosting", std::string("gbdt"),
                                        "dart drops trees while it trains; rf is a forest, which needs bagging"),
                              {"gbdt", "dart", "rf"}),
                   {"boosting_type", "boost"}));
  all.push_back(
      with_words(parameter("data_sample_strategy", std::string("bagging"), "goss keeps rows of large gradients"),
                 {"bagging", "goss"}));
  all.push_back(chance("top_rate", 0.2, "goss: share of the rows that is kept for its large gradients"));
  all.push_back(chance("other_rate", 0.1, "goss: share of the rows that is drawn of the others"));
  all.push_back(with_aliases(chance("drop_rate", 0.1, "dart: share of the trees that is dropped"), {"rate_drop"}));
  all.push_back(chance("skip_drop", 0.5, "dart: chance that nothing is dropped"));
  all.push_back(count("max_drop", 50, "dart: most trees that are dropped; -1 is no limit", -1, most_count));
  all.push_back(boolean("uniform_drop", false, "dart: drops each tree with the same chance"));
  all.push_back(boolean("xgboost_dart_mode", false, "dart: weighs trees as XGBoost does"));
  all.push_back(boolean("use_quantized_grad", false, "gradients as small integers: faster, nearly as good"));
  all.push_back(count("num_grad_quant_bins", 4, "bins of quantised gradients", 2, 127));
  all.push_back(boolean("quant_train_renew_leaf", false, "leaves from the gradients as they were before"));
  all.push_back(boolean("stochastic_rounding", true, "gradients are rounded at random"));
  all.push_back(with_aliases(boolean("linear_tree", false, "a linear model in each leaf"), {"linear_trees"}));
  all.push_back(penalty("linear_lambda", 0, "linear_tree: L2 penalty"));
  all.push_back(penalty("cat_smooth", 10, "categories: pulls rare ones to the mean"));
  all.push_back(penalty("cat_l2", 10, "categories: L2 penalty of their splits"));
  all.push_back(count("max_cat_threshold", 32, "categories that a split looks at", 1, most_count));
  all.push_back(count("max_cat_to_onehot", 4, "categories up to which splits are one against all", 1, most_count));
  all.push_back(count("min_data_per_group", 100, "rows that a group of categories needs", 1, most_count));
  return all;
}

}   // namespace

Family lightgbm_family() {
  Distribution every_round;
  every_round.kind = Distribution::Kind::fixed;
  every_round.choices = {Value{std::int64_t{1}}};
  Family family{"lightgbm", "LightGBM, as installed: gradient boosted trees", lightgbm_parameters(),
                Space{{integer("n_estimators", 50, 500), real("learning_rate", 0.01, 0.3, true),
                       integer("num_leaves", 8, 127), real("bagging_fraction", 0.5, 1),
                       Parameter{"bagging_freq", every_round}, real("feature_fraction", 0.5, 1),
                       integer("min_data_in_leaf", 5, 100)}}};
  family.settings = {"model.set", "model.lightgbm_library"};
  return family;
}

}   // namespace warptune
