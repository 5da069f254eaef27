// The journal's lock against other processes: warptune's and Optuna's, living and dead.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "journal_example.h"
#include "result/journal.h"

namespace warptune {
namespace {

using example::Folder;
using std::chrono::milliseconds;
using Kind = JournalLock::Kind;

// A process that holds the journal's lock until it is killed.
class HolderProcess {
 public:
  explicit HolderProcess(const std::string& journal, Kind kind = Kind::writing) {
    int ready[2];
    if (::pipe(ready) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      const Result<JournalLock> lock = JournalLock::acquire(journal, kind);
      const char answer = lock ? '1' : '0';
      if (::write(ready[1], &answer, 1) == 1) ::pause();
      ::_exit(0);
    }
    char answer = 0;
    holds_ = ::read(ready[0], &answer, 1) == 1 && answer == '1';
    ::close(ready[0]);
    ::close(ready[1]);
  }
  HolderProcess(const HolderProcess&) = delete;
  HolderProcess& operator=(const HolderProcess&) = delete;
  ~HolderProcess() { kill(); }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool holds() const { return holds_; }

 private:
  pid_t pid_ = 0;
  bool holds_ = false;
};

void make_old(const std::string& path) {
  const timespec times[2] = {{::time(nullptr) - 100, 0}, {::time(nullptr) - 100, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
}

TEST(JournalLock, SecondProcessHearsWhoHoldsIt) {
  const Folder folder;
  HolderProcess holder(folder / "a.log");
  ASSERT_TRUE(holder.holds());
  const Result<JournalLock> lock = JournalLock::acquire(folder / "a.log", Kind::writing, milliseconds(20));
  ASSERT_FALSE(lock);
  EXPECT_NE(lock.error().message.find("process " + std::to_string(holder.pid())), std::string::npos)
      << lock.error().message;
  EXPECT_EQ(lock.error().kind, ErrorKind::usage);
}

TEST(JournalLock, KilledHolderIsSucceededAtOnce) {
  const Folder folder;
  HolderProcess holder(folder / "a.log");
  ASSERT_TRUE(holder.holds());
  holder.kill();
  ASSERT_TRUE(std::filesystem::exists(folder / "a.log.lock"));
  const Result<JournalLock> lock = JournalLock::acquire(folder / "a.log", Kind::writing, milliseconds(0));
  ASSERT_TRUE(lock) << lock.error().message;
  EXPECT_NE(lock->note().find("removed"), std::string::npos);
}

TEST(JournalLock, IsGivenBack) {
  const Folder folder;
  { ASSERT_TRUE(JournalLock::acquire(folder / "a.log", Kind::writing)); }
  EXPECT_TRUE(folder.names().empty());
  Result<JournalLock> first = JournalLock::acquire(folder / "a.log", Kind::writing);
  ASSERT_TRUE(first);
  EXPECT_FALSE(JournalLock::acquire(folder / "a.log", Kind::writing, milliseconds(0)));   // in this process as well
  *first = std::move(*JournalLock::acquire(folder / "b.log", Kind::writing));
  EXPECT_TRUE(JournalLock::acquire(folder / "a.log", Kind::writing, milliseconds(0)));
}

TEST(JournalLock, OptunasLocks) {
  const Folder folder;
  const std::string journal = folder / "a.log", name = journal + ".lock";
  for (const bool link : {false, true}) {
    if (link) {
      ASSERT_EQ(::symlink("dangling", name.c_str()), 0);
    } else {
      example::write_file(name, "");
    }
    const Result<JournalLock> young = JournalLock::acquire(journal, Kind::writing, milliseconds(20));
    ASSERT_FALSE(young);
    EXPECT_NE(young.error().message.find("another program"), std::string::npos);
    make_old(name);
    {
      const Result<JournalLock> old = JournalLock::acquire(journal, Kind::writing, milliseconds(20));
      ASSERT_TRUE(old) << old.error().message;
      EXPECT_FALSE(old->note().empty());
    }
    EXPECT_TRUE(folder.names().empty());
  }
}

TEST(JournalLock, HolderOnAnotherMachine) {
  const Folder folder;
  const std::string journal = folder / "a.log", name = journal + ".lock";
  example::write_file(name, "warptune 77 elsewhere 00000000-0000-0000-0000-000000000000\n");
  const Result<JournalLock> young = JournalLock::acquire(journal, Kind::writing, milliseconds(20));
  ASSERT_FALSE(young);
  EXPECT_NE(young.error().message.find("process 77 on elsewhere"), std::string::npos) << young.error().message;
  make_old(name);
  EXPECT_TRUE(JournalLock::acquire(journal, Kind::writing, milliseconds(20)));
}

TEST(JournalLock, FolderWithoutWritePermission) {
  const Folder folder;
  example::write_file(folder / "b.log.lock", "");
  make_old(folder / "b.log.lock");
  ASSERT_EQ(::chmod((folder / "").c_str(), 0555), 0);
  const bool root = ::geteuid() == 0;   // who may write everywhere
  ASSERT_EQ(root ? ::seteuid(65534) : 0, 0);
  const Result<JournalLock> fresh = JournalLock::acquire(folder / "a.log", Kind::writing);
  const Result<JournalLock> abandoned = JournalLock::acquire(folder / "b.log", Kind::writing, milliseconds(20));
  ASSERT_EQ(root ? ::seteuid(0) : 0, 0);
  ASSERT_EQ(::chmod((folder / "").c_str(), 0700), 0);
  ASSERT_FALSE(fresh);
  EXPECT_NE(fresh.error().message.find("cannot create the lock"), std::string::npos) << fresh.error().message;
  ASSERT_FALSE(abandoned);
  EXPECT_NE(abandoned.error().message.find("cannot remove the abandoned lock"), std::string::npos)
      << abandoned.error().message;
}

TEST(JournalLock, TheTwoLocksOfAJournalAreApart) {
  const Folder folder;
  const Result<JournalLock> running = JournalLock::acquire(folder / "a.log", Kind::running);
  ASSERT_TRUE(running);
  EXPECT_TRUE(JournalLock::acquire(folder / "a.log", Kind::writing, milliseconds(0)));
  EXPECT_FALSE(JournalLock::acquire(folder / "a.log", Kind::running, milliseconds(0)));
}

TEST(JournalLock, JournalRenewsItAndTakesItAgain) {
  const Folder folder;
  const std::string path = folder / "a.log", name = path + ".running";
  auto now = std::chrono::system_clock::now();
  Result<Journal> journal = Journal::create(path, example::header(), [&] { return now; });
  ASSERT_TRUE(journal);
  make_old(name);
  now += std::chrono::seconds(6);
  ASSERT_TRUE(journal->tend());
  struct stat status = {};
  ASSERT_EQ(::stat(name.c_str(), &status), 0);
  EXPECT_LT(::time(nullptr) - status.st_mtim.tv_sec, 10);

  std::filesystem::remove(name);
  now += std::chrono::seconds(6);
  ASSERT_TRUE(journal->tend());
  EXPECT_TRUE(std::filesystem::exists(name));
  EXPECT_EQ(journal->notes().size(), 1u);

  std::filesystem::remove(name);
  HolderProcess other(path, Kind::running);
  ASSERT_TRUE(other.holds());
  now += std::chrono::seconds(6);
  EXPECT_FALSE(journal->tend());
  EXPECT_FALSE(journal->append(example::trials(1)));
}

// By hand, as a hint says for another case: two that write the same trial would leave a journal that nobody reads.
TEST(JournalLock, NothingIsWrittenOnceAnotherWarptuneHasTheStudy) {
  for (const bool ended : {false, true}) {
    const Folder folder;
    const std::string path = folder / "a.log";
    Result<Journal> journal = Journal::create(path, example::header());
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->append(example::trials(1)));
    std::filesystem::remove(path + ".running");
    Result<ReopenedJournal> other = Journal::reopen(path);
    ASSERT_TRUE(other);
    ASSERT_TRUE(other->journal.append(example::trials(1, 1)));
    if (ended) {
      ASSERT_TRUE(other->journal.close());
    }
    const Result<bool> written = journal->append(example::trials(1, 1));
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find(ended ? "another program wrote to it" : "in use by"), std::string::npos)
        << written.error().message;
    EXPECT_EQ(read_journal(path)->trials.size(), 2u);
  }
}

// Optuna's lock is held per write: between writes it is free, and while another holds it trials wait.
TEST(JournalLock, TrialsWaitForAnotherWriter) {
  const Folder folder;
  const std::string path = folder / "a.log";
  auto now = std::chrono::system_clock::now();
  Result<Journal> journal = Journal::create(path, example::header(), [&] { return now; });
  ASSERT_TRUE(journal);
  EXPECT_FALSE(std::filesystem::exists(path + ".lock"));
  ASSERT_EQ(journal->append(example::trials(2)).value_or(false), true);
  EXPECT_FALSE(std::filesystem::exists(path + ".lock"));
  {
    const Result<JournalLock> other = JournalLock::acquire(path, Kind::writing);
    ASSERT_TRUE(other);
    EXPECT_EQ(journal->append(example::trials(1, 2)).value_or(true), false);
    now += std::chrono::seconds(59);
    EXPECT_EQ(journal->append(example::trials(1, 2)).value_or(true), false);
  }
  EXPECT_EQ(journal->append(example::trials(1, 2)).value_or(false), true);
  const Result<JournalLock> for_good = JournalLock::acquire(path, Kind::writing);
  ASSERT_TRUE(for_good);
  EXPECT_EQ(journal->append(example::trials(1, 3)).value_or(true), false);
  now += std::chrono::seconds(61);
  const Result<bool> given_up = journal->append(example::trials(1, 3));
  ASSERT_FALSE(given_up);
  EXPECT_NE(given_up.error().message.find("in use by"), std::string::npos) << given_up.error().message;
  EXPECT_EQ(read_journal(path)->trials.size(), 3u);
}

Result<Journal> go_on(const std::string& path) {
  Result<ReopenedJournal> reopened = Journal::reopen(path);
  if (!reopened) return tl::unexpected(reopened.error());
  return std::move(reopened->journal);
}

// kill -9 at any moment, in the middle of the creation as well: the next process goes on from whole lines.
TEST(JournalLock, KilledWriters) {
  const Folder folder;
  const std::string path = folder / "a.log";
  std::size_t before = 0;
  // Thirty early moments; on a machine too slow to write by then (ThreadSanitizer) later ones, until something was written.
  for (int round = 0; round < 30 || (before == 0 && round < 40); ++round) {
    const pid_t writer = ::fork();
    if (writer == 0) {
      Result<Journal> journal = std::filesystem::exists(path) ? go_on(path) : Journal::create(path, example::header());
      auto next = journal ? static_cast<std::int64_t>(read_journal(path)->trials.size()) : 0;
      for (; journal && journal->append(example::trials(3, next)); next += 3) ::usleep(100);
      ::_exit(1);
    }
    ::usleep(static_cast<useconds_t>(round < 30 ? 137 * round : 4000 << (round - 30)));
    ::kill(writer, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(writer, &status, 0), writer);
    ASSERT_TRUE(WIFSIGNALED(status));   // it did not stop by itself
    if (!std::filesystem::exists(path)) continue;
    const Result<JournalContents> contents = read_journal(path);
    ASSERT_TRUE(contents) << contents.error().message;
    ASSERT_GE(contents->trials.size(), before);
    before = contents->trials.size();
  }
  EXPECT_GT(before, 0u);
}

TEST(JournalLock, SecondWarptuneOnOneJournal) {
  const Folder folder;
  const std::string path = folder / "a.log";
  Result<Journal> journal = Journal::create(path, example::header());
  ASSERT_TRUE(journal);
  const Result<ReopenedJournal> second = Journal::reopen(path);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos);
  EXPECT_TRUE(read_journal(path));   // reading needs no lock
  ASSERT_TRUE(journal->append(example::trials(1)));
}

}   // namespace
}   // namespace warptune
