// The list of families, and looking things up in it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/nearest.h"
#include "base/shown.h"
#include "family/command/parameters.h"
#include "family/forest/parameters.h"
#include "family/lightgbm/parameters.h"
#include "family/xgboost/parameters.h"
#include "warptune/family.h"

namespace warptune {

const std::vector<Family>& families() {
  static const std::vector<Family> all{random_forest_family(), extra_trees_family(), xgboost_family(),
                                       lightgbm_family(), command_family()};
  return all;
}

Result<const Family*> find_family(std::string_view name) {
  std::vector<std::string> names;
  for (const Family& family : families()) {
    if (family.name == name) return &family;
    names.push_back(family.name);
  }
  const std::string near = nearest(name, names);
  return failure(fmt::format("unknown model family {}", shown(name)),
                 near.empty() ? fmt::format("families are {}", fmt::join(names, ", "))
                              : fmt::format("did you mean {}?", near));
}

const ParameterInfo* find_parameter(const Family& family, std::string_view name) {
  const auto found = std::find_if(family.parameters.begin(), family.parameters.end(), [&](const ParameterInfo& info) {
    const auto& aliases = info.aliases;
    return info.name == name || std::find(aliases.begin(), aliases.end(), name) != aliases.end();
  });
  return found == family.parameters.end() ? nullptr : &*found;
}

}   // namespace warptune
