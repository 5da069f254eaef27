#include "cli/flag_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace warptune {
namespace {

using C = CommandName;

constexpr TakenBy by_all = static_cast<TakenBy>(0b111111);
static_assert(by_run == 1U << static_cast<unsigned>(C::run) && by_resume == 1U << static_cast<unsigned>(C::resume) &&
              by_top == 1U << static_cast<unsigned>(C::top) && by_split == 1U << static_cast<unsigned>(C::split) &&
              static_cast<unsigned>(C::split) == 5);

// Groups of flags, in the order of the help.
const std::vector<std::string>& groups() {
  static const std::vector<std::string> all{"Data", "Search", "Evaluation", "Machine", "Output", "Other"};
  return all;
}

std::vector<Flag> make_flags() {
  std::vector<Flag> all;
  for (const Setting& setting : settings())
    if (!setting.flag.name.empty()) all.push_back({setting.flag, &setting});
  all.push_back({{"param", 'p', "NAME=DIST", "Search", 2, "what a parameter may be; repeat it for more parameters",
                  "the family's own space", by_run}});
  all.push_back({{"help", 'h', "", "Other", 1, "show this help", "", by_all}});
  const auto rank = [](const Flag& flag) {
    return std::pair(std::find(groups().begin(), groups().end(), flag.group), flag.place);
  };
  std::stable_sort(all.begin(), all.end(), [&](const Flag& a, const Flag& b) { return rank(a) < rank(b); });
  return all;
}

}   // namespace

bool Flag::repeats() const { return setting == nullptr ? name == "param" : setting->type == SettingType::names; }

bool Flag::takes_part_in(CommandName command) const {
  return (static_cast<unsigned>(taken_by) >> static_cast<unsigned>(command) & 1U) != 0;
}

std::vector<CommandName> Flag::commands() const {
  std::vector<CommandName> taking;
  for (const CommandInfo& info : warptune::commands())
    if (takes_part_in(info.name)) taking.push_back(info.name);
  return taking;
}

std::span<const CommandInfo> commands() {
  static const std::vector<CommandInfo> all{
      {C::run, "run", "[STUDY.toml]", false, "search: score many configurations of a model on a table"},
      {C::resume, "resume", "JOURNAL", true, "go on with a study that was interrupted or ran into its time limit"},
      {C::top, "top", "JOURNAL", true, "show the best trials of a journal"},
      {C::families, "families", "[NAME]", false, "list the model families, or the parameters of one"},
      {C::devices, "devices", "", false, "list the devices that can be used"},
      {C::split, "split", "[STUDY.toml]", false, "write which fold each row of a table is in, as CSV"},
  };
  return all;
}

const CommandInfo* find_command(std::string_view word) {
  const auto all = commands();
  const auto found = std::find_if(all.begin(), all.end(), [&](const CommandInfo& info) { return info.word == word; });
  return found == all.end() ? nullptr : &*found;
}

const CommandInfo& info_of(CommandName name) { return commands()[static_cast<std::size_t>(name)]; }

std::span<const Flag> flags() {
  static const std::vector<Flag> all = make_flags();
  return all;
}

std::vector<const Flag*> flags_of(CommandName command) {
  std::vector<const Flag*> taken;
  for (const Flag& flag : flags())
    if (flag.takes_part_in(command)) taken.push_back(&flag);
  return taken;
}

std::vector<std::string> choices_of(const Flag& flag) {
  if (flag.setting == nullptr) return {};
  return flag.setting->words.empty() ? flag.setting->offered : flag.setting->words;
}

std::string synopsis_of(const Flag& flag) {
  const std::string letter = flag.letter == 0 ? "    " : fmt::format("-{}, ", flag.letter);
  return fmt::format("{}--{}{}{}", letter, flag.name, flag.is_switch() ? "" : " ", flag.value_name);
}

std::span<const TopFlag> top_flags() {
  static const std::vector<TopFlag> all{
      {"help", 'h', "", "show this help", false},
      {"version", 'V', "", "show the version", false},
      {"completion", 0, "SHELL", "print the completion of bash or zsh", false},
      {"man", 0, "", "print the man page", true},
  };
  return all;
}

std::span<const DistributionText> distribution_texts() {
  static const std::vector<DistributionText> all{
      {"max_depth=int(2,9)", "every integer from 2 to 9"},
      {"max_leaf_nodes=int(8,256,step=8)", "8, 16, ... 256"},
      {"n_estimators=int(10,1000,log)", "small ones as often as large ones, by the logarithm"},
      {"max_features=float(0.1,1)", "any number from 0.1 to 1; with step=0.1 only its steps"},
      {"ccp_alpha=log(1e-5,0.1)", "any number, by the logarithm"},
      {"criterion=choice(gini,entropy)", "one of these values"},
      {"max_depth=none", "fixed"},
  };
  return all;
}

std::span<const ExitText> exit_texts() {
  static const std::vector<ExitText> all{
      {0, "done"},
      {1, "no trial could be scored, or the journal or results could not be written to the end"},
      {2, "wrong flags, study file or data"},
      {3, "a GPU is missing, failed or was lost"},
      {130, "interrupted; the journal is intact, and resume goes on from it"},
  };
  return all;
}

}   // namespace warptune
