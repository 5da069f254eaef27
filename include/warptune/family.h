// Model families and their parameters: what the command line, the space's checks, `warptune families` and the planner
// read. One table per family.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "warptune/error.h"
#include "warptune/space.h"

namespace warptune {

// What a parameter accepts: the union of everything below that is switched on.
struct ParameterInfo {
  std::string name;
  bool integer = false;   // integers in [low, high]
  bool real = false;      // numbers in [real_low, real_high], ends open as flagged
  double low = 0, high = 0;
  double real_low = 0, real_high = 0;
  bool real_low_open = false, real_high_open = false;
  bool none = false;                // none
  bool boolean = false;             // true, false
  std::vector<std::string> words;   // these words
  Value default_value;
  bool free = false;                  // shared: trials that differ only in it are scored from one fit
  std::string text;                   // one line for help
  std::vector<std::string> aliases;   // other names that are taken for it
};

struct Study;

struct Family {
  std::string name;
  std::string text;
  std::vector<ParameterInfo> parameters;
  Space default_space;          // searched when the user gives no --param
  bool any_parameter = false;   // a parameter of any name and value is handed on
  // Names of the settings of [data] and [model] that say nothing to a family which does not name them: "model.set".
  std::vector<std::string> settings = {};
  // What else must hold, once parameters and settings were checked one by one: of values beside each other; of a study.
  Result<void> (*check_together)(const Space& space, const Origins& origins) = nullptr;
  Result<void> (*check_study)(const Study& study, const Origins& origins) = nullptr;
};

[[nodiscard]] const std::vector<Family>& families();
[[nodiscard]] Result<const Family*> find_family(std::string_view name);   // error has the nearest name

// By its name or another name of it; nullptr when the family has no such parameter.
[[nodiscard]] const ParameterInfo* find_parameter(const Family& family, std::string_view name);

// The values of a parameter in words: "integer 1..65535, none", "real (0, 1]", "gini, entropy, log_loss".
[[nodiscard]] std::string allowed_values(const ParameterInfo& info);

// Every parameter is known, every value of every distribution is allowed, low <= high, step fits, log is of positives.
// where: prefix of messages, e.g. "study.toml:12:3" or "--param max_depth=...".
[[nodiscard]] Result<void> check_parameter(const Family& family, const Parameter& parameter, const std::string& where);

// check_parameter for all, names are unique, and the parameters fit each other in every combination.
[[nodiscard]] Result<void> check_space(const Family& family, const Space& space, const Origins& origins = {});

}   // namespace warptune
