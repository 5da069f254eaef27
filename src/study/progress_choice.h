// --progress as a value.
#pragma once

#include <string>
#include <string_view>

#include "warptune/error.h"

namespace warptune {

struct ProgressChoice {
  enum class Kind { automatic, none, every };
  Kind kind = Kind::automatic;
  double seconds = 60;   // between lines, where they are no terminal's

  friend bool operator==(const ProgressChoice&, const ProgressChoice&) = default;
};

// auto, none, 30, 0.5, 5m
[[nodiscard]] Result<ProgressChoice> parse_progress(std::string_view text, const std::string& where);

}   // namespace warptune
