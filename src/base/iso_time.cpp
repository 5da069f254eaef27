#include "base/iso_time.h"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace warptune {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  // A number of exactly so many digits.
  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int number = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      number = number * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return number;
  }
  bool one_of(std::string_view signs) {
    if (rest_.empty() || signs.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // What stands behind the point of a second.
  std::optional<int> microseconds() {
    int number = 0, count = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++count, rest_.remove_prefix(1))
      if (count < 6) number = number * 10 + (rest_.front() - '0');
    if (count == 0) return std::nullopt;
    for (; count < 6; ++count) number *= 10;
    return number;
  }
  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] char next() const { return rest_.empty() ? '\0' : rest_.front(); }

 private:
  std::string_view rest_;
};

constexpr std::int64_t per_second = 1'000'000, per_minute = 60 * per_second, per_hour = 60 * per_minute;

std::optional<std::int64_t> parse_day(Reader& text) {
  const auto year = text.digits(4);
  if (!year || !text.one_of("-")) return std::nullopt;
  const auto month = text.digits(2);
  if (!month) return std::nullopt;
  const bool whole_month = text.done();
  if (!whole_month && !text.one_of("-")) return std::nullopt;
  const auto day = whole_month ? std::optional(1) : text.digits(2);
  if (!day || *year == 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::int64_t{std::chrono::sys_days(date).time_since_epoch().count()} * 24 * per_hour;
}

// Hours and minutes, maybe seconds and parts of them.
std::optional<std::int64_t> parse_clock(Reader& text) {
  const auto hours = text.digits(2);
  if (!hours || *hours > 23 || !text.one_of(":")) return std::nullopt;
  const auto minutes = text.digits(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  std::int64_t time = *hours * per_hour + *minutes * per_minute;
  if (!text.one_of(":")) return time;
  const auto seconds = text.digits(2);
  if (!seconds || *seconds > 60) return std::nullopt;   // 60: a leap second
  time += *seconds * per_second;
  if (!text.one_of(".,")) return time;
  const auto part = text.microseconds();
  if (!part) return std::nullopt;
  return time + *part;
}

// +01:00, -0530 or +01; the sign is still there.
std::optional<std::int64_t> parse_offset(Reader& text) {
  const bool west = text.next() == '-';
  text.one_of("+-");
  const auto hours = text.digits(2);
  if (!hours || *hours > 23) return std::nullopt;
  std::int64_t offset = *hours * per_hour;
  if (!text.done()) {
    text.one_of(":");
    const auto minutes = text.digits(2);
    if (!minutes || *minutes > 59) return std::nullopt;
    offset += *minutes * per_minute;
  }
  return west ? -offset : offset;
}

}   // namespace

std::optional<IsoTime> parse_iso_time(std::string_view text) {
  Reader reader(text);
  const auto day = parse_day(reader);
  if (!day) return std::nullopt;
  if (reader.done()) return IsoTime{static_cast<double>(*day), false};
  if (!reader.one_of("T t")) return std::nullopt;
  const auto clock = parse_clock(reader);
  if (!clock) return std::nullopt;
  std::int64_t time = *day + *clock;
  if (reader.done()) return IsoTime{static_cast<double>(time), false};
  if (reader.next() == '+' || reader.next() == '-') {
    const auto offset = parse_offset(reader);
    if (!offset) return std::nullopt;
    time -= *offset;
  } else if (!reader.one_of("Zz")) {
    return std::nullopt;
  }
  if (!reader.done()) return std::nullopt;
  return IsoTime{static_cast<double>(time), true};
}

}   // namespace warptune
