#include "base/environment.h"

#include <cstdlib>

namespace warptune {

std::optional<std::string> environment(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return value;
}

}   // namespace warptune
