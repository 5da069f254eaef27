// `warptune resume --threads 4`: a study of which only where and how it runs is set, laid over the journal's study.
#pragma once

#include "warptune/study.h"

namespace warptune {

// The study that overrides nothing: device "", threads, streams and top -1, memory and time limit 0, no paths, not quiet.
[[nodiscard]] Study no_overrides();

// The journal's study with the overrides that were set.
[[nodiscard]] Study with_overrides(Study study, const Study& overrides);

}   // namespace warptune
