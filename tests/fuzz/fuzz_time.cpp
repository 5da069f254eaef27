// Dates, times and durations: no input may crash, and what is read lies where years 1 to 9999 do.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/iso_time.h"
#include "base/utf8.h"
#include "split/time_amount.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}   // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace warptune;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto time = parse_iso_time(text)) {
    require(time->microseconds == std::floor(time->microseconds));
    require(std::abs(time->microseconds) < 9007199254740992.0 * 36);
    require(text.size() >= 7 && text[4] == '-');
  }
  const auto amount = parse_time_amount(text, "x");
  if (!amount)
    require(valid_utf8(amount.error().message));
  else if (amount->microseconds)   // rows may be 0: no gap
    require(*amount->microseconds > 0 && std::isfinite(*amount->microseconds));
  return 0;
}
