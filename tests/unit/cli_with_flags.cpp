// Marks of settings in texts: as flags on the command line, as names elsewhere.
#include "cli/with_flags.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>

#include "base/setting_mark.h"
#include "base/shown.h"
#include "cli/report_error.h"
#include "study/setting.h"

namespace warptune {
namespace {

TEST(CliWithFlags, MarksBecomeFlagsOrNames) {
  struct Case {
    std::string mark, flag, name;
  };
  const Case cases[] = {{setting_mark("data.thousands"), "--thousands", "data.thousands"},
                        {setting_mark("data.thousands", ","), "--thousands ,", "data.thousands = ,"},
                        {setting_mark("data.header", "false"), "--no-header", "data.header = false"},
                        {setting_mark("space"), "--param", "space"},
                        {setting_mark("space.max_bin", "N"), "--param max_bin=N", "space.max_bin = N"},
                        {setting_mark("data.of_no_table"), "data.of_no_table", "data.of_no_table"}};
  for (const Case& each : cases) {
    EXPECT_EQ(with_flags("a " + each.mark + ", b"), "a " + each.flag + ", b");
    EXPECT_EQ(plain_text("a " + each.mark + ", b"), "a " + each.name + ", b");
  }
  EXPECT_EQ(with_flags("no mark"), "no mark");
  EXPECT_EQ(with_flags("half \x01"
                       "data.na"),
            "half \x01"
            "data.na");
}

TEST(CliWithFlags, TextFromOutsideHasNoMarks) { EXPECT_EQ(with_flags(shown(setting_mark("data.na"))), "?data.na?"); }

// Every mark in the sources is of a setting, or of a parameter of the space.
TEST(CliWithFlags, TextsOfTheLibraryNameSettings) {
  const std::filesystem::path sources = std::filesystem::path(WARPTUNE_SOURCE_DIR) / "src";
  const std::regex mark("setting_mark\\(\"([a-z_.A-Z]+)\"");
  int marks = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(sources)) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".cpp") || path.find("/src/cli/") != std::string::npos) continue;
    std::ifstream file(path);
    std::stringstream stream;
    stream << file.rdbuf();
    const std::string text = stream.str();
    for (std::sregex_iterator it(text.begin(), text.end(), mark), end; it != end; ++it, ++marks) {
      const std::string name = (*it)[1];
      const bool of_space = name == "space" || name.starts_with("space.");
      EXPECT_TRUE(of_space || find_setting(name) != nullptr) << path << ": " << name;
    }
  }
  EXPECT_GT(marks, 50);
}

TEST(CliReportError, ExitCodesAreTheManPages) {
  EXPECT_EQ(exit_code(ErrorKind::no_score), 1);
  EXPECT_EQ(exit_code(ErrorKind::output), 1);
  EXPECT_EQ(exit_code(ErrorKind::usage), 2);
  EXPECT_EQ(exit_code(ErrorKind::device), 3);
  EXPECT_EQ(exit_code(ErrorKind::interrupted), 130);
}

}   // namespace
}   // namespace warptune
