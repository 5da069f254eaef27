// Trees whose Stat is the tests' own, tests/ops/moments.h, grown by the kernels' two bodies.
#pragma once

#include <vector>

#include "kernels/forest/forest.h"

namespace warptune::test {

struct MomentsNode {
  kernels::u32 feature;     // none32: does not split
  kernels::u32 threshold;   // kernels/ops/threshold.h
  kernels::u32 left;        // child; the right one is the next
  kernels::u64 drawn, sum;
  friend bool operator==(const MomentsNode&, const MomentsNode&) = default;
};

struct MomentsTree {
  std::vector<MomentsNode> nodes;
  std::vector<kernels::u32> draws;   // [training rows]
  std::vector<kernels::u32> leaf;    // [validation rows]
  std::vector<kernels::u32> value;   // [validation rows] of its leaf: the mean target * 2^12
};

// paired: see Moments; lanes: 1, or as many threads.
[[nodiscard]] MomentsTree grow_moments(const kernels::DatasetView& data, kernels::Fit fit, bool paired,
                                       kernels::u32 lanes);

}   // namespace warptune::test
