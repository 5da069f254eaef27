#include "family/forest/settings.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <string_view>

namespace warptune {

namespace {

constexpr std::array<std::string_view, 13> names = {"n_estimators",      "criterion",        "max_depth",
                                                    "min_samples_split", "min_samples_leaf", "min_weight_fraction_leaf",
                                                    "max_features",      "max_leaf_nodes",   "min_impurity_decrease",
                                                    "bootstrap",         "max_samples",      "class_weight",
                                                    "ccp_alpha"};

double number(const Value& value) {
  if (const auto* i = std::get_if<std::int64_t>(&value)) return static_cast<double>(*i);
  return std::get<double>(value);
}

bool is(const Value& value, std::string_view word) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && *text == word;
}

// scikit-learn's rule: an integer is a number of rows, a real a share of them.
Amount amount(const Value& value) { return {std::holds_alternative<double>(value), number(value)}; }

std::uint32_t limit(const Value& value) {
  return std::holds_alternative<None>(value) ? unlimited : static_cast<std::uint32_t>(number(value));
}

}   // namespace

ForestReader::ForestReader(const std::string& family, const Space& space, std::size_t features)
    : space_(space), features_(features) {
  defaults_.settings.random_thresholds = family == "extra_trees";
  defaults_.settings.bootstrap = family != "extra_trees";
  defaults_.length = 100;
  set(defaults_, Name::max_features, std::string("sqrt"));
  for (const Parameter& parameter : space.parameters) {
    const auto at = std::find(names.begin(), names.end(), parameter.name);
    assert(at != names.end() && "the space was checked against the family");
    names_.push_back(static_cast<Name>(at - names.begin()));
  }
}

ForestParts ForestReader::read(PointView point) const {
  ForestParts parts = defaults_;
  for (std::size_t i = 0; i < names_.size(); ++i) set(parts, names_[i], value_of(space_.parameters[i], point[i]));
  if (!parts.settings.bootstrap) parts.settings.max_samples = {true, 1.0};
  parts.key = parts.settings;
  return parts;
}

void ForestReader::set(ForestParts& s, Name name, const Value& value) const {
  const auto features = static_cast<double>(features_);
  switch (name) {
    case Name::n_estimators: s.length = static_cast<std::uint32_t>(number(value)); return;
    case Name::criterion: s.settings.criterion = is(value, "gini") ? 0 : 1; return;
    case Name::max_depth: s.variant.max_depth = limit(value); return;
    case Name::min_samples_split: s.variant.min_samples_split = amount(value); return;
    case Name::min_samples_leaf: s.settings.min_samples_leaf = amount(value); return;
    case Name::min_weight_fraction_leaf: s.settings.min_weight_fraction_leaf = number(value); return;
    case Name::max_features: {
      double count = features;
      if (is(value, "sqrt"))
        count = std::floor(std::sqrt(features));
      else if (is(value, "log2"))
        count = std::floor(std::log2(features));
      else if (std::holds_alternative<double>(value))
        count = std::floor(number(value) * features);
      else if (std::holds_alternative<std::int64_t>(value))
        count = number(value);
      s.settings.max_features = static_cast<std::uint32_t>(std::clamp(count, 1.0, features));
      return;
    }
    case Name::max_leaf_nodes: s.variant.max_leaf_nodes = limit(value); return;
    case Name::min_impurity_decrease: s.variant.min_impurity_decrease = number(value); return;
    case Name::bootstrap: s.settings.bootstrap = std::get<bool>(value); return;
    case Name::max_samples:
      s.settings.max_samples = std::holds_alternative<None>(value) ? Amount{true, 1.0} : amount(value);
      return;
    case Name::class_weight:
      s.settings.class_weight = is(value, "balanced")             ? TreeSettings::Weights::balanced
                                : is(value, "balanced_subsample") ? TreeSettings::Weights::balanced_subsample
                                                                  : TreeSettings::Weights::equal;
      return;
    case Name::ccp_alpha: s.variant.ccp_alpha = number(value); return;
  }
}

}   // namespace warptune
