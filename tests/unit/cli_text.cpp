// Help, man page, completions and the tables they come from.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "cli/completion.h"
#include "cli/family_table.h"
#include "cli/flag_table.h"
#include "cli/given_flags.h"
#include "cli/help.h"
#include "cli/man_page.h"
#include "study/setting.h"
#include "warptune/version.h"

namespace warptune {
namespace {

std::string read(const std::string& name) {
  std::ifstream file(std::filesystem::path(WARPTUNE_SOURCE_DIR) / name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(CliFlagTable, NamesAndLettersAreUnique) {
  std::set<std::string> names;
  std::set<char> letters;
  for (const Flag& flag : flags()) {
    EXPECT_TRUE(names.insert(flag.name).second) << flag.name;
    EXPECT_TRUE(flag.letter == 0 || letters.insert(flag.letter).second) << flag.letter;
    EXPECT_FALSE(flag.commands().empty()) << flag.name;
  }
}

TEST(CliFlagTable, FlagsSetSettingsOfTheirKind) {
  for (const Flag& flag : flags()) {
    if (flag.name == "param" || flag.name == "help") continue;
    const Setting* setting = flag.setting;
    ASSERT_NE(setting, nullptr) << flag.name;
    EXPECT_EQ(flag.is_switch(), setting->type == SettingType::boolean) << flag.name;
    EXPECT_TRUE(!flag.is_switch() || SettingValue(flag.switched) != setting->get(Study{})) << flag.name;
  }
}

TEST(CliFlagTable, EverySettingOfTheFileHasItsFlag) {
  for (const Setting& setting : settings()) {
    if (!setting.in_file) continue;
    bool found = false;
    for (const Flag& flag : flags()) found = found || flag.setting == &setting;
    EXPECT_TRUE(found) << setting.name();
  }
}

TEST(CliFlagTable, DefaultsSaidAreTheStudys) {
  const auto said = [](const std::string& name) {
    for (const Flag& flag : flags())
      if (flag.name == name) return flag.default_text;
    return std::string("?");
  };
  Study study;
  study.input.path = "x";
  study = complete_study(study);
  EXPECT_EQ(said("max-bins"), std::to_string(study.dataset.max_bins));
  EXPECT_EQ(said("model"), study.model.family);
  EXPECT_TRUE(said("trials").starts_with(std::to_string(study.search.trials) + ";"));
  EXPECT_EQ(said("sampler"), study.search.sampler);
  EXPECT_EQ(said("seed"), std::to_string(study.search.seed));
  EXPECT_EQ(said("metric"), study.evaluation.metric);
  EXPECT_EQ(said("holdout"), to_string(Value(study.evaluation.split.holdout)));
  EXPECT_EQ(said("device"), study.run.device);
  EXPECT_EQ(said("streams"), std::to_string(study.run.streams));
  EXPECT_EQ(said("top"), std::to_string(study.output.top));
}

TEST(CliFlagTable, CommandsAreInTheOrderOfTheirNames) {
  for (const CommandInfo& command : commands()) EXPECT_EQ(&info_of(command.name), &command);
}

TEST(CliFlagTable, DistributionExamplesCanBeRead) {
  for (const DistributionText& each : distribution_texts()) EXPECT_TRUE(parse_parameter(each.example)) << each.example;
}

TEST(CliHelp, NamesEveryFlagAndFitsThePage) {
  for (const CommandInfo& command : commands()) {
    const std::string help = command_help(command);
    for (const Flag* flag : flags_of(command.name))
      EXPECT_NE(help.find(synopsis_of(*flag)), std::string::npos) << command.word << " " << flag->name;
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  }
  for (const CommandInfo& command : commands()) EXPECT_NE(general_help().find(command.word), std::string::npos);
  EXPECT_EQ(general_help().find("--man"), std::string::npos);
}

TEST(CliManPage, TheOneInDocsIsTheProgramsOwn) {
  EXPECT_EQ(read("docs/warptune.1"), man_page()) << "run: build/release/warptune --man > docs/warptune.1";
}

TEST(CliManPage, IsRoff) {
  std::istringstream lines(man_page());
  for (std::string line; std::getline(lines, line);) {
    const bool request = line.starts_with(".TH ") || line.starts_with(".S") || line == ".TP" || line == ".br" ||
                         line == ".nf" || line == ".fi";
    EXPECT_TRUE(request || !line.starts_with(".")) << line;
    EXPECT_FALSE(line.starts_with("'")) << line;
    EXPECT_FALSE(line.empty());
  }
}

TEST(CliVersion, IsTheProjects) {
  EXPECT_NE(read("CMakeLists.txt").find(std::string("project(warptune VERSION ") + version), std::string::npos);
}

// What bash completes for `words`, of which the last is being typed.
std::string completed(const std::string& words) {
  const auto script = std::filesystem::temp_directory_path() / ("warptune_completion_" + std::to_string(::getpid()));
  std::ofstream(script) << bash_completion() << "\nCOMP_WORDS=(" << words << ")\nCOMP_CWORD=$((${#COMP_WORDS[@]}-1))\n"
                        << "compopt() { :; }\n_warptune\necho \"${COMPREPLY[@]}\"\n";
  std::string out;
  if (std::FILE* bash = ::popen(("bash " + script.string() + " 2>&1").c_str(), "r")) {
    char buffer[4096];
    while (std::fgets(buffer, sizeof buffer, bash) != nullptr) out += buffer;
    ::pclose(bash);
  }
  std::filesystem::remove(script);
  return out;
}

TEST(CliCompletion, Bash) {
  EXPECT_EQ(completed("warptune re"), "resume\n");
  EXPECT_EQ(completed("warptune run --sampler ''"), "random grid\n");
  EXPECT_EQ(completed("warptune run --metric b"), "balanced_accuracy\n");
  EXPECT_EQ(completed("warptune run -m r"), "random_forest\n");
  EXPECT_EQ(completed("warptune run --sam"), "--sampler\n");
  EXPECT_EQ(completed("warptune resume --sam"), "\n");
  EXPECT_EQ(completed("warptune families e"), "extra_trees\n");
  EXPECT_EQ(completed("warptune run --trials 5"), "\n");
}

TEST(CliCompletion, ZshNamesEveryFlag) {
  const std::string script = zsh_completion();
  EXPECT_TRUE(script.starts_with("#compdef warptune\n"));
  for (const Flag& flag : flags()) EXPECT_NE(script.find("--" + flag.name + "["), std::string::npos) << flag.name;
}

// What may be given again is completed again, and the help says so; what may not, not.
TEST(CliCompletion, ZshRepeatsWhatTheParserDoes) {
  const std::string script = zsh_completion();
  int repeatable = 0;
  for (const Flag& flag : flags()) {
    if (flag.is_switch()) continue;
    const CommandInfo& command = info_of(flag.commands().front());
    std::vector<std::string> words{"--" + flag.name, "a", "--" + flag.name, "b"};
    if (command.needs_argument) words.push_back("j");
    const bool taken = read_flags(command, words).has_value();
    EXPECT_EQ(script.find("'*--" + flag.name + "[") != std::string::npos, taken) << flag.name;
    EXPECT_NE(script.find((taken ? "'*--" : "'--") + flag.name + "["), std::string::npos) << flag.name;
    if (!taken) continue;
    ++repeatable;
    const bool lettered = flag.letter == 0 || script.find(std::string("'*-") + flag.letter + "[") != std::string::npos;
    EXPECT_TRUE(lettered) << flag.name;
    const bool said = flag.text.find("repeat it") != std::string::npos || flag.text.find("commas") != std::string::npos;
    EXPECT_TRUE(said) << flag.name;
  }
  EXPECT_GE(repeatable, 5);
}

TEST(CliFamilyTable, HasARowPerParameter) {
  for (const Family& family : families()) {
    const std::string table = parameter_table(family);
    for (const ParameterInfo& info : family.parameters)
      EXPECT_NE(table.find("\n" + info.name + " "), std::string::npos);
    EXPECT_NE(family_list().find(family.name), std::string::npos);
  }
}

}   // namespace
}   // namespace warptune
