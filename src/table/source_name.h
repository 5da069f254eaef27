// What messages call the file of a table.
#pragma once

#include <string>

namespace warptune {

[[nodiscard]] inline std::string source_name(const std::string& path) {
  return path == "-" ? std::string("standard input") : path;
}

}   // namespace warptune
