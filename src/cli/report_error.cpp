#include "cli/report_error.h"

#include <fmt/format.h>

#include <cstdio>

namespace warptune {

int report(const Error& error) {
  fmt::print(stderr, "warptune: {}\n", error.message);
  if (!error.hint.empty()) fmt::print(stderr, "  hint: {}\n", error.hint);
  return static_cast<int>(error.exit);
}

}   // namespace warptune
