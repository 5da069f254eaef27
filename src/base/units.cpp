#include "base/units.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/shown.h"

namespace warptune {
namespace {

struct Amount {
  double number = 0;
  std::string_view unit;
};

// A number above 0 and what follows it; nothing when there is no such number.
Amount split(std::string_view text) {
  Amount amount;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), amount.number, std::chars_format::fixed);
  if (read.ec != std::errc() || !std::isfinite(amount.number)) return {};
  amount.unit = text.substr(static_cast<std::size_t>(read.ptr - text.data()));
  return amount;
}

}   // namespace

Result<std::uint64_t> parse_bytes(std::string_view text, const std::string& where) {
  constexpr double most = 1125899906842624;   // 1024T
  const Amount amount = split(text);
  double scale = 0;
  if (amount.unit.empty()) scale = 1;
  if (amount.unit == "K" || amount.unit == "k") scale = 1024;
  if (amount.unit == "M") scale = 1024.0 * 1024;
  if (amount.unit == "G") scale = 1024.0 * 1024 * 1024;
  if (amount.unit == "T") scale = 1024.0 * 1024 * 1024 * 1024;
  const double bytes = amount.number * scale;
  if (bytes >= 1 && bytes <= most) return static_cast<std::uint64_t>(bytes);
  return failure(fmt::format("{}: {} is not an amount of memory", where, shown(text)), "write 4G, 512M or 65536K");
}

std::string bytes_text(std::uint64_t bytes) {
  auto amount = static_cast<double>(bytes);
  const char* unit = "";
  for (const char* const larger : {"K", "M", "G", "T"}) {
    if (amount < 1000) break;
    amount /= 1024;
    unit = larger;
  }
  return amount < 1000 ? fmt::format("{:.3g}{}", amount, unit) : fmt::format("{:.0f}{}", amount, unit);
}

Result<double> parse_seconds(std::string_view text, const std::string& where) {
  constexpr double most = 1e9;   // 31 years
  const Amount amount = split(text);
  double scale = 0;
  if (amount.unit.empty() || amount.unit == "s") scale = 1;
  if (amount.unit == "m") scale = 60;
  if (amount.unit == "h") scale = 3600;
  const double seconds = amount.number * scale;
  if (seconds > 0 && seconds <= most) return seconds;
  return failure(fmt::format("{}: {} is not a time", where, shown(text)), "write 60s, 5m or 2h");
}

}   // namespace warptune
