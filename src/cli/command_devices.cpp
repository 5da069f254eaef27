// warptune devices
#include <fmt/format.h>

#include "cli/report_error.h"
#include "cli/run_command.h"
#include "run/run_study.h"

namespace warptune {

int command_devices(const Command&) {
  const auto devices = describe_devices();
  if (!devices) return report(devices.error());
  for (const std::string& device : *devices) fmt::print("{}\n", device);
  return 0;
}

}   // namespace warptune
