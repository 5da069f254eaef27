// Grows and scores one fit on one fold with the CPU's kernels and keeps all that they leave in memory: trees, cuts, votes
// and sums, for tests that look into them.
#pragma once

#include <cstdint>
#include <vector>

#include "family/forest/prepared_fit.h"

namespace warptune::test {

struct KernelNode {
  bool splits = false;
  std::uint32_t feature = 0, threshold = 0;   // bins up to it go left
  bool missing_left = false;
  std::uint32_t left = 0;   // the right child is the next node
  std::uint64_t path = 0;
  std::vector<std::uint32_t> counts;   // [classes] bootstrap counts
};

struct KernelTree {
  std::vector<KernelNode> nodes;           // of the full tree, by number
  std::vector<std::uint32_t> leaf;         // [validation rows] a leaf of the full tree
  std::vector<std::vector<bool>> splits;   // [structures][nodes] the node splits under the structure
  // [structures][nodes][values] votes of a row that comes to a leaf of the full tree; empty for nodes that are none
  std::vector<std::vector<std::vector<std::uint32_t>>> votes;
};

struct KernelForest {
  PreparedFit prepared;
  std::vector<KernelTree> trees;
  std::vector<std::uint64_t> votes;   // [structures][validation rows][values] of all trees
  std::vector<std::uint64_t> sums;    // [queries][sums_per_query]
  bool stayed_inside = true;          // no kernel wrote beyond a buffer
};

// lanes: 1 grows with the product's kernels, more with the many-lane bodies.
[[nodiscard]] KernelForest grow_forest(const FitContext& context, const FitTask& task, std::uint32_t lanes);

}   // namespace warptune::test
