// Settings on their way to a library that trains: names and values as text.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace warptune {

using HandedOn = std::vector<std::pair<std::string, std::string>>;

// NAME=VALUE of --set. Commas part them there, and are in values too: what has no = belongs to the one before.
[[nodiscard]] HandedOn parse_set(const std::vector<std::string>& given);

// The last value of that name.
[[nodiscard]] std::string value_in(const HandedOn& settings, const std::string& name, const std::string& otherwise);

}   // namespace warptune
