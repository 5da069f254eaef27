#include "family/xgboost/parameters.h"

#include <cstdint>
#include <string>
#include <vector>

#include "family/parameter_table.h"

namespace warptune {
namespace {

// Source: XGBoost's documentation, "XGBoost Parameters" (1.7 to 3.x): parameters of gbtree and dart.
std::vector<ParameterInfo> xgboost_parameters() {
  const Value one{1.0}, zero{0.0}, none{None{}};
  const auto count = [](std::int64_t n) { return Value{n}; };
  const auto share = [&](const char* name, const char* text) {
    return with_real(parameter(name, one, text), 0, 1, Ends::low_open);
  };
  const auto penalty = [&](const char* name, Value value, const char* text) {
    return with_real(parameter(name, std::move(value), text), 0, most_real, Ends::closed);
  };
  std::vector<ParameterInfo> all;
  all.push_back(
      with_aliases(shared(with_count(parameter("n_estimators", count(100), "rounds of boosting"), 1, 1000000)),
                   {"num_boost_round", "num_round"}));
  all.push_back(shared(with_none(with_count(
      parameter("early_stopping_rounds", none, "rounds without a better score that end the training"), 1, 1000000))));
  all.push_back(
      with_aliases(with_real(parameter("eta", Value{0.3}, "what each round's trees are shrunk by"), 0, 1, Ends::closed),
                   {"learning_rate"}));
  all.push_back(with_count(parameter("max_depth", count(6), "levels of splits; 0 is no limit"), 0, most_count));
  all.push_back(with_count(parameter("max_leaves", count(0), "leaves of a tree; 0 is no limit"), 0, most_count));
  all.push_back(with_words(parameter("grow_policy", std::string("depthwise"), "which node is split next"),
                           {"depthwise", "lossguide"}));
  all.push_back(penalty("min_child_weight", one, "sum of hessians that a child needs"));
  all.push_back(with_aliases(penalty("gamma", zero, "loss that a split must lower"), {"min_split_loss"}));
  all.push_back(share("subsample", "rows that a round draws"));
  all.push_back(share("colsample_bytree", "features that a tree draws"));
  all.push_back(share("colsample_bylevel", "of those, features that a level draws"));
  all.push_back(share("colsample_bynode", "of those, features that a node draws"));
  all.push_back(with_aliases(penalty("lambda", one, "L2 penalty on leaves"), {"reg_lambda"}));
  all.push_back(with_aliases(penalty("alpha", zero, "L1 penalty on leaves"), {"reg_alpha"}));
  all.push_back(penalty("max_delta_step", zero, "most that a leaf may say; 0 is no limit"));
  all.push_back(with_real(parameter("scale_pos_weight", one, "weight of the positive class; two classes"), 0, most_real,
                          Ends::low_open));
  all.push_back(with_count(parameter("max_bin", count(256), "bins of a feature"), 2, 65535));
  all.push_back(with_count(parameter("num_parallel_tree", count(1), "trees of a round and class"), 1, 100000));
  all.push_back(
      with_words(parameter("booster", std::string("gbtree"), "dart drops trees while it trains"), {"gbtree", "dart"}));
  all.push_back(with_words(parameter("sample_type", std::string("uniform"), "dart: how trees to drop are drawn"),
                           {"uniform", "weighted"}));
  all.push_back(
      with_words(parameter("normalize_type", std::string("tree"), "dart: what new trees weigh"), {"tree", "forest"}));
  all.push_back(
      with_real(parameter("rate_drop", zero, "dart: share of the trees that is dropped"), 0, 1, Ends::closed));
  all.push_back(with_real(parameter("skip_drop", zero, "dart: chance that nothing is dropped"), 0, 1, Ends::closed));
  ParameterInfo one_drop = parameter("one_drop", false, "dart: always drop a tree");
  one_drop.boolean = true;
  all.push_back(one_drop);
  all.push_back(with_count(
      parameter("max_cat_to_onehot", count(4), "categories up to which splits are one against all"), 1, most_count));
  all.push_back(
      with_count(parameter("max_cat_threshold", count(64), "categories that a split looks at"), 1, most_count));
  return all;
}

}   // namespace

Family xgboost_family() {
  Family family{"xgboost", "XGBoost, as installed: gradient boosted trees", xgboost_parameters(),
                Space{{integer("n_estimators", 50, 500), real("eta", 0.01, 0.3, true), integer("max_depth", 2, 9),
                       real("subsample", 0.5, 1), real("colsample_bytree", 0.5, 1),
                       real("min_child_weight", 0.5, 20, true)}}};
  family.settings = {"model.set", "model.xgboost_library"};
  return family;
}

}   // namespace warptune
