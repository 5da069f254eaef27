#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace warptune {

inline bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}   // namespace warptune
