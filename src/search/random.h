// Random search: how a space's parameters are drawn. The draws themselves are a kernel (kernels/ops/draw.h), so that
// trial i of seed s is the same on every device.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/ops/draw_spec.h"
#include "warptune/space.h"

namespace warptune {

[[nodiscard]] std::vector<kernels::DrawSpec> draw_specs(const Space& space);

// values: [trials][parameters], as the kernel left them.
[[nodiscard]] std::vector<Point> points_of(const std::vector<double>& values, std::size_t parameters);

// Trials first .. first + count, drawn on the CPU.
[[nodiscard]] std::vector<Point> random_points(const Space& space, std::uint64_t seed, std::uint64_t first,
                                               std::uint32_t count);

}   // namespace warptune
