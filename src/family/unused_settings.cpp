#include "family/unused_settings.h"

#include <fmt/format.h>

#include "base/setting_mark.h"

namespace warptune {

void note_unused_streams(const Study& study, Observer& observer) {
  if (study.run.streams == RunOptions().streams) return;
  observer.note(fmt::format("{} does nothing here: streams are of GPUs, and there of forests and XGBoost's boosters",
                            setting_mark("run.streams", std::to_string(study.run.streams))));
}

void note_unused_memory(const Study& study, Observer& observer) {
  if (study.run.memory_bytes == 0) return;
  observer.note(fmt::format("{} bounds XGBoost's boosters on GPUs only, not what {} takes here",
                            setting_mark("run.memory"), study.model.family));
}

}   // namespace warptune
