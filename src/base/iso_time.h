// Dates and times as ISO 8601 writes them.
#pragma once

#include <optional>
#include <string_view>

namespace warptune {

struct IsoTime {
  double microseconds = 0;   // since 1970, UTC; whole
  bool with_zone = false;    // it said its offset; else it is taken as UTC
};

// "2024-03", "2024-03-12", "2024-03-12T15:30", "2024-03-12 15:30:00.25", with Z or +01:00 behind; years 0001 to 9999. Digits
// below microseconds are left out. Nothing: it is something else.
[[nodiscard]] std::optional<IsoTime> parse_iso_time(std::string_view text);

}   // namespace warptune
