// Where the user wrote a setting, for the start of a message.
#pragma once

#include <string>

#include "warptune/space.h"

namespace warptune {

// name: "search.trials"; its own name where it is a default.
[[nodiscard]] inline std::string where_of(const Origins& origins, const std::string& name) {
  const auto origin = origins.find(name);
  return origin == origins.end() ? name : origin->second;
}

}   // namespace warptune
