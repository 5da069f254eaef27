#include "base/standard_output.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/system_hint.h"

namespace warptune {

Result<void> write_output(std::string_view text) {
  const Written written = write_all(STDOUT_FILENO, text);
  if (written.error == 0) return {};
  return failure(fmt::format("cannot write to standard output: {}", error_text(written.error)),
                 system_hint(written.error, "is its reader there?"), ErrorKind::output);
}

}   // namespace warptune
