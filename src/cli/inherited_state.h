// What the process that started us left us, set right before anything else happens.
#pragma once

#include "warptune/error.h"

namespace warptune {

// Standard input, output and error that are closed become /dev/null: else the next file that is opened, a journal, would
// be standard output, and get the table.
void fill_standard_streams();

// What we make we can read and write ourselves, whatever umask says: else no journal could be gone on with.
void settle_umask();

// A stack that our code fits in, of this thread and of those to come, as far as the hard limit allows; an error where it
// allows too little.
[[nodiscard]] Result<void> settle_stack();

// Where the addresses of this process are limited (ulimit -v), the C library sets few of them aside for each thread.
void settle_addresses();

// Signals that our parent blocked reach us again: a launcher's mask is seldom meant for us, and would take Ctrl-C away.
// Children can be waited for even if our parent ignored its own. What else it ignores stays so (nohup, a shell's &).
void settle_signals();

}   // namespace warptune
