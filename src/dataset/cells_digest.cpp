#include "dataset/cells_digest.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>

#include "base/digest.h"

namespace warptune {

std::vector<std::size_t> feature_columns(const Table& table, const Dataset& dataset) {
  std::vector<std::size_t> columns;
  for (const Feature& feature : dataset.features) {
    const auto& all = table.columns;
    const auto at = std::find_if(all.begin(), all.end(), [&](const Column& c) { return c.name == feature.name; });
    assert(at != all.end() && "features are columns of the table");
    columns.push_back(static_cast<std::size_t>(at - all.begin()));
  }
  return columns;
}

std::string cells_digest(const Table& table, const Dataset& dataset) {
  Digest digest;
  for (const std::size_t column : feature_columns(table, dataset)) {
    table.columns[column].values.for_each_piece([&](std::span<double> cells) {
      for (double& cell : cells)
        if (std::isnan(cell)) cell = NAN;   // one NaN for all
      digest.bytes(cells.data(), cells.size_bytes());
    });
  }
  return digest.hex();
}

}   // namespace warptune
