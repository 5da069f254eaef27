#include "cli/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

#include "cli/flag_table.h"
#include "warptune/family.h"

namespace warptune {
namespace {

// "--data", or with its letter "--data|-d": a pattern of bash's case.
std::string case_pattern(const Flag& flag) {
  return flag.letter == 0 ? "--" + flag.name : fmt::format("--{}|-{}", flag.name, flag.letter);
}

std::vector<std::string> family_names() {
  std::vector<std::string> names;
  for (const Family& family : families()) names.push_back(family.name);
  return names;
}

// What bash offers after a flag that takes a value.
std::string bash_values() {
  std::string out;
  for (const Flag& flag : flags()) {
    if (flag.is_switch()) continue;
    const auto choices = choices_of(flag);
    std::string offer = ":";
    if (!choices.empty())
      offer = fmt::format("mapfile -t COMPREPLY < <(compgen -W \"{}\" -- \"$current\")", fmt::join(choices, " "));
    if (flag.is_path()) offer = "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\")";
    out += fmt::format("    {}) {}; return ;;\n", case_pattern(flag), offer);
  }
  return out;
}

std::string bash_flags() {
  std::string out;
  for (const CommandInfo& command : commands()) {
    std::vector<std::string> names;
    for (const Flag* flag : flags_of(command.name)) names.push_back("--" + flag->name);
    out += fmt::format("    {}) words=\"{}\" ;;\n", command.word, fmt::join(names, " "));
  }
  return out;
}

std::string command_words() {
  std::vector<std::string> words;
  for (const CommandInfo& command : commands()) words.push_back(command.word);
  for (const TopFlag& flag : top_flags())
    if (!flag.hidden) words.push_back("--" + flag.name);
  return fmt::format("{}", fmt::join(words, " "));
}

// Inside '...[text]': zsh reads : and ] as its own, and ' ends the word.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else {
      if (c == ':' || c == '[' || c == ']' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string zsh_flag(const Flag& flag) {
  std::string value;
  if (!flag.is_switch()) {
    const auto choices = choices_of(flag);
    const std::string action = !choices.empty() ? fmt::format("({})", fmt::join(choices, " "))
                               : flag.is_path() ? "_files"
                                                : " ";
    value = fmt::format(":{}:{}", zsh_text(flag.value_name), action);
  }
  const std::string repeats = flag.repeats() ? "*" : "";
  std::string out = fmt::format(" \\\n        '{}--{}[{}]{}'", repeats, flag.name, zsh_text(flag.text), value);
  if (flag.letter != 0)
    out += fmt::format(" \\\n        '{}-{}[{}]{}'", repeats, flag.letter, zsh_text(flag.text), value);
  return out;
}

std::string zsh_argument(const CommandInfo& command) {
  if (command.argument.empty()) return {};
  if (command.name == CommandName::families)
    return fmt::format(" \\\n        '1:family:({})'", fmt::join(family_names(), " "));
  return command.needs_argument ? " \\\n        '1:journal:_files'"
                                : " \\\n        '1:study file:_files -g \"*.toml\"'";
}

}   // namespace

std::string bash_completion() {
  return fmt::format(
      R"(# bash completion of warptune, printed by warptune --completion bash
_warptune() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} words=
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W "{}" -- "$current")
    return
  fi
  case $previous in
    --completion) mapfile -t COMPREPLY < <(compgen -W "bash zsh" -- "$current"); return ;;
{}  esac
  case ${{COMP_WORDS[1]}} in
{}  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  elif [[ ${{COMP_WORDS[1]}} == families ]]; then
    mapfile -t COMPREPLY < <(compgen -W "{}" -- "$current")
  elif [[ -n $words && ${{COMP_WORDS[1]}} != devices ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}}
complete -F _warptune warptune
)",
      command_words(), bash_values(), bash_flags(), fmt::join(family_names(), " "));
}

std::string zsh_completion() {
  std::string words, cases;
  for (const CommandInfo& command : commands()) {
    words += fmt::format("    '{}:{}'\n", command.word, zsh_text(command.text));
    cases += fmt::format("    {})\n      _arguments", command.word);
    for (const Flag* flag : flags_of(command.name)) cases += zsh_flag(*flag);
    cases += zsh_argument(command) + " ;;\n";
  }
  return fmt::format(
      R"(#compdef warptune
# zsh completion of warptune, printed by warptune --completion zsh
_warptune() {{
  local -a commands
  commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
{}  esac
}}
_warptune "$@"
)",
      words, cases);
}

}   // namespace warptune
