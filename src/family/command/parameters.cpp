#include "family/command/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/setting_mark.h"
#include "base/shown.h"
#include "space/where.h"
#include "warptune/study.h"

namespace warptune {

namespace {

Result<void> check_command(const Study& study, const Origins& origins) {
  const CommandOptions& command = study.model.command;
  if (command.line.empty())
    return failure("no command is given",
                   fmt::format("add {}, or command in [model]", setting_mark("model.command", "\"python train.py\"")));
  std::vector<std::string> names;
  for (const std::string& variable : command.environment) {
    const std::string name = variable.substr(0, variable.find('='));
    if (std::find(names.begin(), names.end(), name) != names.end())
      return failure(fmt::format("{}: {} is given twice", where_of(origins, "model.environment"), shown(name)),
                     "give it once");
    names.push_back(name);
  }
  return {};
}

}   // namespace

Family command_family() {
  Family family;
  family.name = "command";
  family.text = "any program, given by --command; its parameters have any name";
  family.any_parameter = true;
  family.settings = {"model.command",       "model.environment", "model.folder", "model.trial_timeout",
                     "model.start_timeout", "model.worker_log",  "model.workers"};
  family.check_study = check_command;
  return family;
}

}   // namespace warptune
