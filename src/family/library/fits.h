// What families that other programs train hand on, and what they are asked: trials that differ only in the family's
// n_estimators and early_stopping_rounds share a fit, whose learning curve has the scores of all of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plan/make_plan.h"
#include "run/fit_task.h"
#include "warptune/family.h"
#include "warptune/space.h"

namespace warptune {

struct NamedValue {
  std::string name;
  Value value;
  friend bool operator==(const NamedValue&, const NamedValue&) = default;
};

// Settings: by the program's own names, in the space's order. Variants are patiences, rounds without improvement that end
// the training, unlimited: none do; a length is a number of rounds.
using LibraryFit = FitOf<std::vector<NamedValue>, std::uint32_t>;
using LibraryParts = TrialParts<std::string, std::vector<NamedValue>, std::uint32_t>;

// Reads the points of one space, which it borrows, as the family does.
class LibraryReader {
 public:
  LibraryReader(const Family& family, const Space& space);
  [[nodiscard]] LibraryParts read(PointView point) const;

 private:
  const Space& space_;
  LibraryParts defaults_;
  std::vector<std::string> names_;   // of the space's parameters, as the program has them
  bool free_ = false;                // the family has rounds
};

[[nodiscard]] inline const LibraryFit& library_fit(const FitTask& task) {
  return static_cast<const LibraryFit&>(*task.planned);
}

}   // namespace warptune
