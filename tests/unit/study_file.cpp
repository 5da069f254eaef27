#include "study/study_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cli/with_flags.h"
#include "warptune/family.h"

namespace warptune {
namespace {

constexpr const char* whole = R"([data]
path = "blog.csv"
target = "y"
drop = ["ID", "a,b"]
keep = "x"
positive = 1
header = false
separator = "\t"
max_bins = 64
[model]
family = "extra_trees"
[space]
z_first = { int = [8, 256], step = 8 }
max_depth = { int = [1, 9], log = true }
ccp_alpha = { float = [0.01, 0.3], log = true }
share = { float = [0, 1], step = 0.5 }
criterion = { choice = ["gini", "none", 3, 1.0, true] }
max_samples = "none"
n_estimators = 7
[search]
sampler = "grid"
trials = 5
seed = 9
[evaluate]
metric = "roc_auc"
holdout = 0.25
folds = 3
stratify = false
fold_column = "f"
holdout_value = 2
[run]
device = "cuda:0"
threads = 4
streams = 3
memory = "4G"
time_limit = "5m"
journal = "j.log"
results = "r.csv"
stats = "s.json"
top = 3
quiet = true
)";

std::string parameters_text(const Study& study) {
  std::string text;
  for (const Parameter& parameter : study.space.parameters) text += to_string(parameter) + ";";
  return text;
}

TEST(StudyFile, ListsAndSeedsAndLabelsAsTheFileHasThem) {
  const auto file = parse_study(
      "[data]\npositive = 2.10\n[search]\nseed = \"18446744073709551615\"\n"
      "[space]\nhidden = { choice = [[64, 32], [\"a\", \"none\", 1.0, true]] }\nfixed = [[1], []]\n",
      "s.toml");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->study.dataset.positive, "2.10");
  EXPECT_EQ(file->study.search.seed, 18446744073709551615U);
  for (const char* text : {"evaluate = { fold_column = \"\u00FC\u20AC\", holdout_value = 2.10 } # \u00FC",
                           "\uFEFFevaluate = { holdout_value = 2.10 }"}) {
    const auto inlined = parse_study(text, "s.toml");
    ASSERT_TRUE(inlined) << inlined.error().message;
    EXPECT_EQ(inlined->study.evaluation.split.holdout_value, "2.10") << text;
  }
  const auto& parameters = file->study.space.parameters;
  EXPECT_EQ(parameters[0].distribution.choices, (std::vector<Value>{List{"[64,32]"}, List{"[\"a\",null,1.0,true]"}}));
  EXPECT_EQ(parameters[1].distribution.choices, (std::vector<Value>{List{"[[1],[]]"}}));
  for (const char* wrong :
       {"h = [inf]", "h = [1979-05-27]", "h = { choice = [{ a = 1 }] }", "h = { choice = [\"True\"] }"})
    EXPECT_FALSE(parse_study(std::string("[space]\n") + wrong, "s.toml")) << wrong;
}

TEST(StudyFile, ReadsEverySetting) {
  const auto file = parse_study(whole, "folder/study.toml");
  ASSERT_TRUE(file) << file.error().message;
  const Study& s = file->study;
  EXPECT_EQ(s.input.path, "folder/blog.csv");
  EXPECT_EQ(s.dataset.target, "y");
  EXPECT_EQ(s.dataset.drop, (std::vector<std::string>{"ID", "a,b"}));
  EXPECT_EQ(s.dataset.keep, (std::vector<std::string>{"x"}));
  EXPECT_EQ(s.dataset.positive, "1");
  EXPECT_FALSE(s.input.csv.header);
  EXPECT_EQ(s.input.csv.separator, '\t');
  EXPECT_EQ(s.dataset.max_bins, 64);
  EXPECT_EQ(s.model.family, "extra_trees");
  EXPECT_EQ(
      parameters_text(s),
      "z_first=int(8,256,step=8);max_depth=int(1,9,log);ccp_alpha=float(0.01,0.3,log);share=float(0.0,1.0,step=0.5);"
      "criterion=choice(gini,none,3,1.0,true);max_samples=none;n_estimators=7;");
  EXPECT_EQ(s.search.sampler, "grid");
  EXPECT_EQ(s.search.trials, 5);
  EXPECT_TRUE(s.search.trials_given);
  EXPECT_EQ(s.search.seed, 9U);
  EXPECT_EQ(s.evaluation.metric, "roc_auc");
  EXPECT_EQ(s.evaluation.split.holdout, 0.25);
  EXPECT_EQ(s.evaluation.split.folds, 3);
  EXPECT_FALSE(s.evaluation.split.stratify);
  EXPECT_EQ(s.dataset.fold_column, "f");
  EXPECT_EQ(s.evaluation.split.holdout_value, "2");
  EXPECT_EQ(s.run.device, "cuda:0");
  EXPECT_EQ(s.run.threads, 4);
  EXPECT_EQ(s.run.streams, 3);
  EXPECT_EQ(s.run.memory_bytes, 4ULL << 30);
  EXPECT_EQ(s.run.time_limit_seconds, 300);
  EXPECT_EQ(s.output.journal, "j.log");
  EXPECT_EQ(s.output.results, "r.csv");
  EXPECT_EQ(s.output.stats, "s.json");
  EXPECT_EQ(s.output.top, 3);
  EXPECT_TRUE(s.output.quiet);
}

TEST(StudyFile, KnowsWhereEachSettingIs) {
  const auto file = parse_study(whole, "folder/study.toml");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->origins.at("search.trials"), "folder/study.toml:22:10");
  EXPECT_EQ(file->origins.at("space.max_depth"), "folder/study.toml:14:13");
}

TEST(StudyFile, DataIsRelativeToTheFile) {
  const auto path_of = [](const std::string& data, const std::string& study) {
    return parse_study("[data]\npath = \"" + data + "\"", study)->study.input.path;
  };
  EXPECT_EQ(path_of("a.csv", "study.toml"), "a.csv");
  EXPECT_EQ(path_of("../a.csv", "x/y/study.toml"), "x/a.csv");
  EXPECT_EQ(path_of("/d/a.csv", "x/study.toml"), "/d/a.csv");
  EXPECT_EQ(path_of("-", "x/study.toml"), "-");
}

TEST(StudyFile, ParametersKeepTheFilesOrderInEveryNotation) {
  const auto file = parse_study("[space]\nz.int = [1, 2]\na = 1\n[space.m]\nchoice = [1]\n", "s");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(parameters_text(file->study), "z=int(1,2);a=1;m=choice(1);");
}

TEST(StudyFile, CompactNotation) {
  const auto file = parse_study("[space]\na={int=[1,9],step=2}\nb={choice=['x',\"y\",1]}\nc='z'#c\nd=\"w\"", "s");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(parameters_text(file->study), "a=int(1,9,step=2);b=choice(x,y,1);c=z;d=w;");
}

TEST(StudyFile, AnEmptyFileSetsNothing) {
  const auto file = parse_study("", "s");
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->origins.empty());
}

struct Bad {
  const char* toml;
  const char* starts;
  const char* hint;
};

TEST(StudyFile, ErrorsCarryLineAndColumn) {
  const std::vector<Bad> cases{
      {"[data]\npath = ", "s.toml:2:8: ", ""},
      {"[data]\npath = \"a\"\npath = \"b\"", "s.toml:3:", ""},
      {"[space]\na = 1\na = 2", "s.toml:3:", ""},
      {"x = 1\n [{", "s.toml:2:2: [ must be followed", ""},
      {"x = [1, # c\n }", "s.toml:2:2: a value or key is missing before }", ""},
      {"x = [}", "s.toml:1:6: a value or key is missing before }", ""},
      {"x = 4\"ü\"", "s.toml:1:6: a quote inside a word", ""},
      {"x = 1=[{\"ü\"", "s.toml:1:9: a quote inside a word", ""},
      {"x = \v1", "s.toml:1:5: a control character", ""},
      {"[[ =", "s.toml:1:1: [ must be followed", ""},
      {"x = t\n", "s.toml:1:", ""},   // toml++ quotes the end of the line
      {"[", "s.toml:1:", ""},
      {"[]", "s.toml:1:", ""},
      {"x = 1", "s.toml:1:1: unknown section x", "sections are data, model, space, search, evaluate, run"},
      {"[dta]\n", "s.toml:1:2: unknown section dta", "did you mean data?"},
      {"data = 1", "s.toml:1:1: data must be a section, not an integer", "write [data]"},
      {"[[data]]\n", "s.toml:1:3: data must be a section, not an array", ""},
      {"[data]\n  targt = \"y\"", "s.toml:2:3: [data] has no key targt", "did you mean target?"},
      {"[data]\nmetric = \"y\"", "s.toml:2:1: [data] has no key metric", "it belongs in [evaluate]"},
      {"[run]\ndry_run = true", "s.toml:2:1: [run] has no key dry_run", "keys are"},
      {"[search]\ntrials_given = true", "s.toml:2:1: [search] has no key trials_given", ""},
      {"[data]\ntarget = 5", "s.toml:2:10: target must be text, not an integer", ""},
      {"[data]\ntarget = \"\"", "s.toml:2:10: target is empty", ""},
      {"[data]\ntarget = \"\\u0000\"", "s.toml:2:10: target must be UTF-8 text", ""},
      {"[data]\ndrop = [1]", "s.toml:2:8: drop must be a list of names, not an integer", ""},
      {"[data]\nheader = \"no\"", "s.toml:2:10: header must be true or false, not text", ""},
      {"[data]\nseparator = \"ab\"", "s.toml:2:13: ab can't separate columns", ""},
      {"[data]\nmax_bins = 256", "s.toml:2:12: max_bins must be from 2 to 255, not 256", ""},
      {"[search]\ntrials = 0", "s.toml:2:10: trials must be from 1 to 10000000, not 0", ""},
      {"[search]\ntrials = \"5\"", "s.toml:2:10: trials must be an integer, not text", ""},
      {"[search]\ntrials = 5.0", "s.toml:2:10: trials must be an integer, not a number", ""},
      {"[search]\nseed = -1", "s.toml:2:8: seed must not be negative", ""},
      {"[search]\nsampler = \"gird\"", "s.toml:2:11: unknown sampler gird", "did you mean grid?"},
      {"[evaluate]\nmetric = \"auc\"", "s.toml:2:10: unknown metric auc", "known are accuracy"},
      {"[evaluate]\nholdout = 0", "s.toml:2:11: holdout must be between 0 and 1, not 0", ""},
      {"[evaluate]\nholdout = 1.0", "s.toml:2:11: holdout must be between 0 and 1, not 1", ""},
      {"[evaluate]\nholdout = nan", "s.toml:2:11: holdout must be between", ""},
      {"[evaluate]\nfolds = 1", "s.toml:2:9: folds must be from 2 to 1000, not 1", ""},
      {"[run]\ndevice = \"gpu\"", "s.toml:2:10: unknown device gpu", ""},
      {"[run]\nmemory = \"4X\"", "s.toml:2:10: 4X is not an amount of memory", ""},
      {"[run]\nmemory = -4", "s.toml:2:10: -4 is not an amount of memory", ""},
      {"[run]\ntime_limit = inf", "s.toml:2:14: time_limit must be above 0 seconds", ""},
      {"[run]\ntime_limit = 1979-05-27", "s.toml:2:14: time_limit must be a time, as 60s, not a date", ""},
      {"[space]\nmax_depth = { int = [9, 2] }", "s.toml:2:13: low 9 is above high 2", ""},
      {"[space]\nmax_depth = { int = [9] }", "s.toml:2:13: int needs a low and a high, not 1 values", ""},
      {"[space]\nmax_depth = { int = 9 }", "s.toml:2:21: int must be an array, not an integer", ""},
      {"[space]\nmax_depth = { itn = [1, 2] }", "s.toml:2:15: unknown distribution itn", "a distribution is"},
      {"[space]\nmax_depth = { int = [1, 2], float = [1, 2] }", "s.toml:2:29: both int and float", ""},
      {"[space]\nmax_depth = { step = 1 }", "s.toml:2:13: the distribution is missing", ""},
      {"[space]\nmax_depth = {}", "s.toml:2:13: the distribution is missing", ""},
      {"[space]\nmax_depth = { int = [1, 2], step = [] }", "s.toml:2:36: step must be a number", ""},
      {"[space]\nmax_depth = { int = [1, 2], log = 1 }", "s.toml:2:35: log must be true or false", ""},
      {"[space]\nmax_depth = [1, inf]",
       "s.toml:2:13: a parameter is a value or a distribution, not an array with something else than finite numbers",
       ""},
      {"[space]\nmax_depth = { choice = [] }", "s.toml:2:13: choice has no values", ""},
      {"[space]\nmax_depth = { choice = [1], step = 1 }", "s.toml:2:13: choice takes neither", ""},
      {"[space]\nmax_depth = { choice = [[{}]] }", "s.toml:2:25: choice can't hold an array with something else", ""},
      {"[space]\nmax_depth = { choice = [inf] }", "s.toml:2:25: choice can't hold a number that is not finite", ""},
      {"[space]\nmax_depth = { int = [[1], 2] }", "s.toml:2:22: int can't hold an array",
       "write { int = [LOW, HIGH] }"},
      {"[space]\nmax_depth = \"int(1,9)\"", "s.toml:2:13: int(1,9) is neither", "distributions are"},
      {"[space]\n\"max depth\" = 1", "s.toml:2:1: max depth is not a parameter's name", ""},
      {"[space]\na = { float = [0, 1], log = true }", "s.toml:2:5: log needs low above 0", ""},
  };
  for (const Bad& bad : cases) {
    const auto file = parse_study(bad.toml, "s.toml");
    ASSERT_FALSE(file) << bad.toml;
    EXPECT_TRUE(file.error().message.starts_with(bad.starts)) << file.error().message << "\nfor " << bad.toml;
    EXPECT_NE(file.error().hint.find(bad.hint), std::string::npos) << file.error().hint << "\nfor " << bad.toml;
    EXPECT_EQ(file.error().message.find('\n'), std::string::npos) << file.error().message;
    EXPECT_EQ(file.error().kind, ErrorKind::usage);
  }
}

TEST(StudyFile, AListIsRefusedWhereItStandsByAFamilyThatTakesNone) {
  for (const char* text : {"[space]\nmax_depth = [1, 2]", "[space]\nmax_depth = { choice = [[1, 2], [3]] }"}) {
    const auto file = parse_study(text, "s.toml");
    ASSERT_TRUE(file) << file.error().message;
    const auto checked = check_space(**find_family("random_forest"), file->study.space, file->origins);
    ASSERT_FALSE(checked) << text;
    EXPECT_TRUE(checked.error().message.starts_with("s.toml:2:13: max_depth can't be [1,2]; allowed: "))
        << checked.error().message;
    EXPECT_EQ(with_flags(checked.error().hint),
              "random_forest takes no lists; --model command hands them to a program");
  }
}

TEST(StudyFile, CharactersBeyondAsciiBelongIntoQuotes) {
  const auto file = parse_study(
      "\xEF\xBB\xBF# ü\n[data]\ntarget = \"ü\" # ü\npositive = "
      "\"\"\"ü\"\"\"\npath = 'ü'\ndrop = [\"a\\\"ü\", '''ü''']\n",
      "s.toml");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->study.dataset.drop, (std::vector<std::string>{"a\"ü", "ü"}));
  EXPECT_EQ(file->study.dataset.positive, "ü");
  EXPECT_TRUE(parse_study("[data]\nü = 1", "s.toml").error().message.starts_with("s.toml:2:1: a character"));
  EXPECT_TRUE(parse_study("[data]\ntarget = \"ü\" ü", "s.toml").error().message.starts_with("s.toml:2:14: "));
}

TEST(StudyFile, HostileBytes) {
  EXPECT_FALSE(parse_study(std::string_view("a\0b", 3), "s"));
  EXPECT_FALSE(parse_study("[data]\npath = \"\xff\"", "s"));
  EXPECT_FALSE(parse_study(std::string(2 << 20, '#'), "s"));
  EXPECT_FALSE(parse_study("[space]\na = " + std::string(100000, '['), "s"));
}

TEST(StudyFile, ReadsFromDisk) {
  const auto folder = std::filesystem::temp_directory_path() / ("warptune_study_file_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "study.toml").string();
  std::ofstream(path) << "[data]\npath = \"a.csv\"\n";
  const auto file = read_study_file(path);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->study.input.path, (folder / "a.csv").string());
  EXPECT_NE(read_study_file((folder / "none.toml").string()).error().message.find("No such file"), std::string::npos);
  EXPECT_NE(read_study_file(folder.string()).error().message.find("is a folder"), std::string::npos);
  std::filesystem::remove_all(folder);
}

}   // namespace
}   // namespace warptune
