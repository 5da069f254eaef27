#include "cli/report_error.h"

#include "result/message.h"

namespace warptune {

int report(const Error& error) {
  write_error(error);
  return static_cast<int>(error.exit);
}

}   // namespace warptune
