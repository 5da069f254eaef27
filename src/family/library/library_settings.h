// Settings on their way to a library that trains: names and values as text.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "warptune/error.h"
#include "warptune/family.h"

namespace warptune {

// A trainer's settings by its own names, values as it reads them.
using TrainerSettings = std::vector<std::pair<std::string, std::string>>;

// NAME=VALUE of --set, without spaces around either. Commas part them there, and are in values too: what has no = belongs
// to the one before.
[[nodiscard]] Result<TrainerSettings> parse_set(const std::vector<std::string>& given);

// What --set may not change: a main name, and what to do instead. Any of `but` may be set all the same.
struct Decided {
  std::string name, instead;
  std::vector<std::string> but = {};
};

// --set by the library's main names. An error: what warptune decides, what is set twice under any of its names, and what
// the space has too.
[[nodiscard]] Result<TrainerSettings> settings_of_set(const std::vector<std::string>& given,
                                                      std::span<const Decided> decided,
                                                      const std::function<std::string(const std::string&)>& main_name,
                                                      const Family& family, const Space& space);

// With more than two classes the libraries pass over what weighs or draws two classes apart, by its main name: here that is
// an error.
[[nodiscard]] Result<void> check_two_classes(const Family& family, const Space& space, const TrainerSettings& set,
                                             std::size_t classes);

// Gives a setting its value, which it may have had another of.
void put(TrainerSettings& settings, const std::string& name, const std::string& value);

// The last value of that name.
[[nodiscard]] std::string value_in(const TrainerSettings& settings, const std::string& name,
                                   const std::string& otherwise);

}   // namespace warptune
