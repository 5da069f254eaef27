// A study as JSON: what the journal stores, so that `warptune resume` can go on from the journal alone.
#pragma once

#include <nlohmann/json.hpp>

#include "warptune/error.h"
#include "warptune/study.h"

namespace warptune {

// {"data": {"path": ...}, ..., "space": [{"name": ..., "kind": "int", "low": ..., ...}, ...]}; loses nothing.
[[nodiscard]] nlohmann::json to_json(const Study& study);

// The same as a journal keeps it: its paths are absolute, as resume may be called from another folder.
[[nodiscard]] nlohmann::json kept_settings(Study study);

// Of a file that anybody may have written: every type, range and distribution is checked, unknown keys are an error;
// check_study has the last word.
[[nodiscard]] Result<Study> study_from_json(const nlohmann::json& json);

}   // namespace warptune
