#include "family/forest/dataset_bytes.h"

#include <algorithm>

#include "base/aligned.h"

namespace warptune {

std::uint64_t dataset_bytes(const FitContext& context) {
  const Dataset& d = *context.dataset;
  std::uint64_t features = 0, bytes_per_cell = 1;
  for (const Feature& feature : d.features) {
    features += 7 + 8 * feature.values.size() + 4 * feature.bin_begin.size();
    if (feature.has_fine()) bytes_per_cell = 2;
  }
  const std::uint64_t orders = context.draws.by_class ? 2 : 1,
                      counts = std::max<std::uint64_t>(d.rows, context.draws.most) + 1;
  return d.rows * (d.features.size() * bytes_per_cell + 1) + 8 * counts + orders * 4 * context.split->order.size() +
         features + 12 * device_line_bytes;
}

}   // namespace warptune
