// How much device memory XGBoost is expected to need, so that no more boosters start than it has room for. From what its
// source allocates, not from measurements on a GPU: running out of memory is still reacted to.
#pragma once

#include <cstddef>
#include <cstdint>

#include "family/library/library_settings.h"

namespace warptune {

// What a booster trains on.
struct BoosterShape {
  std::uint64_t train_rows = 0, validation_rows = 0, features = 0, classes = 0;
};

// Nodes whose histograms a tree with these settings has at most. rows: that it trains on.
[[nodiscard]] std::uint64_t histogram_nodes(const TrainerSettings& settings, std::uint64_t rows);

// Value of max_cached_hist_node for a tree of so many nodes: 64 to 256 keep many small boosters in memory. What is not
// kept is counted again, in whole numbers, so the trees are the same.
[[nodiscard]] std::uint64_t cached_nodes(std::uint64_t nodes);

// Bytes of a booster, with its gradients, predictions and histograms.
[[nodiscard]] std::uint64_t booster_bytes(const BoosterShape& shape, const TrainerSettings& settings);

// Bytes of the matrices of all folds, and of building one.
[[nodiscard]] std::uint64_t matrices_bytes(const BoosterShape& shape, const TrainerSettings& settings,
                                           std::uint64_t folds);

}   // namespace warptune
