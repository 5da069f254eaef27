// Arguments -> a command with everything that it needs, checked. Pure but for reading the study file, which is passed in.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/flag_table.h"
#include "warptune/error.h"
#include "warptune/study.h"

namespace warptune {

struct Command {
  bool print = false;   // only print `text`: help, version, man page, completion
  std::string text;
  CommandName name = CommandName::run;
  Study study;              // run, split: completed and checked
  GivenSettings given;      // resume, top
  std::string study_text;   // run: the study file as written, empty without one
  std::string journal;      // resume, top
  std::string family;       // families: one of them, empty is all
};

using ReadText = std::function<Result<std::string>(const std::string& path)>;

// arguments: without the program's name.
[[nodiscard]] Result<Command> parse_command_line(const std::vector<std::string>& arguments, const ReadText& read);

}   // namespace warptune
