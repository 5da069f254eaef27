#include "study/study_json.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "study/setting.h"

namespace warptune {
namespace {

using nlohmann::json;

Study full_study() {
  Study s;
  s.input.path = "gr\xc3\xbc\xc3\x9f/blog.csv";
  s.input.csv = {false, '\t', 3, {"missing", "-999"}, {"NA"}, ",", "space", {"zip=category", "a=b=ignore"}};
  s.dataset = {"y", {"a,b", "c"}, {"d"}, "f", "g", "t", "yes", 64, 5};
  s.model.family = "extra_trees";
  for (const char* text : {"a=int(8,256,step=8)", "b=int(1,9,log)", "c=float(0.1,0.7,step=0.1)", "d=log(1e-300,1e300)",
                           "e=choice(none,true,3,1.0,-0.0,word,0.1)", "f=none", "g=9007199254740993"})
    s.space.parameters.push_back(*parse_parameter(text));
  s.model.command.line = "python train.py --fast";
  s.model.command.environment = {"A=b,c", "D="};
  s.model.command.folder = "..";
  s.model.command.trial_timeout_seconds = 2.5;
  s.model.command.start_timeout_seconds = 1;
  s.model.command.worker_log = "w";
  s.model.command.workers = 3;
  s.search.sampler = "grid";
  s.search.trials = 0;
  s.search.seed = std::numeric_limits<std::uint64_t>::max();
  s.evaluation.metric = "log_loss";
  s.evaluation.split = {0.1, 7, false, "2", 4, "100", "7d"};
  s.run.device = "cuda:0,1";
  s.run.threads = 2;
  s.run.streams = 3;
  s.run.memory_bytes = std::numeric_limits<std::uint64_t>::max();
  s.output.journal = "j";
  s.output.results = "r.csv";
  s.output.stats = "s";
  s.output.top = 0;
  return s;
}

void expect_same(const Study& a, const Study& b) {
  for (const Setting& setting : settings()) EXPECT_EQ(setting.get(a), setting.get(b)) << setting.name();
  EXPECT_EQ(a.space, b.space);
}

TEST(StudyJson, LosesNothing) {
  for (const Study& study : {Study{}, full_study()}) {
    const auto back = study_from_json(json::parse(to_json(study).dump()));
    ASSERT_TRUE(back) << back.error().message;
    expect_same(study, *back);
    const auto direct = study_from_json(to_json(study));
    ASSERT_TRUE(direct) << direct.error().message;
    expect_same(study, *direct);
  }
}

// How long and how loud one run is, is not the study's: a journal neither gets it nor gives it.
TEST(StudyJson, WhatIsSaidOnceIsNotKept) {
  Study once;
  once.run.time_limit_seconds = 5;
  once.output.dry_run = once.output.quiet = once.output.retry_failed = true;
  once.output.progress = "5";
  EXPECT_EQ(to_json(once), to_json(Study{}));
  const auto read = study_from_json(json{{"run", {{"quiet", true}, {"time_limit", 5}}}});
  ASSERT_TRUE(read);
  expect_same(*read, Study{});
}

// What no flag may say, a journal does: nothing was asked for, so this machine's is taken.
TEST(StudyJson, NoughtThreadsAreAsManyAsThereAre) {
  for (const char* const key : {"threads", "csv_threads", "dataset_threads"}) {
    const auto study = study_from_json(json{{"run", {{key, 0}}}});
    ASSERT_TRUE(study) << study.error().message;
    EXPECT_EQ(study->run.threads, 0);
  }
}

TEST(StudyJson, MissingPartsAreDefaults) {
  const auto study = study_from_json(json::object());
  ASSERT_TRUE(study);
  expect_same(*study, Study{});
}

TEST(StudyJson, EverySettingRefusesAnotherType) {
  const std::vector<json> others{nullptr, true, -1, 5, 0.5, "", json::array(), json::array({1}), json::object(), 1e300};
  for (const Setting& setting : settings()) {
    if (setting.once) continue;
    int taken = 0;
    for (const json& other : others) {
      json object = to_json(full_study());
      object[setting.section][setting.key] = other;
      const auto study = study_from_json(object);
      if (!study) continue;
      ++taken;
      EXPECT_EQ(to_json(*study)[setting.section][setting.key], other) << setting.name();   // taken as it is, not bent
    }
    EXPECT_LE(taken, 4) << setting.name();
  }
}

TEST(StudyJson, HostileParameters) {
  const auto refuses = [](const char* parameter) {
    json object = to_json(Study{});
    object["space"] = json::array({json::parse(parameter)});
    return !study_from_json(object);
  };
  EXPECT_FALSE(refuses(R"({"name":"a","kind":"int","low":1,"high":9,"step":1,"log":false})"));
  EXPECT_FALSE(refuses(R"({"name":"a","kind":"choice","choices":[[],[[1.5,"b"],null]]})"));
  for (const char* bad : {"null",
                          "[]",
                          "{}",
                          R"({"name":5,"kind":"int","low":1,"high":9,"step":1,"log":false})",
                          R"({"name":"a b","kind":"int","low":1,"high":9,"step":1,"log":false})",
                          R"({"name":"a","kind":"itn","low":1,"high":9,"step":1,"log":false})",
                          R"({"name":"a","kind":"int","low":1.5,"high":9,"step":1,"log":false})",
                          R"({"name":"a","kind":"int","low":1,"high":1e30,"step":1,"log":false})",
                          R"({"name":"a","kind":"int","low":9,"high":1,"step":1,"log":false})",
                          R"({"name":"a","kind":"int","low":1,"high":9,"step":0,"log":false})",
                          R"({"name":"a","kind":"int","low":1,"high":9,"step":3,"log":false})",
                          R"({"name":"a","kind":"int","low":0,"high":9,"step":1,"log":true})",
                          R"({"name":"a","kind":"int","low":1,"high":9,"step":1})",
                          R"({"name":"a","kind":"int","low":"1","high":9,"step":1,"log":false})",
                          R"({"name":"a","kind":"float","low":0,"high":1,"step":0.1,"log":true})",
                          R"({"name":"a","kind":"choice","choices":[]})",
                          R"({"name":"a","kind":"choice","choices":[1,1]})",
                          R"({"name":"a","kind":"choice","choices":["none"]})",
                          R"({"name":"a","kind":"choice","choices":["5"]})",
                          R"({"name":"a","kind":"choice","choices":["a(b"]})",
                          R"({"name":"a","kind":"choice","choices":["True"]})",
                          R"({"name":"a","kind":"choice","choices":[[{}]]})",
                          R"({"name":"a","kind":"fixed","choices":[1,2]})",
                          R"({"name":"a","kind":"fixed","choices":[18446744073709551615]})"})
    EXPECT_TRUE(refuses(bad)) << bad;
}

TEST(StudyJson, UnknownPartsAreNotPassedOver) {
  for (const char* bad : {R"({"dta":{}})", R"({"data":{"pth":"x"}})", R"({"data":5})", R"({"space":5})", "[]", "5",
                          "null", R"({"x":{"y":1}})"}) {
    const auto study = study_from_json(json::parse(bad));
    const bool empty_section = std::string(bad) == R"({"dta":{}})";   // says nothing, so nothing is lost
    EXPECT_EQ(study.has_value(), empty_section) << bad;
  }
}

}   // namespace
}   // namespace warptune
