#include "split/time_amount.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/shown.h"

namespace warptune {
namespace {

constexpr double second = 1e6, minute = 60 * second, hour = 60 * minute, day = 24 * hour, week = 7 * day;
constexpr double most = 1e4 * 366 * day;

double scale_of(std::string_view unit) {
  if (unit == "s") return second;
  if (unit == "m") return minute;
  if (unit == "h") return hour;
  if (unit == "d") return day;
  return unit == "w" ? week : 0;
}

}   // namespace

Result<TimeAmount> parse_time_amount(std::string_view text, const std::string& where) {
  const char* const end = text.data() + text.size();
  std::uint64_t rows = 0;
  if (const auto [at, error] = std::from_chars(text.data(), end, rows); error == std::errc() && at == end)
    return TimeAmount{rows};
  double number = 0;
  if (const auto [at, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
      error == std::errc()) {
    const double microseconds = number * scale_of(std::string_view(at, static_cast<std::size_t>(end - at)));
    if (microseconds > 0 && microseconds <= most) return TimeAmount{0, microseconds};
  }
  return failure(fmt::format("{}: {} is no number of rows and no duration", where, shown(std::string(text))),
                 std::string(time_amount_hint));
}

}   // namespace warptune
