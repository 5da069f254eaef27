#include "cli/report_error.h"

#include "base/message.h"

namespace warptune {

int report(const Error& error) {
  write_error(error);
  return static_cast<int>(error.exit);
}

}   // namespace warptune
