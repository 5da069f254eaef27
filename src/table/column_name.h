// How a user names a column.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace warptune {

// Its name; of one without a name, which is called "column 1", also its number.
[[nodiscard]] inline std::optional<std::size_t> find_column(const std::vector<std::string>& names,
                                                            const std::string& name) {
  auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) found = std::find(names.begin(), names.end(), "column " + name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

}   // namespace warptune
