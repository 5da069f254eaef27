// Fixed-width names used in kernels and in the plain structs that cross from host to device.
#pragma once

#include <cstdint>

namespace warptune::kernels {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i16 = std::int16_t;
using i64 = std::int64_t;

}   // namespace warptune::kernels
