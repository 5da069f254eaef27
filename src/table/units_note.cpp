#include "table/units_note.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

#include "base/shown.h"
#include "table/number_format.h"

namespace warptune {
namespace {

std::size_t numbers_but_zero(const Column& column) {
  std::size_t count = 0;
  column.values.for_each_piece([&](std::span<const double> values) {
    count += static_cast<std::size_t>(
        std::count_if(values.begin(), values.end(), [](double value) { return !std::isnan(value) && value != 0; }));
  });
  return count;
}

}   // namespace

std::optional<std::string> units_note(const Column& column, const UnitsSeen& seen) {
  if (seen.cells == 0) return std::nullopt;
  const bool percent = (seen.units & 2u) != 0;
  // Numbers that --na takes for missing were counted as seen.
  const std::size_t numbers = percent ? numbers_but_zero(column) : 0, without = numbers - std::min(numbers, seen.cells);
  if (std::popcount(seen.units) == 1 && without == 0) return std::nullopt;
  std::string signs;
  for (int unit = 1; unit < 32; ++unit)
    if ((seen.units >> unit & 1u) != 0) signs += fmt::format("{}'{}'", signs.empty() ? "" : ", ", unit_sign(unit));
  if (without > 0) signs += fmt::format(", and {} cell{} none", without, without == 1 ? " has" : "s have");
  return fmt::format("the column '{}' has cells of different units: {}; {}", shown(column.name), signs,
                     percent ? "12 % is 0.12, and 12 is 12" : "signs of currencies are left out");
}

}   // namespace warptune
