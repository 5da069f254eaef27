// Messages for the user, on standard error. One that can't be written there is dropped: a full disk, a reader that has
// ended or one that does not read is no reason for a study to end.
#pragma once

#include <string_view>

#include "warptune/error.h"

namespace warptune {

// "warptune: TEXT", on a line of its own where a progress line stands.
void write_message(std::string_view text);

// "warptune: MESSAGE" and its hint.
void write_error(const Error& error);

// The bytes as they are, on a line of their own where a progress line stands: what a worker wrote.
void write_log_line(std::string_view line);

// "warptune: TEXT" as write_message, but dropped at once where there is no room for it: the next one comes.
void write_progress_line(std::string_view text);

// Part of a line that moves the cursor: dropped at once where there is no room for it, the next one comes soon.
void write_to_terminal(std::string_view bytes);

// Standard error is a terminal that can move its cursor, so that a progress line may stand there.
[[nodiscard]] bool standard_error_is_terminal();

}   // namespace warptune
