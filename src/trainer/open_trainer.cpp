// Which trainer a family has.
#include "trainer/command_executor.h"
#include "trainer/lightgbm.h"
#include "trainer/trainer.h"
#include "trainer/xgboost.h"
#include "warptune/family.h"

namespace warptune {

Result<Devices> open_trainer(const Study& study, const TrainerData& data,
                             const std::function<void(const std::string&)>& on_note) {
  const Result<const Family*> family = find_family(study.family);
  if (!family) return tl::unexpected(family.error());
  if ((*family)->trainer == Trainer::xgboost) return open_xgboost(study, data, on_note);
  if ((*family)->trainer == Trainer::lightgbm) return open_lightgbm(study, data, on_note);
  if ((*family)->trainer == Trainer::command) return open_command(study, data, on_note);
  return failure("no trainer for " + study.family);
}

}   // namespace warptune
