// How a space's parameters are drawn at random. The draws themselves are a kernel (kernels/ops/draw.h), so that
// trial i of seed s is the same on every device.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/ops/draw_spec.h"
#include "warptune/space.h"

namespace warptune {

[[nodiscard]] std::vector<kernels::DrawSpec> draw_specs(const Space& space);

// Points first .. first + count, drawn on the CPU.
[[nodiscard]] Points random_points(const Space& space, std::uint64_t seed, std::uint64_t first, std::uint32_t count);

}   // namespace warptune
