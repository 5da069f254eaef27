#include "family/command/worker_process.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include "family/library/gpu_list.h"

namespace warptune {
namespace {

namespace fs = std::filesystem;
using Outcome = WorkerProcess::Outcome;
using Clock = WorkerProcess::Clock;

const WorkerProcess::Stop never = [] { return false; };
Clock::time_point soon() { return Clock::now() + std::chrono::milliseconds(200); }
Clock::time_point late() { return Clock::now() + std::chrono::seconds(60); }

std::unique_ptr<WorkerProcess> started(const std::string& command, std::vector<std::string> environment = {}) {
  WorkerStart start;
  start.keeper = WARPTUNE_PROGRAM;
  start.command = command;
  start.environment = std::move(environment);
  auto worker = WorkerProcess::start(start, [](const std::string&) {});
  EXPECT_TRUE(worker) << worker.error().message;
  return std::move(*worker);
}

// A new folder, removed at the end.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "worker-test-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

// Waits for the process ids that a command wrote into a file.
std::vector<pid_t> pids_in(const fs::path& file, std::size_t count) {
  for (const auto until = late(); Clock::now() < until;) {
    std::ifstream in(file);
    std::vector<pid_t> pids;
    for (pid_t pid = 0; in >> pid;) pids.push_back(pid);
    if (pids.size() >= count) return pids;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {};
}

bool all_gone(const std::vector<pid_t>& pids) {
  for (const auto until = late(); Clock::now() < until;) {
    bool any = false;
    for (const pid_t pid : pids) any |= kill(pid, 0) == 0;
    if (!any) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

// Three processes, of which two leave the group and the session, and note their numbers.
std::string stubborn(const fs::path& file) {
  return "trap '' TERM INT HUP; F=" + file.string() +
         "; echo $$ >> $F; setsid sh -c 'echo $$ >> '$F'; sleep 600 & echo $! >> '$F'; wait' & wait";
}

TEST(WorkerProcess, LinesGoThereAndBack) {
  const auto worker = started("while read line; do echo \"<$line>\"; done");
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(worker->send("line " + std::to_string(i) + "\n", late(), never), Outcome::good);
    const auto line = worker->read_line(late(), never);
    ASSERT_EQ(line.outcome, Outcome::good);
    EXPECT_EQ(line.text, "<line " + std::to_string(i) + ">");
  }
  worker->close_input();
  EXPECT_EQ(worker->read_line(late(), never).outcome, Outcome::ended);
  EXPECT_EQ(worker->end_text(), "it ended with exit code 0");
}

TEST(WorkerProcess, LinesComeHoweverTheyAreCut) {
  const auto worker = started(
      "printf 'a\\n\\nb'; sleep 0.05; printf 'c\\nd'; sleep 0.05; printf '\\n'; head -c 300000 "
      "/dev/zero | tr '\\0' x; echo; echo last");
  for (const std::string& wanted : {std::string("a"), std::string(), std::string("bc"), std::string("d"),
                                    std::string(300000, 'x'), std::string("last")}) {
    const auto line = worker->read_line(late(), never);
    ASSERT_EQ(line.outcome, Outcome::good);
    EXPECT_EQ(line.text, wanted);
  }
  EXPECT_EQ(worker->read_line(late(), never).outcome, Outcome::ended);
}

TEST(WorkerProcess, WaitsNoLongerThanAsked) {
  const auto worker = started("exec sleep 600");
  EXPECT_EQ(worker->read_line(soon(), never).outcome, Outcome::timeout);
  const WorkerProcess::Stop stop = [] { return true; };
  EXPECT_EQ(worker->read_line(late(), stop).outcome, Outcome::stopped);
  EXPECT_EQ(worker->send(std::string(1 << 20, 'x'), soon(), never), Outcome::timeout);
}

TEST(WorkerProcess, ALineHasAnEnd) {
  const auto worker = started("exec cat /dev/zero");
  EXPECT_EQ(worker->read_line(late(), never).outcome, Outcome::too_long);
}

TEST(WorkerProcess, SaysHowItEnded) {
  const auto text_of = [](const char* command) {
    const auto worker = started(command);
    while (worker->read_line(late(), never).outcome == Outcome::good) {
    }
    return worker->end_text();
  };
  EXPECT_EQ(text_of("exit 3"), "it ended with exit code 3");
  EXPECT_EQ(text_of("kill -9 $$"), "signal 9 (Killed) ended it");
  EXPECT_EQ(text_of("exec no-such-program"), "it ended with exit code 127");
  EXPECT_EQ(text_of("exec >&-; exec sleep 600"), "it closed its standard output");
  EXPECT_EQ(started("exec sleep 600")->end_text("input"), "it closed its standard input");
}

TEST(WorkerProcess, AWriteToOneThatEndedIsNoSignal) {
  const auto worker = started("exit 0");
  while (worker->read_line(late(), never).outcome == Outcome::good) {
  }
  Outcome outcome = Outcome::good;
  while (outcome == Outcome::good) outcome = worker->send("x\n", late(), never);
  EXPECT_EQ(outcome, Outcome::ended);
}

TEST(WorkerProcess, KeepsTheLastLinesOfItsErrors) {
  const auto worker =
      started("for i in $(seq 1000); do echo \"line $i\" >&2; done; head -c 100000 /dev/zero | tr '\\0' x >&2");
  EXPECT_EQ(worker->read_line(late(), never).outcome, Outcome::ended);
  (void)worker->end_text();
  const std::string lines = worker->last_lines();
  EXPECT_EQ(lines.rfind("line 982\nline 983\n", 0), 0U) << lines.substr(0, 100);
  EXPECT_EQ(lines.substr(lines.rfind('\n') + 1), std::string(WorkerLog::most_line_bytes, 'x') + "...");
}

TEST(WorkerProcess, WhatWasWrittenBeforeAnAnswerIsInTheLog) {
  const auto worker =
      started("head -c 60000 /dev/zero | tr '\\0' '\\n' >&2; echo last >&2; echo answer; exec sleep 600");
  EXPECT_EQ(worker->read_line(late(), never).text, "answer");
  EXPECT_EQ(worker->last_lines(), "last");
  worker->clear_log();
  EXPECT_EQ(worker->last_lines(), "");
}

TEST(WorkerProcess, WithoutItsKeeperItHasEnded) {
  const auto worker = started("kill -9 $PPID; exec sleep 1");
  EXPECT_EQ(worker->read_line(late(), never).outcome, Outcome::ended);
}

TEST(WorkerProcess, ThousandsOfItsProcessesEndAtOnce) {
  const auto worker = started("for i in $(seq 2000); do sleep 600 & done; echo ready; exec sleep 600");
  EXPECT_EQ(worker->read_line(late(), never).text, "ready");
  worker->kill();   // with a look at all processes for each of them this took a minute
}

TEST(WorkerProcess, TheEnvironmentIsOursAndTheGiven) {
  setenv("WORKER_TEST_A", "old", 1);
  setenv("WORKER_TEST_B", "kept", 1);
  const auto worker = started("echo $WORKER_TEST_A $WORKER_TEST_B $WORKER_TEST_C",
                              {"WORKER_TEST_A=1", "WORKER_TEST_C=a=b", "WORKER_TEST_A=2"});
  EXPECT_EQ(worker->read_line(late(), never).text, "2 kept a=b");
}

TEST(WorkerProcess, NoDescriptorOfOursIsHanded) {
  const FileDescriptor ours(dup(STDERR_FILENO));   // without O_CLOEXEC
  const auto worker = started("ls /proc/self/fd | tr '\\n' ' '; echo");
  EXPECT_EQ(worker->read_line(late(), never).text, "0 1 2 3 ");   // 3 is ls's own
}

TEST(WorkerProcess, NoneOfItsProcessesSurvivesIt) {
  const Folder folder;
  const auto worker = started(stubborn(folder.path / "pids"));
  const auto pids = pids_in(folder.path / "pids", 3);
  ASSERT_EQ(pids.size(), 3U);
  worker->kill();
  EXPECT_TRUE(all_gone(pids));
}

TEST(WorkerProcess, NoneOfItsProcessesSurvivesItsEnd) {
  const Folder folder;
  const auto worker = started("sleep 600 & echo $! > " + (folder.path / "pids").string() + "; exit 4");
  const auto pids = pids_in(folder.path / "pids", 1);
  ASSERT_EQ(pids.size(), 1U);
  EXPECT_EQ(worker->read_line(late(), never).outcome, Outcome::ended);
  EXPECT_EQ(worker->end_text(), "it ended with exit code 4");
  EXPECT_TRUE(all_gone(pids));
}

TEST(VisibleDevice, IsTheEntryOfOurs) {
  const char* before = std::getenv("CUDA_VISIBLE_DEVICES");
  const std::string kept = before == nullptr ? "" : before;
  unsetenv("CUDA_VISIBLE_DEVICES");
  EXPECT_EQ(visible_device(2), "2");
  setenv("CUDA_VISIBLE_DEVICES", "3,GPU-8932f937,5", 1);
  EXPECT_EQ(visible_device(0), "3");
  EXPECT_EQ(visible_device(1), "GPU-8932f937");
  EXPECT_EQ(visible_device(2), "5");
  if (before == nullptr)
    unsetenv("CUDA_VISIBLE_DEVICES");
  else
    setenv("CUDA_VISIBLE_DEVICES", kept.c_str(), 1);
}

}   // namespace
}   // namespace warptune
