// Lines that warptune did not write: damaged, hostile, or another tool's.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "journal_example.h"
#include "result/journal_text.h"

namespace warptune {
namespace {

std::string header_text() { return *header_lines(example::header()); }

std::string trial_text(const Trial& trial) {
  std::string text;
  TrialLines(example::space()).append(text, trial, "2026-01-02T03:04:05.000001", "2026-01-02T03:04:06.000001");
  return text;
}

// The line of trial 0 with one piece of it replaced.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = trial_text(example::trial(0));
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string message(const std::string& text) {
  const Result<JournalContents> contents = read_journal_text(text, "j.log");
  return contents ? "accepted" : contents.error().message;
}

TEST(JournalHostile, LinesOfATrial) {
  const std::pair<std::string, const char*> cases[] = {
      {changed("\"n_estimators\":50.0", "\"n_estimators\":49.0"), "parameter n_estimators cannot be 49"},
      {changed("\"n_estimators\":50.0", "\"n_estimators\":50.5"), "parameter n_estimators cannot be 50.5"},
      {changed("\"n_estimators\":50.0", "\"n_estimators\":\"50\""), "parameter n_estimators must be a number"},
      {changed("\"n_estimators\":50.0", "\"n_estimators\":NaN"), "parameter n_estimators must be a number"},
      {changed("\"n_estimators\":50.0", "\"n_estimators\":1e999"), "not a JSON object"},
      {changed("\"n_estimators\":50.0", "\"n_estimator\":50.0"), "parameter n_estimators is missing"},
      {changed("\"n_estimators\":50.0", "\"n_estimators\":50.0,\"x\":1"), "parameter x is not in the study's space"},
      {changed("\"max_leaf_nodes\":8.0", "\"max_leaf_nodes\":9.0"), "parameter max_leaf_nodes cannot be 9"},
      {changed("\"learning_rate\":0.01", "\"learning_rate\":0.301"), "parameter learning_rate cannot be 0.301"},
      {changed("\"subsample\":0.5", "\"subsample\":0.55"), "parameter subsample cannot be 0.55"},
      {changed("\"max_features\":0", "\"max_features\":5"), "parameter max_features cannot be 5"},
      {changed("\"max_features\":0", "\"max_features\":-1"), "parameter max_features cannot be -1"},
      {changed("\"params\":{", "\"parms\":{"), "\"params\" must be an object"},
      {changed("\"state\":1", "\"state\":0"), "\"state\" must be"},
      {changed("\"state\":1", "\"state\":\"1\""), "\"state\" must be"},
      {changed("\"values\":[0.9]", "\"values\":[]"), "\"values\" must be"},
      {changed("\"values\":[0.9]", "\"values\":[null]"), "\"values\" must be"},
      {changed("\"values\":[0.9]", "\"values\":[1,2]"), "\"values\" must be"},
      {changed("\"fit\":0", "\"fit\":-1"), "fit must be"},
      {changed("\"fit\":0", "\"fit\":18446744073709551615"), "fit must be"},
      {changed("\"fold_scores\":[", "\"fold_scores\":[true,"), "fold_scores must hold numbers"},
      {changed("\"warptune:trial\":0", "\"warptune:trial\":10000000"), "must be a number of a trial"},
      {changed("\"warptune:trial\":0", "\"warptune:trial\":\"0\""), "must be a number of a trial"},
      {"{\"op_code\":2,\"worker_id\":\"x\",\"study_id\":0,\"user_attr\":{\"warptune:trials\":1e3}}\n",
       "warptune:trials must be"},
      {"{\"op_code\":2,\"worker_id\":\"x\",\"study_id\":0,\"user_attr\":{\"warptune:trials\":10000001}}\n",
       "warptune:trials must be"},
      {changed("\"warptune:trial\":0", "\"warptune:trial\":-1"), "must be a number of a trial"},
      {changed("\"study_id\":0", "\"study_id\":\"0\""), "\"study_id\" must be an integer"},
      {changed("\"op_code\":4", "\"op_code\":11"), "unknown op_code 11"},
      {changed("\"op_code\":4", "\"op_code\":-1"), "unknown op_code -1"},
      {changed("\"op_code\":4", "\"op_code\":4.5"), "no \"op_code\""},
      {changed("\"worker_id\"", "\"worker\""), "no \"op_code\" and \"worker_id\""},
      {changed("}}\n", "}\n"), "not a JSON object"},
      {changed("}}\n", "}}}\n"), "not a JSON object"},
      {"\n", "not a JSON object"},
      {"[1]\n", "not a JSON object"},
      {std::string(3, '\0') + "\n", "not a JSON object"},
      {"{\"op_code\":2,\"worker_id\":\"\xff\"}\n", "not a JSON object"},
      {"{\"op_code\":1,\"worker_id\":\"x\",\"study_id\":0}\n", "the study was deleted"},
      {"{\"op_code\":2,\"worker_id\":\"x\",\"study_id\":0,\"user_attr\":{}}\n", "must be an object with one key"},
      {"{\"op_code\":2,\"worker_id\":\"x\",\"study_id\":0,\"user_attr\":{\"warptune:seed\":1}}\n", "is set again"},
      {"{\"op_code\":2,\"worker_id\":\"" + std::string(journal_line_limit, 'x') + "\"}\n", "longer than 1048576 bytes"},
      {"{\"a\":" + std::string(5000, '[') + std::string(5000, ']') + "}\n", "nested too deeply"},
  };
  for (const auto& [line, expected] : cases) {
    const std::string got = message(header_text() + line);
    EXPECT_TRUE(got.starts_with("j.log:8: ")) << got;
    EXPECT_NE(got.find(expected), std::string::npos) << got << "\nexpected: " << expected;
  }
  EXPECT_EQ(message(header_text() + changed("\"fit\":0", "\"fit\":0")), "accepted");
  EXPECT_NE(message(header_text() + trial_text(example::trial(0)) + trial_text(example::trial(0)))
                .find("j.log:9: trial 0 is there twice"),
            std::string::npos);
  std::string failed = trial_text(example::trial(3));
  failed.replace(failed.find("fail_reason"), 11, "fail_reasom");
  failed.replace(failed.find("\"warptune:trial\":3"), 18, "\"warptune:trial\":0");
  EXPECT_NE(message(header_text() + failed).find("fail_reason must be a string"), std::string::npos);
}

TEST(JournalHostile, Headers) {
  const auto with = [](const std::string& from, const std::string& to) {
    std::string text = header_text();
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return message(text.replace(at, from.size(), to));
  };
  const auto expect = [](const std::string& got, const char* where, const char* expected) {
    EXPECT_TRUE(got.starts_with(where)) << got;
    EXPECT_NE(got.find(expected), std::string::npos) << got << "\nexpected: " << expected;
  };
  expect(message(""), "j.log: ", "holds no study");
  expect(message("a,b\n1,2\n"), "j.log:1: ", "not a journal of warptune");
  expect(message("{}\n"), "j.log:1: ", "not a journal of warptune");
  expect(message("{\"op_code\":0,\"worker_id\":\"a-1\",\"study_name\":\"x\",\"directions\":[1]}\n"),
         "j.log:1: ", "no attribute warptune:version");
  expect(with("\"directions\":[2]", "\"directions\":[2,1]"), "j.log:1: ", "one direction");
  expect(with("\"directions\":[2]", "\"directions\":[0]"), "j.log:1: ", "one direction");
  expect(with("\"study_name\":", "\"name\":"), "j.log:1: ", "does not create a study");
  expect(with("\"warptune:version\":\"0.1.0\"", "\"warptune:version\":1"), "j.log:2: ", "must be a string");
  expect(with("\"warptune:seed\":18446744073709551615", "\"warptune:seed\":-1"), "j.log:4: ", "warptune:seed must be");
  expect(with("\"warptune:seed\":18446744073709551615", "\"warptune:seed\":1.5"), "j.log:4: ", "warptune:seed must be");
  expect(with("\"warptune:space\":[", "\"warptune:space\":[3,"), "j.log:5: ", "has no name");
  expect(with("\"low\":50", "\"low\":500"), "j.log:5: parameter n_estimators: ", "low 500 is above high 499");
  expect(with("\"low\":50", "\"low\":50.5"), "j.log:5: parameter n_estimators: ", "must be an integer");
  expect(with("\"low\":50", "\"lo\":50"), "j.log:5: parameter n_estimators: ", "\"low\" is missing");
  expect(with("\"kind\":\"fixed\"", "\"kind\":\"set\""), "j.log:5: parameter criterion: ", "\"kind\" must be");
  expect(with("\"name\":\"subsample\"", "\"name\":\"criterion\""), "j.log:5: parameter criterion ", "twice");
  expect(with("[\"accuracy\"]", "[]"), "j.log:7: ", "one metric name");
}

// Every line of the header is needed, before the first trial.
TEST(JournalHostile, HeaderLinesMissing) {
  const std::string text = header_text();
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin) + 1;
    const std::string without = text.substr(0, begin) + text.substr(end);
    const bool first = begin == 0;   // then nothing says that it is ours
    EXPECT_NE(message(without).find(first ? "not a journal of warptune" : "before its first trial"), std::string::npos)
        << message(without);
    EXPECT_NE(message(without + trial_text(example::trial(0))).find("not a journal of warptune"), std::string::npos);
    begin = end;
  }
}

TEST(JournalHostile, LinesOfOtherToolsAreTolerated) {
  const char* lines[] = {
      R"({"op_code":2,"worker_id":"a-1","study_id":0,"user_attr":{"note":[1,{"a":null}]}})",
      R"({"op_code":3,"worker_id":"a-1","study_id":0,"system_attr":{"dashboard:note_ver":1}})",
      R"({"op_code":3,"worker_id":"a-1","study_id":0,"system_attr":{"study:metric_names":["other"]}})",
      R"({"op_code":8,"worker_id":"a-1","trial_id":0,"user_attr":{"x":1}})",
      R"({"op_code":9,"worker_id":"a-1","trial_id":0,"system_attr":{"constraints":[-Infinity]}})",
      R"({"op_code":5,"worker_id":"a-1","trial_id":9,"param_name":"x","param_value_internal":1,"distribution":"{}"})",
      R"({"op_code":6,"worker_id":"a-1","trial_id":9,"state":1,"values":[NaN],"datetime_complete":"2026-01-02"})",
      R"({"op_code":7,"worker_id":"a-1","trial_id":9,"step":1,"intermediate_value":NaN})",
      R"({"op_code":10,"worker_id":"a-1"})",
      R"({"op_code":0,"worker_id":"a-1","study_name":"second","directions":[1,2]})",
      R"({"op_code":4,"worker_id":"a-1","study_id":1,"datetime_start":null})",
      R"({"op_code":1,"worker_id":"a-1","study_id":1})",
      R"({"op_code":4,"worker_id":"a-1","study_id":0,"datetime_start":"2026-01-02T03:04:05.000001"})",
      R"({"op_code":4,"worker_id":"a","study_id":0,"system_attrs":{"fixed_params":{"x":"NaN \" -"}}})",
  };
  std::string text = header_text();
  std::int64_t number = 0;
  for (const char* line : lines) text += std::string(line) + "\n" + trial_text(example::trial(number++));
  const Result<JournalContents> contents = read_journal_text(text, "j.log");
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_EQ(contents->trials.size(), std::size(lines));
  EXPECT_EQ(contents->foreign_trials, 2);
  EXPECT_EQ(contents->header.metric, "accuracy");
}

TEST(JournalHostile, FileWithALineWithoutEnd) {
  const example::Folder folder;
  example::write_file(folder / "a.log", header_text() + std::string(3 * journal_line_limit, 'x'));
  const Result<JournalContents> contents = read_journal(folder / "a.log");
  ASSERT_FALSE(contents);
  EXPECT_NE(contents.error().message.find("a.log:8: the line is longer"), std::string::npos)
      << contents.error().message;
}

}   // namespace
}   // namespace warptune
