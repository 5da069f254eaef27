// Units, devices, text in messages, and the table of settings.
#include "study/setting.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/shown.h"
#include "base/units.h"
#include "base/utf8.h"
#include "device/device_choice.h"
#include "study/progress_choice.h"

namespace warptune {
namespace {

TEST(SpaceUnits, Bytes) {
  EXPECT_EQ(*parse_bytes("4G", ""), 4ULL << 30);
  EXPECT_EQ(*parse_bytes("512M", ""), 512ULL << 20);
  EXPECT_EQ(*parse_bytes("1.5K", ""), 1536U);
  EXPECT_EQ(*parse_bytes("65536", ""), 65536U);
  for (const char* bad : {"", "G", "4X", "4GG", "-4G", "0", "1e5", "nan", "inf", "99999999T", "4 G"})
    EXPECT_FALSE(parse_bytes(bad, "")) << bad;
}

TEST(SpaceUnits, Seconds) {
  EXPECT_EQ(*parse_seconds("60s", ""), 60);
  EXPECT_EQ(*parse_seconds("5m", ""), 300);
  EXPECT_EQ(*parse_seconds("1.5h", ""), 5400);
  EXPECT_EQ(*parse_seconds("90", ""), 90);
  for (const char* bad : {"", "s", "5d", "0s", "-1s", "nan", "infs", "1e300h"})
    EXPECT_FALSE(parse_seconds(bad, "")) << bad;
}

TEST(SpaceProgress, Choices) {
  using Kind = ProgressChoice::Kind;
  EXPECT_EQ(*parse_progress("auto", ""), ProgressChoice{});
  EXPECT_EQ(parse_progress("none", "")->kind, Kind::none);
  EXPECT_EQ(*parse_progress("60", ""), (ProgressChoice{Kind::every, 60}));
  EXPECT_EQ(*parse_progress("0.25", ""), (ProgressChoice{Kind::every, 0.25}));
  EXPECT_EQ(*parse_progress("5m", ""), (ProgressChoice{Kind::every, 300}));
  for (const char* bad : {"", "0", "-1", "0.01", "inf", "nan", "1e300", "yes", "true", "60 s", "AUTO"})
    EXPECT_FALSE(parse_progress(bad, "")) << bad;
  EXPECT_EQ(parse_progress("nome", "").error().hint, "did you mean none?");
  EXPECT_EQ(parse_progress("0.01", "--progress").error().hint, "write 0.1 or more");
}

TEST(SpaceDevice, Choices) {
  EXPECT_EQ(*parse_device("auto", ""), DeviceChoice{});
  EXPECT_EQ(*parse_device("cpu", ""), (DeviceChoice{DeviceChoice::Kind::cpu, {}}));
  EXPECT_EQ(*parse_device("cuda", ""), (DeviceChoice{DeviceChoice::Kind::cuda, {}}));
  EXPECT_EQ(*parse_device("cuda:1,0", ""), (DeviceChoice{DeviceChoice::Kind::cuda, {1, 0}}));
  for (const char* bad : {"", "gpu", "cpu:0", "cuda:", "cuda:0,", "cuda:0,0", "cuda:-1", "cuda:64", "cuda:a", ":0"})
    EXPECT_FALSE(parse_device(bad, "")) << bad;
  EXPECT_EQ(parse_device("cudda", "").error().hint, "did you mean cuda?");
}

TEST(SpaceShown, MessagesStayOnOneLine) {
  EXPECT_EQ(shown("a\nb\x1b[0m"), "a?b?[0m");
  EXPECT_EQ(shell_word("a\nb\t1'\\"), R"($'a\012b\0111\'\\')");
  EXPECT_EQ(shown("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(shown("a\xff\xc3"), "a??");
  EXPECT_EQ(shown(std::string(1000, 'x')), std::string(60, 'x') + "...");
  EXPECT_TRUE(valid_utf8(shown(std::string(59, 'x') + "\xf0\x9f\x98\x80")));
}

TEST(SpaceShown, Utf8) {
  for (const char* good : {"", "abc", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(valid_utf8(good));
  for (const char* bad :
       {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5", "\xe2\x82"})
    EXPECT_FALSE(valid_utf8(bad));
}

TEST(SpaceSetting, EachHasItsOwnNameAndReadsBackWhatItSets) {
  std::set<std::string> names;
  for (const Setting& setting : settings()) {
    EXPECT_TRUE(names.insert(setting.name()).second) << setting.name();
    EXPECT_EQ(find_setting(setting.name()), &setting);
    SettingValue value;
    switch (setting.type) {
      case SettingType::boolean: value = !std::get<bool>(setting.get(Study{})); break;
      case SettingType::integer: value = std::int64_t{7}; break;
      case SettingType::seed:
      case SettingType::bytes: value = std::uint64_t{18446744073709551615U}; break;
      case SettingType::real:
      case SettingType::seconds: value = 0.25; break;
      case SettingType::text:
      case SettingType::label: value = std::string("w"); break;
      case SettingType::separator: value = std::string("tab"); break;
      case SettingType::names: value = std::vector<std::string>{"a", "b"}; break;
    }
    Study study;
    EXPECT_TRUE(is_default(setting, setting.get(study)));
    setting.set(study, value);
    EXPECT_EQ(setting.get(study), value) << setting.name();
    EXPECT_FALSE(is_default(setting, setting.get(study))) << setting.name();
    for (const Setting& other : settings()) {   // no two settings share a field; trials says that trials are given
      const bool linked = setting.name() == "search.trials" && other.name() == "search.trials_given";
      if (&other == &setting || linked) continue;
      EXPECT_TRUE(is_default(other, other.get(study))) << setting.name() << " " << other.name();
    }
  }
}

TEST(SpaceSetting, NothingOutOfRangeReachesTheStudy) {
  Study study;
  EXPECT_FALSE(apply_setting(study, *find_setting("evaluate.folds"), SettingValue(std::int64_t{1} << 40), "x"));
  EXPECT_EQ(study.evaluation.split.folds, 0);
  EXPECT_FALSE(apply_setting(study, *find_setting("evaluate.holdout"), SettingValue(std::nan("")), "x"));
  EXPECT_FALSE(apply_setting(study, *find_setting("data.separator"), SettingValue(std::string("ab")), "x"));
  EXPECT_FALSE(apply_setting(study, *find_setting("data.separator"), SettingValue(std::string()), "x"));
  EXPECT_FALSE(apply_setting(study, *find_setting("data.path"), SettingValue(std::string("a\0b", 3)), "x"));
  EXPECT_FALSE(apply_setting(study, *find_setting("data.path"), SettingValue(std::string()), "x"));
  EXPECT_FALSE(apply_setting(study, *find_setting("data.drop"), SettingValue(std::vector<std::string>{"a", ""}), "x"));
  EXPECT_FALSE(apply_setting(study, *find_setting("run.device"), SettingValue(std::string("cuda:x")), "x"));
  EXPECT_FALSE(apply_setting(study, *find_setting("run.results"), SettingValue(std::string("a.txt")), "x"));
}

TEST(SpaceGivenSettings, ReplaceOnlyWhatWasGiven) {
  Study stored;
  stored.run.device = "cpu";
  stored.run.threads = 3;
  stored.output.results = "old.csv";
  const Study same = with_given(stored, {});
  for (const Setting& setting : settings()) EXPECT_EQ(setting.get(same), setting.get(stored)) << setting.name();
  const auto of = [](const char* name, SettingValue value) {
    return GivenSetting{find_setting(name), std::move(value)};
  };
  const GivenSettings given{of("run.device", std::string("auto")), of("search.trials", std::int64_t{200})};
  const Study changed = with_given(stored, given);
  EXPECT_EQ(changed.run.device, "auto");
  EXPECT_EQ(changed.search.trials, 200);
  EXPECT_TRUE(changed.search.trials_given);
  EXPECT_EQ(changed.run.threads, 3);
  EXPECT_EQ(changed.output.results, "old.csv");
  EXPECT_EQ(*find_given(given, "search.trials"), SettingValue(std::int64_t{200}));
  EXPECT_EQ(find_given(given, "run.threads"), nullptr);
}

// Where and how a study runs may be changed when it goes on; what its scores depend on may not.
TEST(SpaceGivenSettings, ResumeTakesNoSettingThatChangesScores) {
  std::set<std::string> taken;
  for (const Setting& setting : settings())
    if ((setting.flag.taken_by & by_resume) != 0) taken.insert(setting.name());
  EXPECT_EQ(taken, (std::set<std::string>{"data.path", "model.lightgbm_library", "model.start_timeout",
                                          "model.trial_timeout", "model.worker_log", "model.workers",
                                          "model.xgboost_library", "run.device", "run.memory", "run.progress",
                                          "run.quiet", "run.results", "run.retry_failed", "run.stats", "run.streams",
                                          "run.threads", "run.time_limit", "run.top", "search.trials"}));
}

}   // namespace
}   // namespace warptune
