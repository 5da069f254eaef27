#include "cli/report_error.h"

#include "base/message.h"
#include "cli/with_flags.h"

namespace warptune {

int report(const Error& error) {
  write_error(with_flags(error));
  return exit_code(error.kind);
}

void say(std::string_view text) { write_message(with_flags(text)); }

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::no_score:
    case ErrorKind::output: return 1;
    case ErrorKind::usage: return 2;
    case ErrorKind::device: return 3;
    case ErrorKind::interrupted: return 130;
  }
  return 2;
}

}   // namespace warptune
