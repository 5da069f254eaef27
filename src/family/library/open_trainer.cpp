// Which trainer a family has.
#include <fmt/format.h>

#include "family/command/command_executor.h"
#include "family/library/values.h"
#include "family/lightgbm/lightgbm.h"
#include "family/xgboost/xgboost.h"
#include "warptune/family.h"

namespace warptune {

Result<Devices> open_trainer(const Study& study, const TrainerData& data,
                             const std::function<void(const std::string&)>& on_note) {
  const Result<const Family*> family = find_family(study.model.family);
  if (!family) return tl::unexpected(family.error());
  const auto open = [&]() -> Result<Devices> {
    switch ((*family)->trainer) {
      case Trainer::xgboost: return open_xgboost(study, data, on_note);
      case Trainer::lightgbm: return open_lightgbm(study, data, on_note);
      case Trainer::command: return open_command(study, data, on_note);
      case Trainer::forest: break;
    }
    return failure("no trainer for " + study.model.family);
  };
  Result<Devices> devices = open();
  const bool bounded = (*family)->trainer == Trainer::xgboost && devices && devices->cuda;
  if (devices && study.run.memory_bytes > 0 && !bounded)
    on_note(fmt::format("--memory bounds XGBoost's boosters on GPUs only, not what {} takes here", study.model.family));
  return devices;
}

}   // namespace warptune
