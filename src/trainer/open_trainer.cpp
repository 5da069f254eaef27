// Which trainer a family has.
#include "trainer/trainer.h"
#include "warptune/family.h"

namespace warptune {

Result<Devices> open_trainer(const Study& study, const TrainerData&, const std::function<void(const std::string&)>&) {
  return failure("no trainer for " + study.family);
}

}   // namespace warptune
