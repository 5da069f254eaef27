#include "study/study_overrides.h"

namespace warptune {

Study no_overrides() {
  Study study;
  study.run.device.clear();
  study.run.threads = study.run.streams = study.output.top = study.model.command.workers = -1;
  study.model.command.trial_timeout_seconds = study.model.command.start_timeout_seconds = -1;
  return study;
}

Study with_overrides(Study study, const Study& overrides) {
  if (!overrides.input.path.empty()) study.input.path = overrides.input.path;   // moved; its hash must be the study's
  if (!overrides.run.device.empty()) study.run.device = overrides.run.device;
  if (overrides.run.threads >= 0) study.run.threads = overrides.run.threads;
  if (overrides.run.streams >= 0) study.run.streams = overrides.run.streams;
  if (overrides.model.command.workers >= 0) study.model.command.workers = overrides.model.command.workers;
  if (overrides.model.command.trial_timeout_seconds >= 0)
    study.model.command.trial_timeout_seconds = overrides.model.command.trial_timeout_seconds;
  if (overrides.model.command.start_timeout_seconds >= 0)
    study.model.command.start_timeout_seconds = overrides.model.command.start_timeout_seconds;
  if (overrides.output.top >= 0) study.output.top = overrides.output.top;
  if (overrides.run.memory_bytes > 0) study.run.memory_bytes = overrides.run.memory_bytes;
  if (!overrides.output.results.empty()) study.output.results = overrides.output.results;
  if (!overrides.model.command.worker_log.empty()) study.model.command.worker_log = overrides.model.command.worker_log;
  if (!overrides.output.stats.empty()) study.output.stats = overrides.output.stats;
  if (!overrides.model.xgboost_library.empty()) study.model.xgboost_library = overrides.model.xgboost_library;
  if (!overrides.model.lightgbm_library.empty()) study.model.lightgbm_library = overrides.model.lightgbm_library;
  if (overrides.search.trials_given) {
    study.search.trials = overrides.search.trials;
    study.search.trials_given = true;
  }
  study.run.time_limit_seconds = overrides.run.time_limit_seconds;
  study.output.quiet = overrides.output.quiet;
  study.output.progress = overrides.output.progress;
  study.output.retry_failed = overrides.output.retry_failed;
  return study;
}

}   // namespace warptune
