// --device as a value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "warptune/error.h"

namespace warptune {

struct DeviceChoice {
  enum class Kind { automatic, cpu, cuda };
  Kind kind = Kind::automatic;
  std::vector<int> indices;   // of cuda: distinct, in the user's order; empty is all

  friend bool operator==(const DeviceChoice&, const DeviceChoice&) = default;
};

// auto, cpu, cuda, cuda:0,1
[[nodiscard]] Result<DeviceChoice> parse_device(std::string_view text, const std::string& where);

}   // namespace warptune
