#include "family/command/worker_protocol.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace warptune {
namespace {

TEST(WorkerProtocol, ATrialIsALine) {
  EXPECT_EQ(trial_line(17, 2,
                       {{"z", std::int64_t{5}},
                        {"a", 1.0},
                        {"n", None{}},
                        {"b", true},
                        {"w", std::string("a\"\n\xc3\xbc")},
                        {"r", 0.1}}),
            "{\"trial\":17,\"fold\":2,\"params\":{\"z\":5,\"a\":1.0,\"n\":null,\"b\":true,\"w\":\"a\\\"\\n\xc3\xbc\","
            "\"r\":0.1}}\n");
  EXPECT_EQ(trial_line(0, 0, {}), "{\"trial\":0,\"fold\":0,\"params\":{}}\n");
}

TEST(WorkerProtocol, Ready) {
  EXPECT_TRUE(parse_ready("{\"ready\":true}"));
  EXPECT_TRUE(parse_ready(" {\"ready\":true, \"protocol\":1, \"name\":[1,2]}\r"));
  for (const char* bad : {"", "true", "[]", "{}", "{\"ready\":false}", "{\"ready\":1}", "{\"ready\":true",
                          "{\"ready\":true,\"protocol\":2}", "{\"ready\":true,\"protocol\":\"1\"}", "hello"})
    EXPECT_FALSE(parse_ready(bad)) << bad;
}

TEST(WorkerProtocol, Answers) {
  const auto score = parse_answer("{\"trial\":17,\"fold\":1,\"score\":0.93}");
  ASSERT_TRUE(score);
  EXPECT_EQ(score->kind, WorkerAnswer::Kind::score);
  EXPECT_EQ(score->trial, 17);
  EXPECT_EQ(score->fold, 1);
  EXPECT_EQ(score->score, 0.93);
  EXPECT_EQ(parse_answer("{\"score\":-3,\"fold\":0,\"trial\":0,\"more\":null}")->score, -3);
  const auto predictions = parse_answer("{\"trial\":1,\"fold\":0,\"predictions\":\"/a/b.npy\"}");
  ASSERT_TRUE(predictions);
  EXPECT_EQ(predictions->kind, WorkerAnswer::Kind::predictions);
  EXPECT_EQ(predictions->text, "/a/b.npy");
  const auto error = parse_answer("{\"trial\":1,\"fold\":0,\"error\":\"a\\nb\\u001bc\"}");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, WorkerAnswer::Kind::error);
  EXPECT_EQ(error->text, "a b?c");
  const auto step = parse_answer("{\"trial\":1,\"fold\":0,\"intermediate\":{\"step\":3,\"score\":0.5}}");
  ASSERT_TRUE(step);
  EXPECT_EQ(step->kind, WorkerAnswer::Kind::intermediate);
  EXPECT_EQ(step->step, 3);
  EXPECT_EQ(step->score, 0.5);
}

TEST(WorkerProtocol, WhatIsNoAnswerIsSaid) {
  const std::string front = "{\"trial\":1,\"fold\":0";
  for (const std::string& bad :
       std::vector<std::string>{"",
                                "\xff",
                                "null",
                                "3",
                                "[1]",
                                "{",
                                "{}",
                                "{\"trial\":1}",
                                front + "}",
                                front,
                                "{\"trial\":1.0,\"fold\":0,\"score\":1}",
                                "{\"trial\":\"1\",\"fold\":0,\"score\":1}",
                                front + ",\"score\":NaN}",
                                front + ",\"score\":1e999}",
                                front + ",\"score\":null}",
                                front + ",\"score\":1,\"error\":\"x\"}",
                                front + ",\"predictions\":\"\"}",
                                front + ",\"predictions\":\"a\\u0000b\"}",
                                front + ",\"predictions\":7}",
                                front + ",\"error\":1}",
                                front + ",\"intermediate\":1}",
                                front + ",\"intermediate\":{\"step\":18446744073709551615,\"score\":1}}",
                                front + ",\"intermediate\":{\"step\":1}}",
                                front + ",\"intermediate\":{\"step\":0.5,\"score\":1}}",
                                front + ",\"score\":1}" + front + ",\"score\":1}"}) {
    const auto answer = parse_answer(bad);
    ASSERT_FALSE(answer) << bad;
    EXPECT_EQ(answer.error().message.find('\n'), std::string::npos);
    EXPECT_EQ(answer.error().message.rfind("it answered with", 0), 0U) << answer.error().message;
  }
  EXPECT_FALSE(parse_answer(std::string(500000, '[')));
  EXPECT_LT(parse_answer(std::string(500000, 'x')).error().message.size(), 300U);
}

}   // namespace
}   // namespace warptune
