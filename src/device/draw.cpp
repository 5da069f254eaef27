#include "device/draw.h"

#include <cmath>
#include <utility>

#include "device/cpu_kernels.h"

namespace warptune {

std::vector<kernels::DrawSpec> draw_specs(const Space& space) {
  const auto log = cpu_kernels().log;
  std::vector<kernels::DrawSpec> specs;
  for (const Parameter& parameter : space.parameters) {
    const Distribution& d = parameter.distribution;
    kernels::DrawSpec s{};
    s.kind = kernels::draw_index;
    s.low = s.least = d.low;
    s.high = s.most = d.high;
    s.step = d.step;
    switch (d.kind) {
      case Distribution::Kind::fixed:
      case Distribution::Kind::choice:
        s.low = s.least = 0;
        s.step = 1;
        s.count = d.choices.size();
        s.most = static_cast<double>(s.count - 1);
        break;
      case Distribution::Kind::integer:
        if (d.log) {   // Optuna's rule: each integer owns the range half a unit around it
          s.kind = kernels::draw_log_integer;
          s.low = log(d.low - 0.5);
          s.high = log(d.high + 0.5);
        } else {
          if (s.step < 1) s.step = 1;
          s.count = static_cast<std::uint64_t>(std::floor((d.high - d.low) / s.step)) + 1;
        }
        break;
      case Distribution::Kind::real:
        if (d.log) {
          s.kind = kernels::draw_log;
          s.low = log(d.low);
          s.high = log(d.high);
        } else if (d.step > 0) {
          s.count = static_cast<std::uint64_t>(std::nearbyint((d.high - d.low) / d.step)) + 1;
        } else {
          s.kind = kernels::draw_uniform;
        }
        break;
    }
    specs.push_back(s);
  }
  return specs;
}

Points random_points(const Space& space, std::uint64_t seed, std::uint64_t first, std::uint32_t count) {
  const std::vector<kernels::DrawSpec> specs = draw_specs(space);
  std::vector<double> values(static_cast<std::size_t>(count) * specs.size());
  cpu_kernels().draw({specs.data(), values.data(), seed, first, count, static_cast<std::uint32_t>(specs.size())});
  return Points(specs.size(), std::move(values));
}

}   // namespace warptune
