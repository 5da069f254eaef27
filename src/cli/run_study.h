// What the command line asks for: run a study, go on with one from its journal.
#pragma once

#include <string>

#include "study/setting.h"
#include "warptune/error.h"
#include "warptune/study.h"

namespace warptune {

// Runs a study that check_study accepted. study_file: the study file's text as the user wrote it, for the journal;
// empty when all came from flags.
[[nodiscard]] Result<void> run_study(const Study& study, const std::string& study_file);

// Goes on with the study in a journal. given: settings that resume takes; they replace the journal's.
[[nodiscard]] Result<void> resume_study(const std::string& journal, const GivenSettings& given);

}   // namespace warptune
