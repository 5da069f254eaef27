#include "cli/command_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/with_flags.h"
#include "warptune/family.h"

namespace warptune {
namespace {

constexpr const char* study_text = R"([data]
path = "blog.csv"
target = "y"
[space]
max_depth = { int = [2, 9] }
criterion = "gini"
[search]
trials = 50
[evaluate]
fold_column = "f"
holdout_value = "v"
)";

Result<std::string> fake_read(const std::string& path) {
  if (path == "d/study.toml") return std::string(study_text);
  return failure(path + ": No such file or directory");
}

Result<Command> parse(const std::vector<std::string>& arguments) { return parse_command_line(arguments, fake_read); }

Result<Command> parse_run(std::vector<std::string> more) {
  more.insert(more.begin(), {"run", "--data", "a.csv", "--target", "y"});
  return parse(more);
}

std::string error_of(const Result<Command>& command) {
  EXPECT_FALSE(command);
  return command ? "" : with_flags(command.error().message + " | " + command.error().hint);
}

TEST(CliCommandLine, RunWithFlagsOnly) {
  const auto command = parse_run({"--param",
                                  "max_depth=int(2,9)",
                                  "-p",
                                  "criterion=choice(gini,entropy)",
                                  "-n",
                                  "7",
                                  "--seed=3",
                                  "--drop",
                                  "a,b",
                                  "--drop",
                                  "c",
                                  "--no-header",
                                  "--separator",
                                  "tab",
                                  "--folds",
                                  "5",
                                  "--no-stratify",
                                  "-j4",
                                  "--memory",
                                  "1G",
                                  "--time-limit",
                                  "2m",
                                  "-o",
                                  "r.json",
                                  "-q"});
  ASSERT_TRUE(command) << command.error().message;
  EXPECT_FALSE(command->print);
  EXPECT_EQ(command->name, CommandName::run);
  EXPECT_EQ(command->study_text, "");
  const Study& s = command->study;
  EXPECT_EQ(s.input.path, "a.csv");
  EXPECT_EQ(s.space.parameters.size(), 2U);
  EXPECT_EQ(s.space.parameters[1].name, "criterion");
  EXPECT_EQ(s.search.trials, 7);
  EXPECT_EQ(s.search.seed, 3U);
  EXPECT_EQ(s.dataset.drop, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_FALSE(s.input.csv.header);
  EXPECT_EQ(s.input.csv.separator, '\t');
  EXPECT_EQ(s.evaluation.split.folds, 5);
  EXPECT_EQ(s.evaluation.split.holdout, 0);
  EXPECT_FALSE(s.evaluation.split.stratify);
  EXPECT_EQ(s.run.threads, 4);
  EXPECT_EQ(s.run.memory_bytes, 1ULL << 30);
  EXPECT_EQ(s.run.time_limit_seconds, 120);
  EXPECT_EQ(s.output.results, "r.json");
  EXPECT_TRUE(s.output.quiet);
}

TEST(CliCommandLine, SplitTakesAStudyToo) {
  const auto command =
      parse({"split", "--data", "a.csv", "--target", "y", "--time", "t", "--gap", "7", "--window", "30d"});
  ASSERT_TRUE(command) << command.error().message;
  EXPECT_EQ(command->name, CommandName::split);
  EXPECT_EQ(command->study.dataset.time_column, "t");
  EXPECT_EQ(command->study.evaluation.split.gap, "7");
  EXPECT_EQ(command->study.evaluation.split.window, "30d");
  EXPECT_NE(error_of(parse({"split", "--data", "a.csv", "--target", "y", "--metric", "log_loss"})).find("run has it"),
            std::string::npos);
}

TEST(CliCommandLine, RunWithDefaults) {
  const auto command = parse_run({});
  ASSERT_TRUE(command) << command.error().message;
  EXPECT_EQ(command->study.evaluation.split.holdout, 0.33);
  EXPECT_EQ(command->study.space, families().front().default_space);
  EXPECT_EQ(command->study.input.csv.header, true);
}

TEST(CliCommandLine, FlagsOverrideTheFile) {
  const auto plain = parse({"run", "d/study.toml"});
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->study.input.path, "d/blog.csv");
  EXPECT_EQ(plain->study_text, study_text);
  EXPECT_EQ(plain->study.dataset.fold_column, "f");
  EXPECT_EQ(plain->study.dataset.drop, std::vector<std::string>());
  const auto changed =
      parse({"run", "d/study.toml", "--trials", "5", "--param", "max_depth=3", "--param", "max_samples=0.5"});
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->study.search.trials, 5);
  const auto& parameters = changed->study.space.parameters;
  ASSERT_EQ(parameters.size(), 3U);
  EXPECT_EQ(to_string(parameters[0]), "max_depth=3");   // replaced in its place
  EXPECT_EQ(to_string(parameters[1]), "criterion=gini");
  EXPECT_EQ(to_string(parameters[2]), "max_samples=0.5");
}

TEST(CliCommandLine, AnEvaluationReplacesTheFilesEvaluation) {
  const auto folds = parse({"run", "d/study.toml", "--folds", "4"});
  ASSERT_TRUE(folds) << folds.error().message;
  EXPECT_EQ(folds->study.evaluation.split.folds, 4);
  EXPECT_EQ(folds->study.dataset.fold_column, "");
  EXPECT_EQ(folds->study.evaluation.split.holdout_value, "");
  EXPECT_EQ(folds->study.dataset.drop, std::vector<std::string>{"f"});   // fold numbers are still no feature
  const auto column = parse({"run", "d/study.toml", "--fold-column", "g"});
  ASSERT_TRUE(column) << column.error().message;
  EXPECT_EQ(column->study.dataset.fold_column, "g");
  EXPECT_EQ(column->study.dataset.drop, std::vector<std::string>{"f"});
  const auto same = parse({"run", "d/study.toml", "--fold-column", "f"});
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_EQ(same->study.dataset.drop, std::vector<std::string>());
  const auto dropped = parse({"run", "d/study.toml", "--folds", "4", "--drop", "a,f"});
  ASSERT_TRUE(dropped) << dropped.error().message;
  EXPECT_EQ(dropped->study.dataset.drop, (std::vector<std::string>{"a", "f"}));
  const auto kept = parse({"run", "d/study.toml", "--folds", "4", "--keep", "f"});   // asked for
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept->study.dataset.drop, std::vector<std::string>());
  EXPECT_EQ(column->study.evaluation.split.holdout_value, "");
  const auto groups = parse({"run", "d/study.toml", "--group", "g"});
  ASSERT_TRUE(groups) << groups.error().message;
  EXPECT_EQ(groups->study.dataset.fold_column, "");
  EXPECT_EQ(groups->study.dataset.group_column, "g");
  EXPECT_EQ(groups->study.evaluation.split.holdout, 0.33);
  EXPECT_EQ(groups->study.dataset.drop, std::vector<std::string>{"f"});
  const auto value = parse({"run", "d/study.toml", "--holdout-value", "w"});
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(value->study.dataset.fold_column, "f");
  EXPECT_EQ(value->study.evaluation.split.holdout_value, "w");
}

TEST(CliCommandLine, OtherCommands) {
  const auto resume = parse({"resume", "study.log", "--threads", "2"});
  ASSERT_TRUE(resume);
  EXPECT_EQ(resume->journal, "study.log");
  ASSERT_EQ(resume->given.size(), 1U);
  EXPECT_EQ(*find_given(resume->given, "run.threads"), SettingValue(std::int64_t{2}));
  EXPECT_FALSE(parse({"resume", "study.log", "--threads", "0"}));
  EXPECT_EQ(*find_given(parse({"top", "study.log", "--top", "3"})->given, "run.top"), SettingValue(std::int64_t{3}));
  EXPECT_TRUE(parse({"top", "study.log"})->given.empty());
  EXPECT_EQ(parse({"families"})->family, "");
  EXPECT_EQ(parse({"families", "extra_trees"})->family, "extra_trees");
  EXPECT_EQ(parse({"devices"})->name, CommandName::devices);
}

TEST(CliCommandLine, WhatIsOnlyPrinted) {
  EXPECT_NE(parse({"--help"})->text.find("Commands:"), std::string::npos);
  EXPECT_NE(parse({"-h"})->text.find("Commands:"), std::string::npos);
  EXPECT_TRUE(parse({"--version"})->text.starts_with("warptune "));
  EXPECT_TRUE(parse({"--man"})->text.starts_with(".TH"));
  EXPECT_TRUE(parse({"--completion", "bash"})->print);
  EXPECT_TRUE(parse({"--completion", "zsh"})->print);
  for (const CommandInfo& info : commands()) EXPECT_TRUE(parse({info.word, "--help"})->print) << info.word;
  EXPECT_TRUE(parse({"run", "--trials", "0", "-h"})->print);   // help before anything is checked
}

TEST(CliCommandLine, Errors) {
  struct Case {
    std::vector<std::string> arguments;
    const char* says;
  };
  const std::vector<Case> cases{
      {{}, "no command is given"},
      {{""}, "unknown command \"\""},
      {{"rnu"}, "unknown command rnu | did you mean run?"},
      {{"frobnicate"}, "commands are run, resume, top, families, devices"},
      {{"--hepl"}, "unknown flag --hepl | did you mean --help?"},
      {{"--data", "x"}, "flags follow a command"},
      {{"--version", "x"}, "does not expect x"},
      {{"--completion"}, "needs bash or zsh"},
      {{"--completion", "fish"}, "needs bash or zsh, not fish"},
      {{"resume"}, "resume needs a journal"},
      {{"top"}, "top needs a journal"},
      {{"resume", "a", "b"}, "resume does not expect b"},
      {{"devices", "a"}, "devices does not expect a"},
      {{"resume", "a", "--seed", "5"}, "resume has no such flag, run has it"},
      {{"resume", "a", "--results", "x.txt"}, ".csv or .json"},
      {{"families", "extra_tree"}, "did you mean extra_trees?"},
      {{"run"}, "no data is given | add --data"},
      {{"run", "--data", "a.csv"}, "no target is given | add --target"},
      {{"run", "none.toml"}, "No such file"},
      {{"run", "--trails", "5"}, "unknown flag --trails | did you mean --trials?"},
      {{"run", "--trails=5"}, "did you mean --trials?"},
      {{"run", "--data"}, "--data"},
      {{"run", "--data", "--target", "y"}, "--data needs a value, not the flag --target"},
      {{"run", "--data="}, "--data"},
      {{"run", "--quiet=yes"}, "--quiet takes no value"},
      {{"run", "--seed", "1", "--seed", "2"}, "--seed is given 2 times"},
  };
  for (const Case& each : cases) {
    const std::string error = error_of(parse(each.arguments));
    EXPECT_NE(error.find(each.says), std::string::npos) << error;
  }
}

TEST(CliCommandLine, ErrorsOfValuesNameTheFlag) {
  struct Case {
    std::vector<std::string> arguments;
    const char* starts;
  };
  const std::vector<Case> cases{
      {{"--trials", "0"}, "--trials 0: trials must be from 1 to 10000000, not 0"},
      {{"--trials", "1e3"}, "--trials 1e3: trials must be an integer, not 1e3"},
      {{"--trials", "99999999999999999999"}, "--trials 99999999999999999999: trials must be an integer"},
      {{"--seed", "-1"}, "--seed -1: seed must be an integer from 0"},
      {{"--holdout", "nan"}, "--holdout nan: holdout must be between 0 and 1"},
      {{"--metric", "acuracy"}, "--metric acuracy: unknown metric acuracy | did you mean accuracy?"},
      {{"--device", "cuda:x"}, "--device cuda:x: x is not the number of a GPU"},
      {{"--model", "random_frest"},
       "--model random_frest: unknown model family random_frest | did you mean random_forest?"},
      {{"--param", "max_dept=3"},
       "--param max_dept=3: random_forest has no parameter max_dept | did you mean max_depth?"},
      {{"--param", "max_depth=3", "--param", "max_depth=4"}, "--param max_depth=4: max_depth is given twice"},
      {{"--folds", "3", "--holdout", "0.5"}, "--folds 3: holdout and folds are both given"},
      {{"--drop", "a,"}, "--drop a,: drop is empty"},
      {{"--sampler", "grid", "--param", "ccp_alpha=float(0,1)"}, "--param ccp_alpha=float(0,1): a grid needs a step"},
      {{"--data", "b.csv"}, "--data is given 2 times"},
  };
  for (const Case& each : cases) {
    const std::string error = error_of(parse_run(each.arguments));
    EXPECT_TRUE(error.starts_with(each.starts)) << error;
  }
}

TEST(CliCommandLine, ValuesMayStartWithADash) {
  EXPECT_EQ(parse_run({"--positive", "-1"})->study.dataset.positive, "-1");
  EXPECT_EQ(parse({"run", "--target", "y", "--data", "-"})->study.input.path, "-");
  EXPECT_EQ(parse({"run", "--target", "y", "-d", "-"})->study.input.path, "-");
}

TEST(CliCommandLine, EveryFlagIsTaken) {
  for (const Flag& flag : flags())
    for (const CommandName name : flag.commands()) {
      const CommandInfo& info = info_of(name);
      std::vector<std::string> arguments{info.word};
      if (info.needs_argument) arguments.emplace_back("x");
      arguments.push_back("--" + flag.name);
      if (!flag.is_switch()) arguments.emplace_back("1");
      const auto command = parse(arguments);
      if (!command) {
        EXPECT_EQ(command.error().message.find("unknown flag"), std::string::npos) << flag.name;
      }
    }
}

}   // namespace
}   // namespace warptune
