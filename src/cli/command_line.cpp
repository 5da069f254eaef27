#include "cli/command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/has.h"
#include "base/nearest.h"
#include "base/shown.h"
#include "cli/completion.h"
#include "cli/given_flags.h"
#include "cli/help.h"
#include "cli/man_page.h"
#include "study/setting.h"
#include "study/study_file.h"
#include "warptune/family.h"
#include "warptune/version.h"

namespace warptune {
namespace {

Command printed(std::string text) {
  Command command;
  command.print = true;
  command.text = std::move(text);
  return command;
}

// --help, --version, --completion SHELL, --man, in place of a command.
Result<Command> parse_top_flag(const std::vector<std::string>& arguments) {
  const std::string& word = arguments.front();
  std::vector<std::string> known;
  for (const TopFlag& flag : top_flags()) {
    known.push_back("--" + flag.name);
    const bool same = word == "--" + flag.name || (flag.letter != 0 && word == fmt::format("-{}", flag.letter));
    if (!same) continue;
    const std::size_t expected = flag.value_name.empty() ? 1 : 2;
    if (arguments.size() > expected)
      return failure(fmt::format("{} does not expect {}", word, shown(arguments[expected])),
                     "commands come first: warptune COMMAND [flags]");
    if (flag.name == "help") return printed(general_help());
    if (flag.name == "version") return printed(fmt::format("warptune {}\n", version));
    if (flag.name == "man") return printed(man_page());
    const std::string shell = arguments.size() == 2 ? arguments[1] : "";
    if (shell == "bash") return printed(bash_completion());
    if (shell == "zsh") return printed(zsh_completion());
    return failure(fmt::format("--completion needs bash or zsh{}", shell.empty() ? "" : ", not " + shown(shell)),
                   "write warptune --completion bash");
  }
  const std::string near = nearest(word, known);
  return failure(fmt::format("unknown flag {}", shown(word)),
                 near.empty() ? "flags follow a command: warptune run --data FILE --target COLUMN"
                              : fmt::format("did you mean {}?", near));
}

std::string written(const GivenFlag& given) {
  if (given.flag->is_switch()) return "--" + given.flag->name;
  return fmt::format("--{} {}", given.flag->name, shown(fmt::format("{}", fmt::join(given.values, ","))));
}

// What a flag of a setting says, checked.
Result<GivenSetting> setting_of(const GivenFlag& given) {
  const Setting& setting = *given.flag->setting;
  const std::string where = written(given);
  Result<SettingValue> value = given.flag->is_switch()
                                   ? SettingValue(given.flag->switched)
                                   : setting_from_text(setting, fmt::format("{}", fmt::join(given.values, ",")), where);
  if (!value) return tl::unexpected(value.error());
  if (auto checked = check_setting(setting, *value, where); !checked) return tl::unexpected(checked.error());
  return GivenSetting{&setting, std::move(*value)};
}

Result<void> apply_flag(const GivenFlag& given, StudyFile& file) {
  Result<GivenSetting> set = setting_of(given);
  if (!set) return tl::unexpected(set.error());
  file.origins[set->setting->name()] = written(given);
  set->setting->set(file.study, set->value);
  return {};
}

// A --param replaces the file's parameter of that name in its place, or comes after the file's.
Result<void> apply_params(const std::vector<std::string>& texts, StudyFile& file) {
  std::vector<std::string> seen;
  auto& parameters = file.study.space.parameters;
  for (const std::string& text : texts) {
    auto parameter = parse_parameter(text);
    if (!parameter) {
      Error error = std::move(parameter.error());
      error.message.insert(0, "--param ");
      return tl::unexpected(std::move(error));
    }
    const std::string where = "--param " + shown(text);
    if (std::find(seen.begin(), seen.end(), parameter->name) != seen.end())
      return failure(fmt::format("{}: {} is given twice", where, shown(parameter->name)), "give each parameter once");
    seen.push_back(parameter->name);
    file.origins["space." + parameter->name] = where;
    const auto same = std::find_if(parameters.begin(), parameters.end(),
                                   [&](const Parameter& p) { return p.name == parameter->name; });
    if (same == parameters.end())
      parameters.push_back(std::move(*parameter));
    else
      *same = std::move(*parameter);
  }
  return {};
}

// One way of evaluating on the command line replaces another one in the file.
void replace_evaluation(const GivenFlags& given, StudyFile& file) {
  const auto is_given = [&](std::initializer_list<std::string_view> names) {
    return std::any_of(given.flags.begin(), given.flags.end(), [&](const GivenFlag& g) {
      return std::find(names.begin(), names.end(), g.flag->name) != names.end();
    });
  };
  SplitOptions& folds = file.study.evaluation.split;
  DatasetOptions& dataset = file.study.dataset;
  if (is_given({"holdout", "folds", "fold-column", "group", "time"})) {
    dataset.fold_column.clear();
    folds.holdout_value.clear();
  }
  if (is_given({"holdout", "folds", "fold-column"})) {
    folds.holdout = 0;
    folds.folds = 0;
  }
  if (is_given({"time", "fold-column"})) folds.repeats = 1;
  if (is_given({"group", "fold-column"})) {
    dataset.time_column.clear();
    folds.gap.clear();
    folds.window.clear();
  }
  if (is_given({"time", "fold-column"})) dataset.group_column.clear();
}

// Columns by which rows are split.
std::vector<std::string> split_columns(const DatasetOptions& dataset) {
  return {dataset.fold_column, dataset.group_column, dataset.time_column};
}

// What named folds, groups or times is no feature once they no longer split.
void drop_former_columns(const std::vector<std::string>& former, DatasetOptions& dataset) {
  for (const std::string& name : former)
    if (!name.empty() && !has(split_columns(dataset), name) && !has(dataset.keep, name) && !has(dataset.drop, name) &&
        name != dataset.target)
      dataset.drop.push_back(name);
}

// run and split: a study.
Result<Command> parse_study_command(CommandName name, const GivenFlags& given, const ReadText& read) {
  Command command;
  command.name = name;
  StudyFile file;
  if (!given.argument.empty()) {
    auto text = read(given.argument);
    if (!text) return tl::unexpected(text.error());
    auto parsed = parse_study(*text, given.argument);
    if (!parsed) {
      Error error = std::move(parsed.error());
      if (!given.argument.ends_with(".toml"))
        error.hint = fmt::format("a study file is TOML; if this is the table: warptune {} --data {} --target COLUMN",
                                 info_of(name).word, shell_word(given.argument));
      return tl::unexpected(std::move(error));
    }
    file = std::move(*parsed);
    command.study_text = std::move(*text);
  }
  const std::vector<std::string> former = split_columns(file.study.dataset);
  replace_evaluation(given, file);
  for (const GivenFlag& flag : given.flags) {
    auto applied = flag.flag->name == "param" ? apply_params(flag.values, file) : apply_flag(flag, file);
    if (!applied) return tl::unexpected(applied.error());
  }
  drop_former_columns(former, file.study.dataset);
  command.study = complete_study(std::move(file.study));
  if (auto checked = check_study(command.study, file.origins); !checked) return tl::unexpected(checked.error());
  return command;
}

// resume and top: flags over a study that is in the journal.
Result<Command> parse_journal_command(CommandName name, const GivenFlags& given) {
  Command command;
  command.name = name;
  command.journal = given.argument;
  for (const GivenFlag& flag : given.flags) {
    Result<GivenSetting> set = setting_of(flag);
    if (!set) return tl::unexpected(set.error());
    command.given.push_back(std::move(*set));
  }
  return command;
}

Result<Command> parse_families(const GivenFlags& given) {
  Command command;
  command.name = CommandName::families;
  command.family = given.argument;
  if (command.family.empty()) return command;
  if (auto family = find_family(command.family); !family) return tl::unexpected(family.error());
  return command;
}

}   // namespace

Result<Command> parse_command_line(const std::vector<std::string>& arguments, const ReadText& read) {
  if (arguments.empty())
    return failure("no command is given", "warptune run --data FILE --target COLUMN; warptune --help shows all");
  const std::string& word = arguments.front();
  if (word.starts_with('-')) return parse_top_flag(arguments);
  const CommandInfo* info = find_command(word);
  if (info == nullptr) {
    std::vector<std::string> known;
    for (const CommandInfo& each : commands()) known.push_back(each.word);
    const std::string near = nearest(word, known);
    return failure(fmt::format("unknown command {}", word.empty() ? "\"\"" : shown(word)),
                   word == "help" || word == "version" ? fmt::format("write warptune --{}", word)
                   : near.empty()                      ? fmt::format("commands are {}", fmt::join(known, ", "))
                                                       : fmt::format("did you mean {}?", near));
  }
  auto given = read_flags(*info, {arguments.begin() + 1, arguments.end()});
  if (!given) return tl::unexpected(given.error());
  for (const GivenFlag& flag : given->flags)
    if (flag.flag->name == "help") return printed(command_help(*info));
  if (info->needs_argument && given->argument.empty())
    return failure(fmt::format("{} needs a {}", info->word, info->argument == "JOURNAL" ? "journal" : info->argument),
                   fmt::format("usage: warptune {} {}", info->word, info->argument));
  switch (info->name) {
    case CommandName::run:
    case CommandName::split: return parse_study_command(info->name, *given, read);
    case CommandName::resume:
    case CommandName::top: return parse_journal_command(info->name, *given);
    case CommandName::families: return parse_families(*given);
    case CommandName::devices: break;
  }
  Command command;
  command.name = CommandName::devices;
  return command;
}

}   // namespace warptune
