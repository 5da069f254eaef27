#include "family/forest/parameters.h"

#include <cstdint>
#include <string>
#include <vector>

#include "family/parameter_table.h"

namespace warptune {
namespace {

std::vector<ParameterInfo> forest_parameters(bool bootstrap) {
  const Value one{std::int64_t{1}}, two{std::int64_t{2}}, hundred{std::int64_t{100}};
  const Value zero{0.0}, none{None{}};
  std::vector<ParameterInfo> all;
  all.push_back(shared(with_count(parameter("n_estimators", hundred, "trees of the forest"), 1, 100000)));
  all.push_back(with_words(parameter("criterion", std::string("gini"),
                                     "impurity that a split lowers; log_loss is another name of entropy"),
                           {"gini", "entropy", "log_loss"}));
  all.push_back(
      shared(with_none(with_count(parameter("max_depth", none, "levels of splits below the root"), 1, 65535))));
  all.push_back(shared(with_real(
      with_count(parameter("min_samples_split", two, "rows, or share of the rows, that a node needs to be split"), 2,
                 most_count),
      0, 1, Ends::low_open)));
  all.push_back(with_real(
      with_count(parameter("min_samples_leaf", one, "rows, or share of the rows, that a leaf keeps"), 1, most_count), 0,
      1, Ends::both_open));
  all.push_back(with_real(parameter("min_weight_fraction_leaf", zero, "share of the total weight that a leaf keeps"), 0,
                          0.5, Ends::closed));
  all.push_back(with_none(
      with_words(with_real(with_count(parameter("max_features", std::string("sqrt"),
                                                "features tried per split: a rule, a count or a share; none is all"),
                                      1, most_count),
                           0, 1, Ends::low_open),
                 {"sqrt", "log2", "all"})));
  all.push_back(shared(
      with_none(with_count(parameter("max_leaf_nodes", none, "leaves of a tree, grown best first"), 2, most_count))));
  all.push_back(shared(with_real(parameter("min_impurity_decrease", zero, "weighted impurity that a split must lower"),
                                 0, most_real, Ends::closed)));
  all.push_back(boolean("bootstrap", bootstrap, "each tree draws its rows with replacement"));
  all.push_back(with_none(with_real(
      with_count(
          parameter("max_samples", none,
                    "rows that a tree draws, or their share of the rows, above 1 too; none is all; with bootstrap"),
          1, most_count),
      0, most_real, Ends::low_open)));
  all.push_back(with_none(with_words(
      parameter("class_weight", none,
                "balanced: a bootstrap draws each class as often, without one rows weigh against their class's "
                "frequency; balanced_subsample: they weigh so in each tree's draw"),
      {"balanced", "balanced_subsample"})));
  all.push_back(shared(with_real(parameter("ccp_alpha", zero, "cost per leaf of the pruning after growth"), 0,
                                 most_real, Ends::closed)));
  return all;
}

// Wide where trials are shared (trees, depth: scored from one fit); narrower where each value is a fit of its own.
Space default_space() {
  return Space{{integer("n_estimators", 50, 499), integer("max_depth", 2, 16), choice("criterion", {"gini", "entropy"}),
                choice("max_features", {"sqrt", "log2", "all"}), integer("min_samples_leaf", 1, 20)}};
}

}   // namespace

Family random_forest_family() {
  return {"random_forest", "trees on bootstrap draws, best of a few random features per split", forest_parameters(true),
          default_space()};
}

Family extra_trees_family() {
  return {"extra_trees", "trees on all rows, best of a few random features with one random threshold each",
          forest_parameters(false), default_space()};
}

}   // namespace warptune
