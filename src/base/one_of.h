// Names to choose from, as a sentence lists them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace warptune {

// "a, b or c"
[[nodiscard]] inline std::string one_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  return text;
}

}   // namespace warptune
