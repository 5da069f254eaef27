// A family that other programs train: its plan, batches and their text are the same for all of them.
#pragma once

#include <string>
#include <vector>

#include "family/library/fits.h"
#include "family/library/values.h"
#include "run/open_family.h"

namespace warptune {

class OpenLibrary : public OpenFamily {
 public:
  OpenLibrary(const Study& study, const StudyData& data);
  [[nodiscard]] Plan plan(const Points& points, const KnownTrials& known) const final;
  [[nodiscard]] std::vector<Batch> batches(const Plan& plan) const final;
  [[nodiscard]] std::string text(const Plan& plan) const final;

 protected:
  const Study& study_;
  const StudyData& data_;

 private:
  LibraryReader reader_;
};

}   // namespace warptune
