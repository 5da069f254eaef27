// Amounts with a unit, as flags and study files write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "warptune/error.h"

namespace warptune {

// "4G", "512M", "1.5G", "65536": bytes; K, M, G, T are powers of 1024.
[[nodiscard]] Result<std::uint64_t> parse_bytes(std::string_view text, const std::string& where);

// The other way, to three digits: "512M", "1.25G".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

// "60s", "5m", "2h", "1.5h", "90": seconds.
[[nodiscard]] Result<double> parse_seconds(std::string_view text, const std::string& where);

}   // namespace warptune
