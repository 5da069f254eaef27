#include "family/unused_settings.h"

#include <fmt/format.h>

namespace warptune {

void note_unused_streams(const Study& study, Observer& observer) {
  if (study.run.streams == RunOptions().streams) return;
  observer.note(
      fmt::format("--streams {} does nothing here: streams are of GPUs, and there of forests and "
                  "XGBoost's boosters",
                  study.run.streams));
}

void note_unused_memory(const Study& study, Observer& observer) {
  if (study.run.memory_bytes == 0) return;
  observer.note(
      fmt::format("--memory bounds XGBoost's boosters on GPUs only, not what {} takes here", study.model.family));
}

}   // namespace warptune
