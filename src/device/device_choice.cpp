#include "device/device_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/nearest.h"
#include "base/shown.h"

namespace warptune {
namespace {

constexpr int most_devices = 64;   // of one machine; keeps the list short

}   // namespace

Result<DeviceChoice> parse_device(std::string_view text, const std::string& where) {
  const std::array<std::string, 3> known{"auto", "cpu", "cuda"};
  const auto colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const bool listed = colon != std::string_view::npos;
  if (std::find(known.begin(), known.end(), name) == known.end() || (listed && name != "cuda")) {
    const std::string near = listed && name != "cuda" ? std::string() : nearest(name, known);
    return failure(fmt::format("{}: unknown device {}", where, shown(text)),
                   near.empty() ? "devices are auto, cpu, cuda, cuda:0,1; warptune devices lists what is here"
                                : fmt::format("did you mean {}?", near));
  }
  if (name == "auto") return DeviceChoice{};
  if (name == "cpu") return DeviceChoice{DeviceChoice::Kind::cpu, {}};
  DeviceChoice choice{DeviceChoice::Kind::cuda, {}};
  if (!listed) return choice;
  std::string_view rest = text.substr(colon + 1);
  while (true) {
    const auto comma = rest.find(',');
    const std::string_view number = rest.substr(0, comma);
    int index = -1;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), index);
    if (read.ec != std::errc() || read.ptr != number.data() + number.size() || index < 0 || index >= most_devices)
      return failure(
          fmt::format("{}: {} is not the number of a GPU", where, number.empty() ? "nothing" : shown(number)),
          fmt::format("write cuda:0,1 with numbers of 0..{}; warptune devices lists what is here", most_devices - 1));
    if (std::find(choice.indices.begin(), choice.indices.end(), index) != choice.indices.end())
      return failure(fmt::format("{}: GPU {} is given twice", where, index), "name each GPU once");
    choice.indices.push_back(index);
    if (comma == std::string_view::npos) return choice;
    rest.remove_prefix(comma + 1);
  }
}

}   // namespace warptune
