#include "result/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <utility>

#include "base/shown.h"
#include "base/system_hint.h"

namespace warptune {
namespace {

using std::chrono::system_clock;

constexpr std::chrono::seconds sync_interval{1};
constexpr std::chrono::seconds renewal_interval{5};          // Optuna takes a lock for abandoned after 30 s
constexpr std::chrono::milliseconds writer_patience{50};     // Optuna writes in less
constexpr std::chrono::seconds longest_refusal{60};          // a lock that nobody renews is abandoned after 30 s
constexpr std::size_t buffer_limit = std::size_t{1} << 18;   // bytes that are assembled before they are written

// Optuna's lock is named after the path; a relative one would change its meaning with the working folder.
std::string absolute_path(const std::string& path) {
  std::error_code error;
  const auto resolved = std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  return error ? path : resolved.string();
}

// True as well when the clock was set back.
bool due(system_clock::time_point last, system_clock::time_point now, std::chrono::seconds interval) {
  return now - last >= interval || now < last;
}

// Where the last whole line of what others wrote, from `begin` to `end`, ends.
Result<std::uint64_t> whole_lines(int descriptor, std::uint64_t begin, std::uint64_t end) {
  std::array<char, 4096> piece{};
  while (end > begin) {
    const std::uint64_t from = end - std::min<std::uint64_t>(end - begin, piece.size());
    const ssize_t count = ::pread(descriptor, piece.data(), end - from, static_cast<off_t>(from));
    if (count < 0 && errno == EINTR) continue;
    if (count != static_cast<ssize_t>(end - from)) return failure(count < 0 ? error_text(errno) : "it was cut short");
    const std::size_t at = std::string_view(piece.data(), end - from).rfind('\n');
    if (at != std::string_view::npos) return from + at + 1;
    end = from;
  }
  return begin;
}

tl::unexpected<Error> not_a_file(const std::string& path) {
  return failure(fmt::format("the journal {} is not a regular file", path), "name a file, as study.log");
}

tl::unexpected<Error> cannot_open(const std::string& path, int error) {
  return failure(fmt::format("cannot open the journal {}: {}", path, error_text(error)),
                 system_hint(error, error == EACCES ? "make it readable and writable for you: chmod u+rw"
                                                    : "name a file that warptune run --journal wrote"));
}

}   // namespace

std::string journal_time(system_clock::time_point time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time - seconds).count();
  const std::time_t clock = system_clock::to_time_t(seconds);
  std::tm local = {};
  ::localtime_r(&clock, &local);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday,
                     local.tm_hour, local.tm_min, local.tm_sec, micros);
}

const std::string& JournalTimes::of(system_clock::time_point time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  if (text_.empty() || second != second_) {
    text_ = journal_time(time);
    second_ = second;
    return text_;
  }
  auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time - second).count();
  for (std::size_t digit = 1; digit <= 6; ++digit, micros /= 10)
    text_[text_.size() - digit] = static_cast<char>('0' + micros % 10);
  return text_;
}

Journal::Journal(std::string path, std::string absolute, FileDescriptor file, JournalLock running, const Space& space,
                 WallClock clock)
    : path_(std::move(path)),
      absolute_(std::move(absolute)),
      file_(std::move(file)),
      running_(std::move(running)),
      lines_(space),
      clock_(std::move(clock)) {
  for (const Parameter& parameter : space.parameters) distributions_.push_back(parameter.distribution);
  last_sync_ = last_renewal_ = clock_();
  if (!running_->note().empty()) notes_.push_back(running_->note());
}

Journal::~Journal() {
  if (file_ && running_) static_cast<void>(close());   // not if it was moved from
}

Result<Journal> Journal::create(const std::string& path, const JournalHeader& header, WallClock clock) {
  Result<std::string> lines = header_lines(header);
  if (!lines) return tl::unexpected(lines.error());
  const std::string absolute = absolute_path(path);
  Result<JournalLock> running = JournalLock::acquire(absolute, JournalLock::Kind::running);
  if (!running) return tl::unexpected(running.error());
  const Result<JournalLock> writing = JournalLock::acquire(absolute, JournalLock::Kind::writing);
  if (!writing) return tl::unexpected(writing.error());

  struct stat status = {};
  if (::stat(absolute.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) return not_a_file(path);
    if (status.st_size != 0) {
      return failure(fmt::format("the journal {} exists", path),
                     fmt::format("go on with it: warptune resume {}, or choose another name", shell_word(path)));
    }
  }
  // A header that is cut short by a crash would be a file that can be neither resumed nor started anew.
  const std::string unfinished = absolute + ".new";
  FileDescriptor file(::open(unfinished.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644));
  int error = file ? write_all(file.get(), *lines).error : errno;
  if (error == 0 && ::fsync(file.get()) != 0) error = errno;
  if (error == 0 && ::rename(unfinished.c_str(), absolute.c_str()) != 0) error = errno;
  if (error != 0) {
    if (file) ::unlink(unfinished.c_str());
    const bool no_room = error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO;
    return failure(fmt::format("cannot write the journal {}: {}", path, error_text(error)),
                   system_hint(error, no_room ? "is the disk in order?"
                                              : "put the journal into a folder that you can write to"),
                   no_room ? ErrorKind::output : ErrorKind::usage);
  }
  sync_folder_of(absolute);
  Journal journal(path, absolute, std::move(file), std::move(*running), header.space, std::move(clock));
  journal.bytes_ = lines->size();
  return journal;
}

Result<ReopenedJournal> Journal::reopen(const std::string& path, WallClock clock) {
  struct stat status = {};
  const std::string absolute = absolute_path(path);
  if (::stat(absolute.c_str(), &status) != 0) {
    return cannot_open(path, errno);
  }
  if (!S_ISREG(status.st_mode)) return not_a_file(path);
  Result<JournalLock> running = JournalLock::acquire(absolute, JournalLock::Kind::running);
  if (!running) return tl::unexpected(running.error());
  const Result<JournalLock> writing = JournalLock::acquire(absolute, JournalLock::Kind::writing);
  if (!writing) return tl::unexpected(writing.error());
  FileDescriptor file(::open(absolute.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK));
  if (!file) return cannot_open(path, errno);
  Result<JournalContents> contents = read_journal_from(file.get(), path);
  if (!contents) return tl::unexpected(contents.error());

  Journal journal(path, absolute, std::move(file), std::move(*running), contents->header.space, std::move(clock));
  if (!writing->note().empty()) journal.notes_.push_back(writing->note());
  if (contents->torn_bytes != 0) {
    if (auto cut = journal.cut_torn_line(contents->whole_bytes, contents->torn_bytes); !cut)
      return tl::unexpected(cut.error());
  }
  if (std::string note = foreign_note(*contents, path); !note.empty()) journal.notes_.push_back(std::move(note));
  journal.bytes_ = contents->whole_bytes;
  return ReopenedJournal{std::move(journal), std::move(*contents)};
}

Result<void> Journal::cut_torn_line(std::uint64_t whole_bytes, std::uint64_t torn_bytes) {
  if (::ftruncate(file_.get(), static_cast<off_t>(whole_bytes)) != 0 || ::fsync(file_.get()) != 0) {
    return failure(fmt::format("cannot cut the torn last line off {}: {}", path_, error_text(errno)),
                   "is the disk writable and in order?", ErrorKind::output);
  }
  notes_.push_back(fmt::format("cut {} bytes of a torn last line off {}", torn_bytes, path_));
  return {};
}

// none: another program holds it, and may for a while.
Result<std::optional<JournalLock>> Journal::lock_for_writing() {
  if (failure_) return tl::unexpected(*failure_);
  if (!running_) return fail("the journal is closed");
  auto lock = JournalLock::attempt(absolute_, JournalLock::Kind::writing, writer_patience);
  if (lock) {
    refused_since_.reset();
    if (!lock->note().empty()) notes_.push_back(lock->note());
    // Under the lock of writers: who has taken the study over meanwhile has not read it yet, or we notice it here.
    if (auto ours = still_running(); !ours) return tl::unexpected(ours.error());
    return std::optional(std::move(*lock));
  }
  if (lock.error().system_error != 0) return fail(lock.error().system_error);
  const auto now = clock_();
  if (!refused_since_ || now < *refused_since_) refused_since_ = now;
  if (now - *refused_since_ >= longest_refusal) return fail(lock.error().error.message);
  return std::optional<JournalLock>();
}

Result<bool> Journal::append(std::span<const Trial> trials) {
  if (failure_) return tl::unexpected(*failure_);
  if (trials.empty()) return true;
  const Result<std::optional<JournalLock>> lock = lock_for_writing();
  if (!lock) return tl::unexpected(lock.error());
  if (!*lock) return false;
  buffer_.clear();
  for (const Trial& trial : trials) {
    const auto finite = [](double value) { return std::isfinite(value); };
    bool sound = trial.number >= 0 && trial.fit >= 0 && trial.point.size() == distributions_.size() &&
                 (trial.state == TrialState::failed || std::isfinite(trial.score)) &&
                 std::all_of(trial.fold_scores.begin(), trial.fold_scores.end(), finite);
    for (std::size_t i = 0; sound && i < distributions_.size(); ++i)
      sound = contains(distributions_[i], trial.point[i]);
    if (!sound) return fail(fmt::format("trial {} cannot be written: this is an error in warptune", trial.number));
    lines_.append(buffer_, trial, started_.of(trial.started), ended_.of(trial.ended));
    if (buffer_.size() < buffer_limit) continue;
    if (auto written = write(buffer_); !written) return tl::unexpected(written.error());
    buffer_.clear();
  }
  if (auto written = write(buffer_); !written) return tl::unexpected(written.error());
  return true;
}

Result<void> Journal::extend(std::int64_t trials) {
  for (;;) {
    const Result<std::optional<JournalLock>> lock = lock_for_writing();
    if (!lock) return tl::unexpected(lock.error());
    if (!*lock) continue;
    if (auto written = write(extension_line(trials)); !written) return written;
    return flush();
  }
}

// Under the lock of writers.
Result<void> Journal::write(std::string_view lines) {
  struct stat status = {};
  if (::fstat(file_.get(), &status) != 0) return fail(errno);
  if (status.st_nlink == 0) return fail("the file was deleted");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size < bytes_) return fail("another program cut it short");
  if (size >
      bytes_) {   // others wrote; who was killed meanwhile left a line without an end, which ours would be glued to
    const Result<std::uint64_t> whole = whole_lines(file_.get(), bytes_, size);
    if (!whole) return fail(whole.error().message);
    if (*whole < size)
      if (auto cut = cut_torn_line(*whole, size - *whole); !cut) return fail(cut.error().message);
    bytes_ = *whole;
  }
  const Written written = write_all(file_.get(), lines);
  unsynced_ = true;
  if (written.error == 0) {
    bytes_ += lines.size();
    return {};
  }
  // Keep the lines that are whole; what follows them would be a torn line.
  const std::string_view in_file = lines.substr(0, written.bytes);
  bytes_ += in_file.rfind('\n') + 1;   // npos + 1 is 0
  if (::ftruncate(file_.get(), static_cast<off_t>(bytes_)) != 0) {
    notes_.push_back(fmt::format("the torn last line of {} is cut off when it is resumed", path_));
  }
  return fail(written.error);
}

Result<void> Journal::flush() {
  if (failure_) return tl::unexpected(*failure_);
  if (!unsynced_) return {};
  if (::fsync(file_.get()) != 0) return fail(errno);
  last_sync_ = clock_();
  unsynced_ = false;
  return {};
}

Result<void> Journal::tend() {
  if (failure_) return tl::unexpected(*failure_);
  if (!running_) return {};
  const auto now = clock_();
  if (unsynced_ && due(last_sync_, now, sync_interval))
    if (auto flushed = flush(); !flushed) return flushed;
  if (!due(last_renewal_, now, renewal_interval)) return {};
  last_renewal_ = now;
  running_->renew();
  return still_running();
}

// The lock of the study may have been taken away, by a program that thought us dead or by hand. It is taken again, but not
// where another warptune works on the study or has: its trials would be in the file twice.
Result<void> Journal::still_running() {
  if (running_->is_ours()) return {};
  auto again = JournalLock::attempt(absolute_, JournalLock::Kind::running, std::chrono::milliseconds(0));
  if (!again) return fail(again.error().error.message);
  running_ = std::move(*again);
  struct stat status = {};
  if (::fstat(file_.get(), &status) != 0) return fail(errno);
  if (static_cast<std::uint64_t>(status.st_size) != bytes_)
    return fail("its lock was taken away, and another program wrote to it");
  notes_.push_back(fmt::format("the lock of {} was taken away and is taken again", path_));
  return {};
}

Result<void> Journal::close() {
  Result<void> flushed = flush();
  running_.reset();
  return flushed;
}

tl::unexpected<Error> Journal::fail(const std::string& what, const std::string& what_to_do) {
  struct stat status = {};
  std::string hint = "it was removed; what was scored before is in results and table";
  if (::stat(absolute_.c_str(), &status) == 0)
    hint = fmt::format("{}it is intact up to its last whole line; go on with: warptune resume {}",
                       what_to_do.empty() ? "" : what_to_do + "; ", shell_word(path_));
  failure_ = Error{fmt::format("cannot write the journal {}: {}", path_, what), hint, ErrorKind::output};
  return tl::unexpected(*failure_);
}

tl::unexpected<Error> Journal::fail(int error) { return fail(error_text(error), system_hint(error, "")); }

}   // namespace warptune
