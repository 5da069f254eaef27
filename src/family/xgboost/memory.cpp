#include "family/xgboost/memory.h"

#include <algorithm>
#include <bit>
#include <charconv>

namespace warptune {

namespace {

constexpr std::uint64_t floor_bytes = std::uint64_t{64} << 20;   // of the smallest booster
constexpr std::uint64_t row_bytes = 50;                          // rows' places, order and gradients, sorted and not
constexpr std::uint64_t class_row_bytes = 12;                    // a gradient and a margin for each class
constexpr std::uint64_t bin_bytes = 16;                          // a gradient and a hessian as 64-bit numbers
constexpr std::uint64_t build_bytes = 12;   // of a cell while cut points are sought: floats, sorted
constexpr std::uint64_t deepest = 40;       // 2^40 nodes: more than rows

// XGBoost refuses what is no number; the estimate takes its default then.
std::uint64_t number_in(const TrainerSettings& settings, const char* name, std::uint64_t otherwise) {
  const std::string text = value_in(settings, name, "");
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : otherwise;
}

std::uint64_t bins_of(const TrainerSettings& settings) {
  return std::min<std::uint64_t>(number_in(settings, "max_bin", 256), 1 << 16);
}

}   // namespace

std::uint64_t histogram_nodes(const TrainerSettings& settings, std::uint64_t rows) {
  std::uint64_t nodes = std::max<std::uint64_t>(1, 2 * rows);
  if (const std::uint64_t depth = number_in(settings, "max_depth", 6); depth > 0 && depth <= deepest)
    nodes = std::min(nodes, (std::uint64_t{1} << depth) - 1);
  if (const std::uint64_t leaves = number_in(settings, "max_leaves", 0); leaves > 0 && leaves <= rows)
    nodes = std::min(nodes, 2 * leaves - 1);
  return nodes;
}

std::uint64_t cached_nodes(std::uint64_t nodes) { return std::clamp<std::uint64_t>(nodes, 64, 256); }

std::uint64_t booster_bytes(const BoosterShape& shape, const TrainerSettings& settings) {
  const std::uint64_t nodes =
      std::min(histogram_nodes(settings, shape.train_rows), number_in(settings, "max_cached_hist_node", 1 << 16));
  return floor_bytes + shape.train_rows * row_bytes +
         (shape.train_rows + shape.validation_rows) * class_row_bytes * (shape.classes == 2 ? 1 : shape.classes) +
         nodes * shape.features * bins_of(settings) * bin_bytes;
}

std::uint64_t matrices_bytes(const BoosterShape& shape, const TrainerSettings& settings, std::uint64_t folds) {
  // Bins of all features are numbered one after the other.
  const auto bits = static_cast<std::uint64_t>(std::bit_width(shape.features * bins_of(settings)));
  const std::uint64_t cells = (shape.train_rows + shape.validation_rows) * shape.features;
  return folds * (cells * bits / 8) + cells * build_bytes;
}

}   // namespace warptune
