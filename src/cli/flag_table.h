// Commands and flags as data: the parser, --help, the man page and the completions come from these tables and from
// nowhere else; the flags of settings from the table of settings (study/settings_table.cpp).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "study/setting.h"

namespace warptune {

enum class CommandName : unsigned { run, resume, top, families, devices, split };

struct CommandInfo {
  CommandName name;
  std::string word;
  std::string argument;   // as in the synopsis: "[STUDY.toml]", "JOURNAL", "[NAME]", or none
  bool needs_argument = false;
  std::string text;
};

[[nodiscard]] std::span<const CommandInfo> commands();
[[nodiscard]] const CommandInfo* find_command(std::string_view word);
[[nodiscard]] const CommandInfo& info_of(CommandName name);

// A setting's flag (study/setting.h), or one of the command line's own: --param and --help.
struct Flag : FlagText {
  const Setting* setting = nullptr;   // what it sets in the study; nullptr: the parser knows it by name

  [[nodiscard]] bool is_switch() const { return value_name.empty(); }
  [[nodiscard]] bool is_path() const { return value_name == "FILE"; }
  [[nodiscard]] bool repeats() const;   // may be given several times: a parameter, or a setting that is a list
  [[nodiscard]] bool takes_part_in(CommandName command) const;
  [[nodiscard]] std::vector<CommandName> commands() const;   // that take it
};

[[nodiscard]] std::span<const Flag> flags();
[[nodiscard]] std::vector<const Flag*> flags_of(CommandName command);

// The values that a completion can offer: samplers, metrics, families, devices; empty for any other flag.
[[nodiscard]] std::vector<std::string> choices_of(const Flag& flag);

// "-n, --trials N", or "    --folds K".
[[nodiscard]] std::string synopsis_of(const Flag& flag);

// The flags that stand in place of a command.
struct TopFlag {
  std::string name;
  char letter = 0;
  std::string value_name;
  std::string text;
  bool hidden = false;   // not in the help and the completions
};
[[nodiscard]] std::span<const TopFlag> top_flags();

// How a parameter may vary, for the help and the man page.
struct DistributionText {
  std::string example, text;
};
[[nodiscard]] std::span<const DistributionText> distribution_texts();

// Exit codes, for the man page.
struct ExitText {
  int code;
  std::string text;
};
[[nodiscard]] std::span<const ExitText> exit_texts();

}   // namespace warptune
