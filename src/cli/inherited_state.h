// What the process that started us left us, set right before anything else happens.
#pragma once

namespace warptune {

// Standard input, output and error that are closed become /dev/null: else the next file that is opened, a journal, would
// be standard output, and get the table.
void fill_standard_streams();

// Signals that our parent blocked reach us again: a launcher's mask is seldom meant for us, and would take Ctrl-C away.
// Children can be waited for even if our parent ignored its own. What else it ignores stays so (nohup, a shell's &).
void settle_signals();

}   // namespace warptune
