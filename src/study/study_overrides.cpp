#include "study/study_overrides.h"

namespace warptune {

Study no_overrides() {
  Study study;
  study.device.clear();
  study.threads = study.streams = study.top = study.workers = -1;
  study.trial_timeout_seconds = study.start_timeout_seconds = -1;
  return study;
}

Study with_overrides(Study study, const Study& overrides) {
  if (!overrides.data.empty()) study.data = overrides.data;   // moved; its hash must be the study's
  if (!overrides.device.empty()) study.device = overrides.device;
  if (overrides.threads >= 0) study.threads = overrides.threads;
  if (overrides.streams >= 0) study.streams = overrides.streams;
  if (overrides.workers >= 0) study.workers = overrides.workers;
  if (overrides.trial_timeout_seconds >= 0) study.trial_timeout_seconds = overrides.trial_timeout_seconds;
  if (overrides.start_timeout_seconds >= 0) study.start_timeout_seconds = overrides.start_timeout_seconds;
  if (overrides.top >= 0) study.top = overrides.top;
  if (overrides.memory_bytes > 0) study.memory_bytes = overrides.memory_bytes;
  if (!overrides.results.empty()) study.results = overrides.results;
  if (!overrides.worker_log.empty()) study.worker_log = overrides.worker_log;
  if (!overrides.stats.empty()) study.stats = overrides.stats;
  if (!overrides.xgboost_library.empty()) study.xgboost_library = overrides.xgboost_library;
  if (!overrides.lightgbm_library.empty()) study.lightgbm_library = overrides.lightgbm_library;
  if (overrides.trials_given) {
    study.trials = overrides.trials;
    study.trials_given = true;
  }
  study.time_limit_seconds = overrides.time_limit_seconds;
  study.quiet = overrides.quiet;
  study.progress = overrides.progress;
  study.retry_failed = overrides.retry_failed;
  return study;
}

}   // namespace warptune
