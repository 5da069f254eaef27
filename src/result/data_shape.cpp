#include "result/data_shape.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace warptune {

namespace {

std::vector<std::string> feature_names(const Dataset& dataset) {
  std::vector<std::string> names;
  for (const Feature& feature : dataset.features) names.push_back(feature.name);
  return names;
}

}   // namespace

nlohmann::json data_shape(const Dataset& dataset) {
  return {{"rows", dataset.rows}, {"features", feature_names(dataset)}, {"classes", dataset.target.classes}};
}

std::string shape_difference(const nlohmann::json& shape, const Dataset& dataset) {
  const nlohmann::json now = data_shape(dataset);
  if (!shape.is_object() || !shape.contains("rows") || !shape.contains("features") || !shape.contains("classes"))
    return "the journal does not say what its data was";
  if (shape["rows"] != now["rows"])
    return fmt::format("it has {} rows, the study's had {}", now["rows"].dump(), shape["rows"].dump());
  if (shape["features"] != now["features"]) return "its feature columns are others";
  if (shape["classes"] != now["classes"]) return "its target has other classes";
  return "rows, columns and classes are the same, but some values, labels or folds are not";
}

}   // namespace warptune
