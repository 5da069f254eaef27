// The journal as a file: round trip, torn tails, full disk, foreign writers.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "journal_example.h"
#include "result/journal.h"
#include "sanitizer.h"

namespace warptune {
namespace {

using example::Folder;
using std::chrono::system_clock;

void expect_equal(const Trial& read, const Trial& written) {
  EXPECT_EQ(read.number, written.number);
  EXPECT_EQ(read.point, written.point);
  EXPECT_EQ(read.state, written.state);
  EXPECT_EQ(read.score, written.score);
  EXPECT_EQ(read.fold_scores, written.fold_scores);
  EXPECT_EQ(read.fit, written.fit);
}

void expect_trials(const JournalContents& contents, std::size_t count) {
  ASSERT_EQ(contents.trials.size(), count);
  for (const Trial& trial : contents.trials) expect_equal(trial, example::trial(trial.number));
}

std::string new_journal(const std::string& path, std::int64_t trials) {
  Result<Journal> journal = Journal::create(path, example::header());
  EXPECT_TRUE(journal) << journal.error().message;
  EXPECT_TRUE(journal->append(example::trials(trials)));
  EXPECT_TRUE(journal->close());
  return example::read_file(path);
}

TEST(JournalTimes, AreTheTextsOfEachTimeAlone) {
  using namespace std::chrono_literals;
  JournalTimes times;
  const std::chrono::system_clock::time_point start{1'790'000'000'123'456us};
  for (const auto later :
       {0us, 1us, 999us, 600'000us, 876'543us, 876'544us, 5'000'000us, 2us, 3'600'000'000us, -876'544us})
    EXPECT_EQ(times.of(start + later), journal_time(start + later));
}

TEST(Journal, RoundTrip) {
  const Folder folder;
  const std::string path = folder / "a.log";
  new_journal(path, 40);
  const Result<JournalContents> contents = read_journal(path);
  ASSERT_TRUE(contents) << contents.error().message;
  const JournalHeader header = example::header();
  EXPECT_EQ(contents->header.name, header.name);
  EXPECT_EQ(contents->header.maximise, header.maximise);
  EXPECT_EQ(contents->header.metric, header.metric);
  EXPECT_EQ(contents->header.space, header.space);
  EXPECT_EQ(contents->header.version, header.version);
  EXPECT_EQ(contents->header.dataset, header.dataset);
  EXPECT_EQ(contents->header.seed, header.seed);
  EXPECT_EQ(contents->header.study, header.study);
  expect_trials(*contents, 40);
  EXPECT_EQ(contents->trials[3].reason, "out of \"memory\",\n\xEF\xBF\xBD");
  EXPECT_EQ(contents->foreign_trials, 0);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"a.log"});   // no lock, no temporary file
}

TEST(Journal, DoublesComeBackToTheLastBit) {
  JournalHeader header = example::header();
  header.space = {{{"x", {Distribution::Kind::real, -1e300, 1e300, 0, false, {}}}}};
  const double values[] = {0.1, 1.0 / 3, 5e-324, 1e22, -0.0, 1.7976931348623157e300 / 1e10, 123456789.0, 2.5e-8, 1e300};
  const Folder folder;
  const std::string path = folder / "a.log";
  Result<Journal> journal = Journal::create(path, header);
  ASSERT_TRUE(journal);
  std::int64_t number = 0;
  for (const double value : values) {
    Trial trial;
    trial.number = number++;
    trial.point = {value};
    trial.score = value;
    trial.fold_scores = {value};
    ASSERT_TRUE(journal->append({&trial, 1}));
  }
  ASSERT_TRUE(journal->close());
  const Result<JournalContents> contents = read_journal(path);
  ASSERT_TRUE(contents) << contents.error().message;
  for (const Trial& trial : contents->trials) {
    const double value = values[trial.number];
    EXPECT_EQ(trial.point[0], value);
    EXPECT_EQ(std::signbit(trial.score), std::signbit(value));
    EXPECT_EQ(trial.score, value);
    EXPECT_EQ(trial.fold_scores[0], value);
  }
}

TEST(Journal, LineIsOptunasCompactForm) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  JournalHeader header = example::header();
  header.space = {{{"depth", {Distribution::Kind::integer, 2, 9, 1, false, {}}},
                   {"criterion", {Distribution::Kind::choice, 0, 0, 0, false, {std::string("gini"), None{}}}}}};
  const Folder folder;
  auto now = system_clock::time_point(std::chrono::microseconds(1767323045000001));
  Result<Journal> journal = Journal::create(folder / "a.log", header, [&] { return now; });
  ASSERT_TRUE(journal);
  Trial trial;
  trial.started = now;
  trial.ended = now + std::chrono::milliseconds(1500);
  trial.point = {4, 1};
  trial.score = 1;
  trial.fit = 7;
  ASSERT_TRUE(journal->append({&trial, 1}));
  const std::string text = example::read_file(folder / "a.log");
  const std::string last = text.substr(text.rfind('\n', text.size() - 2) + 1);
  EXPECT_EQ(last, R"({"op_code":4,"worker_id":"warptune","study_id":0,"state":1,"values":[1.0],)"
                  R"("datetime_start":"2026-01-02T03:04:05.000001","datetime_complete":"2026-01-02T03:04:06.500001",)"
                  R"("distributions":{"depth":"{\"name\":\"IntDistribution\",\"attributes\":{\"log\":false,\"step\":1,)"
                  R"(\"low\":2,\"high\":9}}","criterion":"{\"name\":\"CategoricalDistribution\",\"attributes\":)"
                  R"({\"choices\":[\"gini\",null]}}"},"params":{"depth":4.0,"criterion":1},)"
                  R"("user_attrs":{"warptune:trial":0,"fit":7},"system_attrs":{}})"
                  "\n");
}

TEST(Journal, GoesOnAfterReopen) {
  const Folder folder;
  const std::string path = folder / "a.log";
  new_journal(path, 5);
  {
    Result<ReopenedJournal> reopened = Journal::reopen(path);
    ASSERT_TRUE(reopened) << reopened.error().message;
    expect_trials(reopened->contents, 5);
    EXPECT_TRUE(reopened->journal.notes().empty());
    ASSERT_TRUE(reopened->journal.append(example::trials(4, 5)));
  }
  const Result<JournalContents> contents = read_journal(path);
  ASSERT_TRUE(contents);
  expect_trials(*contents, 9);
}

// Whatever byte of the last line a crash cuts at: the reader ignores the torn line, reopening cuts it off.
TEST(Journal, TornTailAtEveryByteOfTheLastLine) {
  const Folder folder;
  const std::string path = folder / "a.log";
  const std::string text = new_journal(path, 4);
  const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
  for (std::size_t bytes = last; bytes < text.size(); ++bytes) {
    const Result<JournalContents> contents = read_journal_text(text.substr(0, bytes), path);
    ASSERT_TRUE(contents) << contents.error().message;
    ASSERT_EQ(contents->trials.size(), 3u);
    ASSERT_EQ(contents->torn_bytes, bytes - last);
    ASSERT_EQ(contents->whole_bytes, last);
    // What reopening does is a matter of these two numbers, and it takes a hundred times as long: files, a thread.
    if (test::under_sanitizer && (bytes - last) % 16 > 1 && bytes + 1 < text.size()) continue;
    example::write_file(path, text.substr(0, bytes));
    Result<ReopenedJournal> reopened = Journal::reopen(path);
    ASSERT_TRUE(reopened) << reopened.error().message;
    ASSERT_EQ(reopened->journal.notes().size(), bytes == last ? 0u : 1u);
    ASSERT_TRUE(reopened->journal.append(example::trials(1, 3)));
    ASSERT_TRUE(reopened->journal.close());
    const Result<JournalContents> whole = read_journal(path);
    ASSERT_TRUE(whole) << whole.error().message;
    ASSERT_EQ(whole->trials.size(), 4u);
    ASSERT_EQ(whole->torn_bytes, 0u);
  }
}

TEST(Journal, HeaderCutShortIsAnError) {
  const Folder folder;
  const std::string path = folder / "a.log";
  const std::string text = new_journal(path, 0);
  for (std::size_t bytes = 0; bytes < text.size(); bytes += 7) {
    example::write_file(path, text.substr(0, bytes));
    const Result<ReopenedJournal> reopened = Journal::reopen(path);
    ASSERT_FALSE(reopened);
    if (bytes > 0) {
      EXPECT_NE(reopened.error().message.find("before its first trial"), std::string::npos) << reopened.error().message;
      EXPECT_NE(reopened.error().hint.find("nothing was scored"), std::string::npos);
    }
    EXPECT_EQ(example::read_file(path).size(), bytes);   // what cannot be read is not cut
  }
}

TEST(Journal, CreateRefusesAnExistingJournal) {
  const Folder folder;
  const std::string path = folder / "a.log";
  const std::string text = new_journal(path, 2);
  const Result<Journal> again = Journal::create(path, example::header());
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("exists"), std::string::npos);
  EXPECT_NE(again.error().hint.find("warptune resume " + path), std::string::npos);
  EXPECT_EQ(again.error().kind, ErrorKind::usage);
  EXPECT_EQ(example::read_file(path), text);
  EXPECT_EQ(folder.names().size(), 1u);

  example::write_file(folder / "empty.log", "");
  EXPECT_TRUE(Journal::create(folder / "empty.log", example::header()));
  EXPECT_FALSE(Journal::create(folder / "no/such/folder.log", example::header()));
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_FALSE(Journal::create(folder / "pipe", example::header()));
  EXPECT_FALSE(Journal::reopen(folder / "pipe"));
  EXPECT_FALSE(read_journal(folder / "pipe"));
  EXPECT_FALSE(Journal::reopen(folder / "none.log"));
  EXPECT_FALSE(Journal::reopen(folder / "."));
}

// In the order in which they ended; read back by number.
TEST(Journal, TrialsInAnyOrder) {
  const Folder folder;
  const std::string path = folder / "a.log";
  {
    Result<Journal> journal = Journal::create(path, example::header());
    ASSERT_TRUE(journal);
    for (const std::int64_t number : {7, 2, 0, 5}) ASSERT_TRUE(journal->append(example::trials(1, number)));
  }
  Result<ReopenedJournal> reopened = Journal::reopen(path);
  ASSERT_TRUE(reopened) << reopened.error().message;
  std::vector<std::int64_t> numbers;
  for (const Trial& trial : reopened->contents.trials) {
    expect_equal(trial, example::trial(trial.number));
    numbers.push_back(trial.number);
  }
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{0, 2, 5, 7}));
  EXPECT_FALSE(reopened->journal.append(example::trials(1, -1)));
  EXPECT_FALSE(reopened->journal.append(example::trials(1, 1)));   // stays failed
}

TEST(Journal, AFailedTrialMayBeTriedAgain) {
  const Folder folder;
  const std::string path = folder / "a.log";
  ASSERT_EQ(example::trial(3).state, TrialState::failed);
  {
    Result<Journal> journal = Journal::create(path, example::header());
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->append(example::trials(5)));
    Trial again = example::trial(4);
    again.number = 3;
    ASSERT_TRUE(journal->append({&again, 1}));
    ASSERT_TRUE(journal->extend(40));
  }
  const Result<JournalContents> contents = read_journal(path);
  ASSERT_TRUE(contents) << contents.error().message;
  ASSERT_EQ(contents->trials.size(), 5u);
  EXPECT_EQ(contents->trials[3].state, TrialState::complete);
  EXPECT_EQ(contents->trials[3].score, example::trial(4).score);
  EXPECT_EQ(contents->header.trials, 40);
}

TEST(Journal, NoNumberThatIsNotFinite) {
  const Folder folder;
  for (int i = 0; i < 3; ++i) {
    Trial trial = example::trial(0);
    (i == 0 ? trial.score : i == 1 ? trial.fold_scores[1] : trial.point[3]) = std::nan("");
    Result<Journal> journal = Journal::create(folder / std::to_string(i), example::header());
    ASSERT_TRUE(journal);
    EXPECT_FALSE(journal->append({&trial, 1}));
  }
}

// A limit on the file's size stops a write in its middle, as a full disk does.
TEST(Journal, FullDiskLeavesWholeLines) {
  const Folder folder;
  const std::string path = folder / "a.log";
  const std::size_t three = new_journal(path, 3).size();
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, SIG_IGN);
  Result<ReopenedJournal> reopened = Journal::reopen(path);
  ASSERT_TRUE(reopened);
  rlimit limit = before;
  limit.rlim_cur = three + 2500;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  const Result<bool> appended = reopened->journal.append(example::trials(100, 3));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().kind, ErrorKind::output);
  EXPECT_NE(appended.error().hint.find("warptune resume"), std::string::npos);
  EXPECT_FALSE(reopened->journal.append(example::trials(1, 3)));
  EXPECT_FALSE(reopened->journal.close());

  const Result<JournalContents> contents = read_journal(path);
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_EQ(contents->torn_bytes, 0u);
  EXPECT_GT(contents->trials.size(), 3u);
  EXPECT_LT(contents->trials.size(), 10u);
  for (const Trial& trial : contents->trials) expect_equal(trial, example::trial(trial.number));
}

TEST(Journal, FullDiskAtTheHeader) {
  const Folder folder;
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit = before;
  limit.rlim_cur = 300;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  const Result<Journal> journal = Journal::create(folder / "a.log", example::header());
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().kind, ErrorKind::output);
  EXPECT_TRUE(folder.names().empty());
}

TEST(Journal, GoesOnBehindWhatAnotherProgramWrote) {
  const Folder folder;
  const std::string path = folder / "a.log";
  const std::string note = R"({"op_code":2,"worker_id":"x","study_id":0,"user_attr":{"note":1}})";
  {
    Result<Journal> journal = Journal::create(path, example::header());
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->append(example::trials(2)));
    std::ofstream(path, std::ios::app) << note << '\n';
    ASSERT_TRUE(journal->append(example::trials(1, 2)));
    EXPECT_TRUE(journal->notes().empty());
    std::ofstream(path, std::ios::app) << note << '\n' << note.substr(0, 20);   // and died
    ASSERT_TRUE(journal->append(example::trials(1, 3)));
    EXPECT_EQ(journal->notes(), std::vector<std::string>{"cut 20 bytes of a torn last line off " + path});
    std::filesystem::resize_file(path, 1000);
    const Result<bool> appended = journal->append(example::trials(1, 4));
    ASSERT_FALSE(appended);
    EXPECT_NE(appended.error().message.find("another program cut it short"), std::string::npos);
  }
}

TEST(Journal, OfAllThatAnotherProgramWroteNothingIsLost) {
  const Folder folder;
  const std::string path = folder / "a.log";
  const std::string note = R"({"op_code":2,"worker_id":"x","study_id":0,"user_attr":{"note":1}})"
                           "\n";
  {
    Result<Journal> journal = Journal::create(path, example::header());
    ASSERT_TRUE(journal);
    for (std::int64_t i = 0; i < 9; ++i) {
      std::ofstream(path, std::ios::app) << note;
      ASSERT_TRUE(journal->append(example::trials(1, i)));
    }
  }
  const Result<JournalContents> contents = read_journal(path);
  ASSERT_TRUE(contents) << contents.error().message;
  expect_trials(*contents, 9);
  const std::string text = example::read_file(path);
  std::size_t notes = 0;
  for (std::size_t at = 0; (at = text.find(note, at)) != text.npos; ++at) ++notes;
  EXPECT_EQ(notes, 9u);
}

TEST(Journal, ClosedJournalTakesNothing) {
  const Folder folder;
  Result<Journal> journal = Journal::create(folder / "a.log", example::header());
  ASSERT_TRUE(journal);
  ASSERT_TRUE(journal->close());
  EXPECT_FALSE(journal->append(example::trials(1)));
}

TEST(Journal, SpaceThatDoesNotFitALineIsRefused) {
  JournalHeader header = example::header();
  Distribution& wide = header.space.parameters[5].distribution;
  for (int i = 0; i < 9000; ++i) wide.choices.emplace_back(std::string(100, 'a') + std::to_string(i));
  const Folder folder;
  EXPECT_FALSE(Journal::create(folder / "a.log", header));
  EXPECT_TRUE(folder.names().empty());
}

// Written where WARPTUNE_JOURNAL_OUT says, for tests/cli/optuna_journal.py.
TEST(JournalExample, WritesAStudyForOptuna) {
  const Folder folder;
  const char* out = std::getenv("WARPTUNE_JOURNAL_OUT");
  const std::string path = out != nullptr ? out : folder / "a.log";
  new_journal(path, 100);
  const Result<JournalContents> contents = read_journal(path);
  ASSERT_TRUE(contents) << contents.error().message;
  expect_trials(*contents, 100);
}

// tests/cli/optuna_journal.py lets Optuna add two trials to the example.
TEST(JournalForeign, WhatOptunaAddedIsNotOurs) {
  const char* in = std::getenv("WARPTUNE_JOURNAL_IN");
  if (in == nullptr) GTEST_SKIP() << "run by tests/cli/optuna_journal.py";
  Result<ReopenedJournal> reopened = Journal::reopen(in);
  ASSERT_TRUE(reopened) << reopened.error().message;
  expect_trials(reopened->contents, 100);
  EXPECT_EQ(reopened->contents.foreign_trials, 2);
  ASSERT_TRUE(reopened->journal.append(example::trials(1, 100)));
}

}   // namespace
}   // namespace warptune
