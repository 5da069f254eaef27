// Prints docs/gpu.md's table: what forests take of a GPU's memory, from the functions that plan it. Needs no GPU.
#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "family/forest/cpu_executor.h"
#include "family/forest/dataset_bytes.h"
#include "family/forest/prepared_fit.h"
#include "family/forest/waves.h"
#include "kernels/backend_cuda.h"
#include "plan/make_plan.h"

namespace warptune {
namespace {

struct Shape {
  std::size_t rows, features, classes;
};

// Of numbers, each with 255 bins of up to 64 values.
Dataset dataset_of(const Shape& shape) {
  Dataset dataset;
  dataset.rows = shape.rows;
  dataset.features.resize(shape.features);
  const std::size_t values_of_bin = std::min<std::size_t>(64, shape.rows / 255);
  for (Feature& feature : dataset.features) {
    feature.bins = 255;
    feature.values.resize(255 * values_of_bin);
    for (std::size_t bin = 0; bin <= 255; ++bin)
      feature.bin_begin.push_back(static_cast<std::uint32_t>(bin * values_of_bin));
  }
  for (std::size_t k = 0; k < shape.classes; ++k) dataset.target.classes.push_back(std::to_string(k));
  for (std::size_t i = 0; i < shape.rows; ++i)
    dataset.target.labels.push_back(static_cast<std::uint8_t>(i % shape.classes));
  return dataset;
}

// A third of the rows validates.
Split split_of(std::size_t rows) {
  Split split;
  for (std::uint32_t row = 0; row < rows; ++row) split.order.push_back(row);
  const Places valid{0, static_cast<std::uint32_t>(rows / 3)};
  split.folds.push_back({{0, static_cast<std::uint32_t>(rows)}, valid, valid});
  return split;
}

std::string cell_of(const CpuDataset& view, const PreparedFit& fit) {
  return fmt::format(" {} + {} |", bytes_text(kernels::cuda::tree_workspace_bytes(view.view(), fit.fit)),
                     bytes_text(fit.wave_bytes_per_tree()));
}

void print_row(const Shape& shape) {
  const Dataset dataset = dataset_of(shape);
  const Split split = split_of(shape.rows);
  const FitContext context{&dataset, &split, &metric_of("accuracy"), 1};
  const CpuDataset view(context);
  std::string line = fmt::format("| {} x {}, {} classes | {} |", shape.rows, shape.features, shape.classes,
                                 bytes_text(dataset_bytes(context)));
  for (const char* const depth : {"max_depth=6", "max_depth=10", "max_depth=16", "max_depth=none"}) {
    const Space space{{*parse_parameter(depth), *parse_parameter("n_estimators=100")}};
    const Plan plan = make_plan(ForestReader("random_forest", space, shape.features), Points{{0, 0}});
    PreparedFit fit = sized_fit(context, {plan.fits.front().get(), 0, 0, 1});
    line += cell_of(view, fit);
    if (depth != std::string_view("max_depth=none")) continue;
    fit.fit.max_nodes = shifted_nodes(fit.fit.max_nodes, 3);
    line += cell_of(view, fit);
  }
  fmt::print("{}\n", line);
}

}   // namespace
}   // namespace warptune

int main() {
  fmt::print(
      "| table | on each GPU | depth 6 | depth 10 | depth 16 | no limit | no limit, an eighth of the nodes "
      "|\n|---|---|---|---|---|---|---|\n");
  for (const warptune::Shape& shape : std::vector<warptune::Shape>{{10000, 4, 2},
                                                                   {20000, 16, 26},
                                                                   {100000, 28, 2},
                                                                   {100000, 100, 150},
                                                                   {100000, 2000, 2},
                                                                   {1000000, 28, 2},
                                                                   {10000000, 100, 2}})
    print_row(shape);
}
