// How far a split reaches over the rows in the order of their times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "warptune/error.h"

namespace warptune {

// Either rows, or a duration.
struct TimeAmount {
  std::uint64_t rows = 0;
  std::optional<double> microseconds = {};
};

inline constexpr std::string_view time_amount_hint = "write rows as 100, or a duration as 90s, 30m, 12h, 7d or 2w";

// "100": rows. "90s", "30m", "12h", "7d", "2w", "1.5d": a duration. where: who wants it, for the message.
[[nodiscard]] Result<TimeAmount> parse_time_amount(std::string_view text, const std::string& where);

}   // namespace warptune
