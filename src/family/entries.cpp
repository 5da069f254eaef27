// How each family is opened.
#include <algorithm>
#include <array>
#include <cassert>

#include "family/command/command.h"
#include "family/forest/forest.h"
#include "family/forest/work.h"
#include "family/lightgbm/lightgbm.h"
#include "family/xgboost/xgboost.h"
#include "run/open_family.h"

namespace warptune {

const FamilyEntry& family_entry(std::string_view family) {
  static constexpr std::array<FamilyEntry, 5> all{{
      {"random_forest", false, open_forest, nullptr, most_forest_job},
      {"extra_trees", false, open_forest, nullptr, most_forest_job},
      {"xgboost", true, open_xgboost, describe_xgboost, nullptr},
      {"lightgbm", true, open_lightgbm, describe_lightgbm, nullptr},
      {"command", true, open_command, nullptr, nullptr},
  }};
  const auto* const found =
      std::find_if(all.begin(), all.end(), [&](const FamilyEntry& entry) { return entry.name == family; });
  assert(found != all.end() && "the study was checked");
  return *found;
}

}   // namespace warptune
