// warptune devices
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/standard_output.h"
#include "cli/report_error.h"
#include "cli/run_command.h"
#include "device/devices.h"

namespace warptune {

int command_devices(const Command&) {
  const auto devices = describe_devices();
  if (!devices) return report(devices.error());
  const auto written = write_output(fmt::format("{}\n", fmt::join(*devices, "\n")));
  return written ? 0 : report(written.error());
}

}   // namespace warptune
