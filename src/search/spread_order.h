// An order of a grid's points whose every beginning lies evenly over the grid: --sampler grid --trials N.
//
// Each value of each parameter comes up about as often as any other of it, and the first few of a parameter's values lie
// apart. Point i depends on the sizes and i alone, so a longer beginning extends a shorter one, and all of the order is
// all of the grid, each point once. The grid may have any number of points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace warptune {

class SpreadOrder {
 public:
  // sizes: values of each parameter, at least 1.
  explicit SpreadOrder(std::vector<std::uint64_t> sizes);

  // For each parameter the number of its value at point i, which is below the number of points.
  [[nodiscard]] std::vector<std::uint64_t> at(std::uint64_t i) const;

 private:
  std::vector<std::uint64_t> sizes_;
  std::vector<std::size_t> order_;   // parameters, those of most values first
};

}   // namespace warptune
