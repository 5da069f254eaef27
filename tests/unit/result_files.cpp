// Leaderboard, results and stats files, progress.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "cli/run_command.h"
#include "journal_example.h"
#include "result/journal.h"
#include "result/leaderboard.h"
#include "result/progress.h"
#include "result/results_file.h"
#include "result/stats_file.h"
#include "run/stage.h"

namespace warptune {
namespace {

using example::Folder;

Space small_space() {
  using Kind = Distribution::Kind;
  return {{{"depth", {Kind::integer, 2, 9, 1, false, {}}},
           {"rate", {Kind::real, 0, 1, 0, false, {}}},
           {"mode", {Kind::choice, 0, 0, 0, false, {None{}, std::string("a,\"b\""), 1.0}}},
           {"seed", {Kind::fixed, 0, 0, 0, false, {std::int64_t{5}}}}}};
}

constexpr TrialState complete = TrialState::complete, failed = TrialState::failed, pruned = TrialState::pruned;

std::vector<Trial> small_trials() {
  return {
      {0, {3, 0.1, 0, 0}, complete, "", 0.5, {}, 0}, {1, {4, 1, 1, 0}, complete, "", 0.75, {}, 1},
      {2, {9, 1e-7, 2, 0}, failed, "why", 0, {}, 2}, {3, {5, 0.25, 1, 0}, complete, "", 0.75, {}, 3},
      {4, {2, 0.3, 2, 0}, complete, "", 1, {}, 1},
  };
}

TEST(ResultRanking, BestFirstTiesByNumberFailedLast) {
  const std::vector<Trial> trials = small_trials();
  const Ranking best = rank(trials, true);
  EXPECT_EQ(best.order, (std::vector<std::size_t>{4, 1, 3, 0, 2}));
  EXPECT_EQ(best.ranked, 4u);
  EXPECT_EQ(rank(trials, false).order, (std::vector<std::size_t>{0, 1, 3, 4, 2}));
  EXPECT_EQ(rank({}, true).ranked, 0u);
}

TEST(ResultRanking, PrunedTrialsStandBetweenCompleteAndFailedOnes) {
  std::vector<Trial> trials = small_trials();
  trials[4].state = trials[0].state = pruned;   // the best and the worst
  const Ranking best = rank(trials, true);
  EXPECT_EQ(best.order, (std::vector<std::size_t>{1, 3, 4, 0, 2}));
  EXPECT_EQ(best.ranked, 2u);
  EXPECT_EQ(results_text(ResultsFormat::csv, small_space(), trials, best),
            "rank,trial,score,depth,rate,mode,seed,fit\n"
            "1,1,0.75,4,1.0,\"a,\"\"b\"\"\",5,1\n"
            "2,3,0.75,5,0.25,\"a,\"\"b\"\"\",5,3\n"
            ",4,1.0,2,0.3,1.0,5,1\n"
            ",0,0.5,3,0.1,none,5,0\n"
            ",2,,9,1e-07,1.0,5,2\n");
  EXPECT_EQ(leaderboard(small_space(), "accuracy", trials, best, 9),
            "rank  trial  accuracy  depth  rate  mode   fit\n"
            "   1      1  0.750000      4   1.0  a,\"b\"    1\n"
            "   2      3  0.750000      5  0.25  a,\"b\"    3\n");
  EXPECT_EQ(summary(count(trials), -1, 0), "5 trials (1 failed, 2 pruned), 3 fits");
}

TEST(ResultLeaderboard, AlignedTable) {
  const std::vector<Trial> trials = small_trials();
  EXPECT_EQ(leaderboard(small_space(), "accuracy", trials, rank(trials, true), 3),
            "rank  trial  accuracy  depth  rate  mode   fit\n"
            "   1      4  1.000000      2   0.3  1.0      1\n"
            "   2      1  0.750000      4   1.0  a,\"b\"    1\n"
            "   3      3  0.750000      5  0.25  a,\"b\"    3\n");
  EXPECT_EQ(leaderboard(small_space(), "accuracy", {}, rank({}, true), 3), "");
}

TEST(ResultLeaderboard, ASettingStandsOnceWithItsCount) {
  std::vector<Trial> trials = small_trials();
  trials.push_back({5, trials[1].point, complete, "", 0.75, {}, 1});
  for (Trial& trial : trials) trial.rounds = {7, 12};
  const std::string table = leaderboard(small_space(), "accuracy", trials, rank(trials, true), 3);
  EXPECT_EQ(table,
            "rank  trial  times  accuracy  depth  rate  mode   fit  rounds\n"
            "   1      4      1  1.000000      2   0.3  1.0      1    7-12\n"
            "   2      1      2  0.750000      4   1.0  a,\"b\"    1    7-12\n"
            "   3      3      1  0.750000      5  0.25  a,\"b\"    3    7-12\n");
}

TEST(ResultLeaderboard, FoldsShowTheirDeviation) {
  std::vector<Trial> trials = small_trials();
  trials[4].fold_scores = {0.9, 1.0, 1.1};
  const std::string table = leaderboard(small_space(), "accuracy", trials, rank(trials, true), 1);
  EXPECT_NE(table.find("1.000000  0.100000"), std::string::npos) << table;
}

TEST(ResultTop, PrintsTheJournalsBest) {
  const Folder folder;
  const std::string path = folder / "a.log";
  {
    Result<Journal> journal = Journal::create(path, example::header());
    ASSERT_TRUE(journal);
    const Result<void> none = print_top(path, 3);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::no_score);
    ASSERT_TRUE(journal->append(example::trials(20)));
    testing::internal::CaptureStdout();   // while the study runs
    const Result<void> printed = print_top(path, 3);
    const std::string text = testing::internal::GetCapturedStdout();
    ASSERT_TRUE(printed);
    EXPECT_EQ(
        text,
        "rank  trial  accuracy       std  n_estimators  max_leaf_nodes  min_samples_leaf  learning_rate  subsample"
        "  max_features  fit\n"
        "   1     18  0.914587  0.001000            68             152                19           0.07        0.5"
        "  0.5             9\n"
        "   2     16  0.912966  0.001000            66             136                17      0.0633333        0.9"
        "  sqrt            8\n"
        "   3     15  0.912156  0.001000            65             128                16           0.06        0.8"
        "  none            7\n"
        "20 trials (3 failed, 3 pruned), 30 fits\n");
  }
  EXPECT_FALSE(print_top(folder / "none.log", 3));
}

TEST(ResultSummary, CountsFitsOncePerFold) {
  std::vector<Trial> trials = small_trials();
  EXPECT_EQ(summary(count(trials), 0.5, 5), "5 trials (1 failed), 3 fits, 0.5 s, 10 trials/s");
  for (Trial& trial : trials) trial.fold_scores = {1, 2};
  EXPECT_EQ(summary(count(trials), -1, 0), "5 trials (1 failed), 6 fits");
  EXPECT_EQ(summary({100000, 0, 0, 1}, 2, 100000), "100,000 trials, 1 fit, 2 s, 50,000 trials/s");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
  EXPECT_EQ(grouped(123), "123");
}

TEST(ResultsFile, Csv) {
  const std::vector<Trial> trials = small_trials();
  EXPECT_EQ(results_text(ResultsFormat::csv, small_space(), trials, rank(trials, true)),
            "rank,trial,score,depth,rate,mode,seed,fit\n"
            "1,4,1.0,2,0.3,1.0,5,1\n"
            "2,1,0.75,4,1.0,\"a,\"\"b\"\"\",5,1\n"
            "3,3,0.75,5,0.25,\"a,\"\"b\"\"\",5,3\n"
            "4,0,0.5,3,0.1,none,5,0\n"
            ",2,,9,1e-07,1.0,5,2\n");
}

TEST(ResultsFile, CsvWithFolds) {
  std::vector<Trial> trials = {small_trials()[4], small_trials()[2]};
  trials[0].fold_scores = {0.1, 0.3};
  EXPECT_EQ(results_text(ResultsFormat::csv, small_space(), trials, rank(trials, true)),
            "rank,trial,score,fold_0,fold_1,depth,rate,mode,seed,fit\n"
            "1,4,1.0,0.1,0.3,2,0.3,1.0,5,1\n"
            ",2,,,,9,1e-07,1.0,5,2\n");
}

TEST(ResultsFile, Json) {
  const std::vector<Trial> trials = small_trials();
  const std::string text = results_text(ResultsFormat::json, small_space(), trials, rank(trials, true));
  EXPECT_TRUE(
      text.starts_with("[\n{\"rank\": 1, \"trial\": 4, \"score\": 1.0, \"depth\": 2, \"rate\": 0.3, \"mode\": 1.0, "
                       "\"seed\": 5, \"fit\": 1},\n"))
      << text;
  const nlohmann::json rows = nlohmann::json::parse(text);
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[1]["mode"], "a,\"b\"");
  EXPECT_TRUE(rows[3]["mode"].is_null());
  EXPECT_TRUE(rows[4]["rank"].is_null());
  EXPECT_TRUE(rows[4]["score"].is_null());
  EXPECT_EQ(rows[4]["rate"], 1e-7);
  EXPECT_EQ(results_text(ResultsFormat::json, small_space(), {}, rank({}, true)), "[]\n");
}

TEST(ResultsFile, AppearsWholeOrNotAtAll) {
  const Folder folder;
  const std::vector<Trial> trials = small_trials();
  const std::string path = folder / "out.csv";
  example::write_file(path, "before");
  {
    const Result<ResultsFile> abandoned = ResultsFile::open(path);
    ASSERT_TRUE(abandoned) << abandoned.error().message;
    EXPECT_EQ(folder.names(), std::vector<std::string>{"out.csv"});   // a kill here leaves nothing behind
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out.csv"});
  EXPECT_EQ(example::read_file(path), "before");
  Result<ResultsFile> file = ResultsFile::open(path);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write(small_space(), trials, rank(trials, true)));
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out.csv"});
  EXPECT_TRUE(example::read_file(path).starts_with("rank,trial"));
}

TEST(ResultsFile, PathsThatCannotBeWritten) {
  const Folder folder;
  ASSERT_EQ(::mkdir((folder / "folder.csv").c_str(), 0700), 0);
  for (const std::string& path : {folder / "out.txt", folder / "out", folder / "no/out.csv", folder / "folder.csv",
                                  std::string(), std::string("/proc/out.csv"), folder / "x.csv/"}) {
    const Result<ResultsFile> file = ResultsFile::open(path);
    ASSERT_FALSE(file) << path;
    EXPECT_EQ(file.error().kind, ErrorKind::usage);
    EXPECT_FALSE(file.error().hint.empty());
  }
  EXPECT_TRUE(ResultsFile::open(folder / "OUT.CSV"));
}

TEST(ResultsFile, FullDiskKeepsWhatWasThere) {
  const Folder folder;
  const std::string path = folder / "out.csv";
  example::write_file(path, "before");
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit = before;
  limit.rlim_cur = 50;
  {
    Result<ResultsFile> file = ResultsFile::open(path);
    ASSERT_TRUE(file);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const std::vector<Trial> trials = small_trials();
    const Result<void> written = file->write(small_space(), trials, rank(trials, true));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::output);
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out.csv"});
  EXPECT_EQ(example::read_file(path), "before");
}

TEST(StatsFile, KeysInOrder) {
  Stats stats;
  stats.trials = 3;
  add_seconds(stats.search, "read", 0.5);
  add_seconds(stats.search, "bin", 1);
  add_seconds(stats.search, "read", 0.25);
  stats.search.work.peak_device_bytes = 7;
  const auto json = nlohmann::ordered_json::parse(stats_text(stats));
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  EXPECT_EQ(keys, (std::vector<std::string>{"trials", "fits", "trees", "matrices", "boosters", "threads",
                                            "trainer_seconds", "launches", "uploads", "bytes_to_device",
                                            "bytes_from_device", "batches", "batches_split", "seconds", "peak_bytes"}));
  EXPECT_EQ(json["seconds"].dump(), R"({"read":0.75,"bin":1.0})");
  EXPECT_EQ(json["peak_bytes"].dump(), R"({"host":0,"device":7})");

  const Folder folder;
  Result<StatsFile> file = StatsFile::open(folder / "stats.json");
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write(stats));
  EXPECT_EQ(example::read_file(folder / "stats.json"), stats_text(stats));
}

class Lines : public ProgressSink {
 public:
  void show(std::string_view line) override { lines.emplace_back(line); }
  void clear() override { lines.emplace_back("<clear>"); }
  std::vector<std::string> lines;
};

TEST(Progress, OneLineTenTimesASecond) {
  Lines lines;
  auto now = std::chrono::steady_clock::time_point();
  {
    Progress progress(&lines, {1000, 500, true}, [&] { return now; });
    progress.tick();
    now += std::chrono::milliseconds(50);
    progress.add(small_trials());
    now += std::chrono::milliseconds(50);
    progress.tick();
    now += std::chrono::milliseconds(99);
    progress.tick();
  }
  EXPECT_EQ(lines.lines, (std::vector<std::string>{
                             "500/1,000 trials",
                             "505/1,000 trials, best 1 (trial 4), 50 trials/s, 0:10 left",
                             "<clear>",
                         }));
}

class SlowLines : public Lines {
 public:
  Rhythm rhythm() const override { return {std::chrono::seconds(60), false}; }
};

TEST(Progress, ALineAMinuteWithoutATerminal) {
  SlowLines lines;
  auto now = std::chrono::steady_clock::time_point();
  {
    Progress progress(&lines, {1000, 0, true}, [&] { return now; });
    progress.add(small_trials());
    for (int second = 0; second < 130; ++second) {
      now += std::chrono::seconds(1);
      progress.tick();
    }
  }
  EXPECT_EQ(lines.lines, (std::vector<std::string>{
                             "5/1,000 trials, best 1 (trial 4), 0.083 trials/s, 3:19:00 left",
                             "5/1,000 trials, best 1 (trial 4), 0.042 trials/s, 6:38:00 left",
                             "<clear>",
                         }));
}

TEST(Progress, WithoutASinkNothingIsWritten) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Progress progress(nullptr, {});
  progress.add(small_trials());
  progress.finish();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

}   // namespace
}   // namespace warptune
