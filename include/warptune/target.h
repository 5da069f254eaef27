// What is predicted of each row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace warptune {

enum class Task { classification };

struct Target {
  Task task = Task::classification;
  std::vector<std::string> classes;   // at most 256 names as in the file, in the order of labels (numbers by value,
                                      // text bytewise, false before true)
  std::vector<std::uint8_t> labels;   // [rows], 0..classes-1
};

}   // namespace warptune
