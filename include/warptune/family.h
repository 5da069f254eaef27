// Model families and their parameters: what the command line, the space's checks, `warptune families` and the planner
// read. One table per family.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "warptune/error.h"
#include "warptune/space.h"

namespace warptune {

struct ParameterInfo {
  std::string name;
  bool integer = false;              // accepts integers in [low, high]
  bool real = false;                 // accepts numbers in [low, high] (open ends as flagged)
  double low = 0, high = 0;          // of integers, when integer; of reals otherwise
  double real_low = 0, real_high = 0;
  bool real_low_open = false;
  bool none = false;                 // accepts none
  bool boolean = false;              // accepts true, false
  std::vector<std::string> words;    // accepts these words
  Value default_value;
  bool free = false;                 // shared: trials that differ only in it are scored from one fit
  std::string text;                  // one line for help
};

struct Family {
  std::string name;
  std::string text;
  std::vector<ParameterInfo> parameters;
  Space default_space;               // searched when the user gives no --param
};

[[nodiscard]] const std::vector<Family>& families();
[[nodiscard]] Result<const Family*> find_family(std::string_view name);   // error has the nearest name

// Every parameter is known, every value of every distribution is allowed, low <= high, step fits, log is of positives.
// where: prefix of messages, e.g. "study.toml:12:3" or "--param max_depth=...".
[[nodiscard]] Result<void> check_parameter(const Family& family, const Parameter& parameter, const std::string& where);

}  // namespace warptune
