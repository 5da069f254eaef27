#include "family/forest/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/setting_mark.h"
#include "family/parameter_table.h"
#include "space/where.h"

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

bool can_be(const Distribution& distribution, const Value& value) {
  return std::find(distribution.choices.begin(), distribution.choices.end(), value) != distribution.choices.end();
}

// Values of max_samples other than none, in a combination without bootstrap: scikit-learn's ValueError.
template <bool bootstrap_by_default>
Result<void> check_max_samples(const Space& space, const Origins& origins) {
  const Parameter* max_samples = find_parameter(space, "max_samples");
  const Parameter* bootstrap = find_parameter(space, "bootstrap");
  if (max_samples == nullptr || max_samples->distribution.choices == std::vector<Value>{None{}}) return {};
  const bool without = bootstrap != nullptr ? can_be(bootstrap->distribution, false) : !bootstrap_by_default;
  if (!without) return {};
  return failure(fmt::format("{}: max_samples needs bootstrap=true, which {}", where_of(origins, "space.max_samples"),
                             bootstrap != nullptr ? "the space lets be false" : "is not the default of extra_trees"),
                 bootstrap != nullptr ? "fix bootstrap=true, or leave max_samples out"
                                      : "add " + setting_mark("space.bootstrap", "true"));
}

// scikit-learn's defaults: bootstrap and random thresholds are all that the two differ in.
Family forest_family(const char* name, const char* text, bool bootstrap) {
  Family family{name, text, forest_parameters(bootstrap), default_space()};
  family.settings = {"data.max_bins"};
  family.check_together = bootstrap ? check_max_samples<true> : check_max_samples<false>;
  return family;
}

}   // namespace

Family random_forest_family() {
  return forest_family("random_forest", "trees on bootstrap draws, best of a few random features per split", true);
}

Family extra_trees_family() {
  return forest_family("extra_trees", "trees on all rows, best of a few random features with one random threshold each",
                       false);
}

}   // namespace warptune
