// search() as a program that embeds it calls it: tables from memory, progress, stopping, two searches at once.
#include "warptune/search.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace warptune {
namespace {

// 200 rows; the target follows a, with some noise.
Table table() {
  std::string text = "a,b,y\n";
  for (int i = 0; i < 200; ++i)
    text += std::to_string(i * 37 % 101) + "," + std::to_string(i * 53 % 97) + "," +
            (i * 37 % 101 > 50 || i % 11 == 0 ? "yes\n" : "no\n");
  return *parse_csv(text, "memory");
}

Study study_of(std::uint64_t seed) {
  Study study;
  study.dataset.target = "y";
  study.search.trials = 30;
  study.search.seed = seed;
  study.run.threads = 2;
  study.space.parameters = {*parse_parameter("n_estimators=int(5,40)"), *parse_parameter("max_depth=int(1,6)"),
                            *parse_parameter("min_samples_leaf=int(1,5)")};
  return study;
}

class Listener : public Observer {
 public:
  void note(std::string_view text) override { notes.emplace_back(text); }
  Result<void> prepared(const Dataset& dataset) override {
    rows = dataset.rows;
    return {};
  }
  Result<void> ended(std::span<const Trial>, std::size_t just_now) override {
    told += just_now;
    if (told >= stop_after) stop.request_stop();
    return {};
  }
  std::vector<std::string> notes;
  std::size_t rows = 0, told = 0, stop_after = 1000;
  std::stop_source stop;
};

std::vector<double> scores(const SearchResult& result) {
  std::vector<double> all;
  for (const Trial& trial : result.trials) all.push_back(trial.score);
  return all;
}

TEST(Search, RunsFromMemory) {
  Listener listener;
  const auto result = search(study_of(1), table(), listener);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->end, SearchResult::End::complete);
  EXPECT_EQ(result->trials.size(), 30U);
  EXPECT_EQ(listener.told, 30U);
  EXPECT_EQ(listener.rows, 200U);
  EXPECT_GT(result->counters.work.trees, 0U);
  for (const Trial& trial : result->trials) EXPECT_GT(trial.score, 0.5);
}

TEST(Search, StopsAndGoesOn) {
  Listener listener;
  const Study study = study_of(2);
  const auto whole = search(study, table(), listener);
  ASSERT_TRUE(whole);
  Listener stopper;
  stopper.stop_after = 1;
  const auto stopped = search(study, table(), stopper, stopper.stop.get_token());
  ASSERT_TRUE(stopped);
  EXPECT_GE(stopped->trials.size(), 1U);
  const auto resumed = search(study, table(), listener, {}, {"before", stopped->trials});
  ASSERT_TRUE(resumed);
  EXPECT_EQ(scores(*resumed), scores(*whole));
}

TEST(Search, TwoAtOnceAreAsIfAlone) {
  Listener alone;
  const auto first = search(study_of(3), table(), alone), second = search(study_of(4), table(), alone);
  ASSERT_TRUE(first && second);
  EXPECT_NE(scores(*first), scores(*second));
  for (int round = 0; round < 5; ++round) {
    Listener here, there;
    Result<SearchResult> beside = failure("not run");
    std::thread other([&] { beside = search(study_of(4), table(), there); });
    const auto result = search(study_of(3), table(), here);
    other.join();
    ASSERT_TRUE(result && beside);
    EXPECT_EQ(scores(*result), scores(*first));
    EXPECT_EQ(scores(*beside), scores(*second));
  }
}

TEST(Search, ChecksTheStudy) {
  Listener listener;
  Study study = study_of(1);
  study.space.parameters.push_back(*parse_parameter("max_dept=3"));
  const auto refused = search(study, table(), listener);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("max_dept"), std::string::npos);
  study = study_of(1);
  study.dataset.target = "z";
  EXPECT_FALSE(search(study, table(), listener));
}

TEST(Search, SaysWhatItWouldDo) {
  Listener listener;
  const auto text = describe_search(study_of(1), table(), listener);
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("trials          30"), std::string::npos);
  EXPECT_EQ(listener.told, 0U);
}

}   // namespace
}   // namespace warptune
