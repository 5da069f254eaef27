// A study file: TOML with the sections [data], [model], [space], [search], [evaluate] and [run]. The keys are those of
// settings(); [space] has a distribution or a value per parameter:
//   n_estimators = { int = [50, 499] }      max_leaf_nodes = { int = [8, 256], step = 8 }
//   ccp_alpha = { float = [1e-5, 0.1], log = true }      criterion = { choice = ["gini", "entropy"] }      bootstrap = true
#pragma once

#include <string>
#include <string_view>

#include "warptune/error.h"
#include "warptune/study.h"

namespace warptune {

struct StudyFile {
  Study study;       // as written: neither completed nor checked against the family
  Origins origins;   // path:line:column of every setting
};

// path: for messages, and [data] path is relative to its folder. Errors carry path:line:column.
[[nodiscard]] Result<StudyFile> parse_study(std::string_view toml, const std::string& path);
[[nodiscard]] Result<StudyFile> read_study_file(const std::string& path);

// The whole file, at most 1 MiB of it.
[[nodiscard]] Result<std::string> read_study_text(const std::string& path);

}   // namespace warptune
