// What a trial's parameters mean to a forest, apart in three: what the trees are (a fit), where they are cut short (a
// structure), and how many are used. Trials that differ only in the last two share a fit.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "plan/make_plan.h"
#include "warptune/space.h"

namespace warptune {

// An absolute number, or a share of the rows (resolved per fold).
struct Amount {
  bool share = false;
  double value = 0;
  friend auto operator<=>(const Amount&, const Amount&) = default;
};

struct TreeSettings {
  std::uint32_t criterion = 0;   // kernels::Criterion
  std::uint32_t max_features = 1;
  bool random_thresholds = false, bootstrap = true;
  Amount max_samples{true, 1.0};
  Amount min_samples_leaf{false, 1};
  double min_weight_fraction_leaf = 0;
  enum class Weights : std::uint32_t { equal, balanced, balanced_subsample } class_weight = Weights::equal;
  friend auto operator<=>(const TreeSettings&, const TreeSettings&) = default;
};

// Where a structure cuts trees short: kernels::Structure, before shares are resolved.
struct StructureSettings {
  std::uint32_t max_depth = unlimited, max_leaf_nodes = unlimited;
  Amount min_samples_split{false, 2};
  double min_impurity_decrease = 0, ccp_alpha = 0;
  friend auto operator<=>(const StructureSettings&, const StructureSettings&) = default;
};

// A planned forest: its variants are structures, its length a number of trees.
using ForestFit = FitOf<TreeSettings, StructureSettings>;
using ForestParts = TrialParts<TreeSettings, TreeSettings, StructureSettings>;

// Reads the settings of many points of one space; parameters that the space does not name have their defaults.
// family: random_forest or extra_trees; features: of the dataset, for max_features.
class ForestReader {
 public:
  ForestReader(const std::string& family, const Space& space, std::size_t features);
  [[nodiscard]] ForestParts read(PointView point) const;

 private:
  enum class Name : std::uint8_t {
    n_estimators,
    criterion,
    max_depth,
    min_samples_split,
    min_samples_leaf,
    min_weight_fraction_leaf,
    max_features,
    max_leaf_nodes,
    min_impurity_decrease,
    bootstrap,
    max_samples,
    class_weight,
    ccp_alpha
  };
  void set(ForestParts& parts, Name name, const Value& value) const;

  ForestParts defaults_;
  std::vector<Name> names_;   // of the space's parameters
  Space space_;
  std::size_t features_;
};

}   // namespace warptune
