// A missing cell of a column of numbers.
#pragma once

#include <limits>

namespace warptune {

inline constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();

}   // namespace warptune
