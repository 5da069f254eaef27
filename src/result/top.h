// `warptune top JOURNAL`: the best trials of a journal, also while a study writes it.
#pragma once

#include <string>

#include "warptune/error.h"

namespace warptune {

// The leaderboard and the line of totals on standard output.
[[nodiscard]] Result<void> print_top(const std::string& journal, int top);

}   // namespace warptune
