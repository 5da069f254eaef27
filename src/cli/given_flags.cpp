#include "cli/given_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/nearest.h"
#include "base/shown.h"

namespace warptune {
namespace {

tl::unexpected<Error> unknown_flag(const CommandInfo& command, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> known;
  std::string elsewhere;
  for (const Flag& flag : flags()) {
    if (flag.takes_part_in(command.name))
      known.push_back("--" + flag.name);
    else if ("--" + flag.name == name)
      elsewhere = info_of(flag.commands().front()).word;
  }
  const std::string near = nearest(name, known);
  return failure(fmt::format("unknown flag {}", shown(name)),
                 !elsewhere.empty() ? fmt::format("{} has no such flag, {} has it", command.word, elsewhere)
                 : !near.empty()    ? fmt::format("did you mean {}?", near)
                                    : fmt::format("warptune {} --help lists the flags", command.word));
}

Result<std::string> only_argument(const CommandInfo& command, const std::vector<std::string>& words) {
  std::string argument;
  for (const std::string& word : words) {
    const bool dash = word.size() > 1 && word.front() == '-';
    if (dash && word != "--") return unknown_flag(command, word);
  }
  std::size_t count = 0;
  for (const std::string& word : words) {
    if (word == "--") continue;
    if (command.argument.empty() || ++count > 1)
      return failure(fmt::format("{} does not expect {}", command.word,
                                 word.empty() ? "an empty argument" : shown(word)),
                     fmt::format("usage: warptune {} {}{}[flags]", command.word, command.argument,
                                 command.argument.empty() ? "" : " "));
    argument = word;
  }
  if (count == 1 && argument.empty())
    return failure(fmt::format("{} is given an empty argument", command.word),
                   fmt::format("usage: warptune {} {}", command.word, command.argument));
  return argument;
}

Result<void> check_values(const Flag& flag, const std::vector<std::string>& values) {
  if (values.size() > 1 && !flag.repeats())
    return failure(fmt::format("--{} is given {} times", flag.name, values.size()), "give it once");
  for (const std::string& value : values) {
    if (value.empty())
      return failure(fmt::format("--{} needs a value", flag.name),
                     fmt::format("write --{} {}", flag.name, flag.value_name));
    if (value.starts_with("--"))   // CLI11 takes the next word whatever it is
      return failure(fmt::format("--{} needs a value, not the flag {}", flag.name, shown(value)),
                     fmt::format("write --{}={} if it is meant so", flag.name, shown(value)));
  }
  return {};
}

}   // namespace

Result<GivenFlags> read_flags(const CommandInfo& command, const std::vector<std::string>& arguments) {
  const auto known = flags_of(command.name);
  std::vector<std::vector<std::string>> values(known.size());
  std::vector<CLI::Option*> options;
  CLI::App parser;
  parser.set_help_flag();   // --help is a flag of the table
  parser.allow_extras();
  for (std::size_t i = 0; i < known.size(); ++i) {
    const Flag& flag = *known[i];
    const std::string names = flag.letter == 0 ? "--" + flag.name : fmt::format("-{},--{}", flag.letter, flag.name);
    if (flag.is_switch())
      options.push_back(parser.add_flag(names)->disable_flag_override());
    else
      options.push_back(parser.add_option(names, values[i])->allow_extra_args(false)->type_name(flag.value_name));
  }
  for (const std::string& word : arguments) {
    const auto same = [&](const Flag* flag) { return flag->is_switch() && word.starts_with("--" + flag->name + "="); };
    if (const auto found = std::find_if(known.begin(), known.end(), same); found != known.end())
      return failure(fmt::format("--{} takes no value", (*found)->name),
                     fmt::format("write --{} alone", (*found)->name));
  }
  try {
    parser.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));   // CLI11 takes them last first
  } catch (const CLI::ParseError& error) {
    return failure(shown(error.what()), fmt::format("warptune {} --help lists the flags", command.word));
  }
  auto argument = only_argument(command, parser.remaining());
  if (!argument) return tl::unexpected(argument.error());
  GivenFlags given{{}, std::move(*argument)};
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (options[i]->count() == 0) continue;
    if (auto checked = check_values(*known[i], values[i]); !checked) return tl::unexpected(checked.error());
    given.flags.push_back({known[i], std::move(values[i])});
  }
  return given;
}

}   // namespace warptune
