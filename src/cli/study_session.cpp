#include "cli/study_session.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "base/message.h"
#include "base/shown.h"
#include "base/standard_output.h"
#include "base/system_hint.h"
#include "cli/read_table.h"
#include "cli/report_error.h"
#include "device/devices.h"
#include "result/leaderboard.h"
#include "run/open_family.h"
#include "run/stage.h"
#include "study/progress_choice.h"

namespace warptune {

namespace {

// After an interrupt for the trees that are being grown: of a very large table one takes longer, and Ctrl-C shall end
// within a second.
constexpr double patience_seconds = 0.6;

// Trials that end faster are written into the journal together: each write takes its lock and gives it back.
constexpr std::chrono::milliseconds journal_group{100};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Stages in their order: reading, the search's, then what comes after its last fit.
SearchCounters all_counters(const SearchCounters& own, SearchCounters searched) {
  auto stage = own.seconds.begin();
  if (stage != own.seconds.end()) searched.seconds.insert(searched.seconds.begin(), *stage++);
  searched.seconds.insert(searched.seconds.end(), stage, own.seconds.end());
  return searched;
}

}   // namespace

StudySession::StudySession(const Study& study, std::size_t known) : study_(study), known_(known), written_(known) {}

Result<Table> StudySession::read_table() {
  const Stage stage(own_, "read");
  if (!family_entry(study_.model.family).on_values) opening_ = open_asked_gpus(study_.run.device);
  return warptune::read_table(study_);
}

Result<void> StudySession::open_worker_log() {
  const std::string& path = study_.model.command.worker_log;
  if (path.empty()) return {};
  worker_log_ = FileDescriptor(::open(path.c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0666));
  if (worker_log_) return {};
  const int why = errno;
  return failure(fmt::format("{}: the workers' log can't be written: {}", path, error_text(why)),
                 system_hint(why, "give another --worker-log"));
}

void StudySession::note(std::string_view text) {
  if (study_.output.quiet) return;
  if (held_)
    held_->emplace_back(text);
  else
    say(text);
}

void StudySession::show_notes() {
  if (!held_) return;
  const std::vector<std::string> notes = std::move(*held_);
  held_.reset();
  for (const std::string& text : notes) note(text);
}

Result<void> StudySession::open_files() {
  const OutputOptions& output = study_.output;
  if (!output.results.empty()) {
    Result<ResultsFile> file = ResultsFile::open(output.results);
    if (!file) return tl::unexpected(file.error());
    results_.emplace(std::move(*file));
  }
  if (!output.stats.empty()) {
    Result<StatsFile> file = StatsFile::open(output.stats);
    if (!file) return tl::unexpected(file.error());
    stats_file_.emplace(std::move(*file));
  }
  return {};
}

Result<void> StudySession::begin(const SearchStart& start) {
  planned_ = start.trials;
  searched_ = start.counters;
  const Result<ProgressChoice> choice = parse_progress(study_.output.progress, "--progress");
  if (!choice) return tl::unexpected(choice.error());
  guard_.emplace();
  if (Result<void> opened = open_files(); !opened) return opened;
  Result<std::optional<Journal>> journal = open_journal(start);
  if (!journal) return tl::unexpected(journal.error());
  journal_ = std::move(*journal);
  show_notes();
  note_journal();
  begin_ = Clock::now();
  if (static_cast<std::int64_t>(known_) == planned_) return {};
  sink_ = study_.output.quiet ? nullptr : progress_sink(*choice);
  progress_.emplace(sink_.get(),
                    Progress::Goal{planned_, static_cast<std::int64_t>(known_), maximise(study_.evaluation.metric)});
  return {};
}

// What the user should know of the journal since the last call.
void StudySession::note_journal() {
  if (!journal_) return;
  const std::vector<std::string>& notes = journal_->notes();
  for (; noted_ < notes.size(); ++noted_) note(notes[noted_]);
}

Result<void> StudySession::ended(std::span<const Trial> all, std::size_t just_now) {
  progress_->add(all.last(just_now));
  return write_ended(all, journal_group);
}

// Trials that ended go into the journal at once, those that end within `group` of each other together.
Result<void> StudySession::write_ended(std::span<const Trial> all, std::chrono::milliseconds group) {
  if (!journal_ || written_ == all.size() || Clock::now() - written_at_ < group) return {};
  const Result<bool> written = journal_->append(all.subspan(written_));
  written_at_ = Clock::now();
  if (!written) return tl::unexpected(written.error());
  if (*written) written_ = all.size();
  return {};
}

Result<void> StudySession::look(std::span<const Trial> all) {
  if (InterruptGuard::interrupted() && !interrupted_) {
    interrupted_ = true;
    interrupted_at_ = Clock::now();
    stop_.request_stop();
  }
  if (interrupted_ && seconds_since(interrupted_at_) > patience_seconds) leave(all);
  progress_->tick();
  if (!journal_) return {};
  if (Result<void> written = write_ended(all, journal_group); !written) return written;
  return journal_->tend();
}

void StudySession::finished(std::span<const Trial> all) {
  if (progress_) progress_->finish();
  if (InterruptGuard::interrupted()) interrupted_ = true;
  if (!journal_) return;
  const Stage stage(own_, "journal");
  close_journal(all);
}

void StudySession::worker_line(std::size_t worker, std::string_view line) {
  const std::string& path = study_.model.command.worker_log;
  if (path.empty() && study_.output.quiet) return;
  const std::string text = fmt::format("worker {}: {}", worker, line);
  if (path.empty()) {
    write_log_line(text);
    return;
  }
  const std::lock_guard lock(worker_mutex_);
  const Written written = write_all(worker_log_.get(), text + "\n");
  if (written.error == 0 || std::exchange(worker_log_lost_, true)) return;
  say(fmt::format("{} can't be written: {}", path, error_text(written.error)));   // once
}

std::string StudySession::resume_command() const {
  return journal_ ? fmt::format("warptune resume {}", shell_word(journal_->path())) : std::string();
}

Error StudySession::interruption(std::size_t trials) const {
  const std::string resume = resume_command();
  const char* const why = InterruptGuard::signal() == SIGXCPU ? ": its processor time is used up (ulimit -t)" : "";
  return {fmt::format("interrupted after {} of {} trials{}", trials, planned_, why),
          resume.empty() ? "without --journal there is nothing to resume" : "go on with: " + resume,
          ErrorKind::interrupted};
}

// After the last trial: waits for who holds the journal's lock, which append() does not for ever.
void StudySession::close_journal(std::span<const Trial> all) {
  while (journal_ && !journal_error_ && written_ < all.size())
    if (Result<void> written = write_ended(all, std::chrono::milliseconds(0)); !written)
      journal_error_ = written.error();
  if (!journal_) return;
  if (const Result<void> closed = journal_->close(); !closed && !journal_error_) journal_error_ = closed.error();
}

// Ends the process while fits still run: nothing of an unfinished batch is kept, so nothing is lost.
void StudySession::leave(std::span<const Trial> all) {
  progress_->finish();
  close_journal(all);
  std::vector<Trial> trials(all.begin(), all.end());
  std::sort(trials.begin(), trials.end(), [](const Trial& a, const Trial& b) { return a.number < b.number; });
  static_cast<void>(write_outputs(trials));
  const Error error = journal_error_ ? *journal_error_ : interruption(trials.size());
  std::_Exit(report(error));
}

// Results, counters and the table of what has ended, in whatever way the study did. trials: by number.
Result<void> StudySession::write_outputs(const std::vector<Trial>& trials) {
  const auto scored_now = static_cast<std::int64_t>(trials.size() - known_);
  const Ranking ranking = rank(trials, maximise(study_.evaluation.metric));
  Result<void> first;   // that failed: the others are written nevertheless
  const auto keep = [&](const Result<void>& written) {
    if (first && !written) first = written;
  };
  if (results_ && !trials.empty()) {
    const Stage stage(own_, "results");
    keep(results_->write(study_.space, trials, ranking));
  }
  if (stats_file_) {
    keep(stats_file_->write({all_counters(own_, searched_), scored_now, peak_host_bytes()}));
  }
  if (!study_.output.quiet && !trials.empty()) {
    const std::string text = leaderboard(study_.space, study_.evaluation.metric, trials, ranking,
                                         static_cast<std::size_t>(study_.output.top)) +
                             summary(count(trials), seconds_since(begin_), scored_now) + "\n";
    keep(write_output(text));
  }
  if (ranking.ranked > 0)
    for (const std::string& text : failure_notes(trials)) say(text);
  return first;
}

Result<void> StudySession::finish(Result<SearchResult> result) {
  if (!result) return tl::unexpected(result.error());
  searched_ = std::move(result->counters);
  note_journal();
  std::optional<Error> error = std::move(result->error);
  if (!error) error = std::move(journal_error_);
  if (error) {   // what is scored is the user's, however the study ended; why it did matters more than a full disk
    static_cast<void>(write_outputs(result->trials));
    return failed(*error, result->trials.size());
  }
  if (Result<void> written = write_outputs(result->trials); !written) return written;
  return end(*result);
}

Result<void> StudySession::failed(const Error& error, std::size_t trials) {
  Error told = error;
  if (journal_ && error.kind == ErrorKind::device)
    told.hint += fmt::format("; {} trials are kept, go on with: {} --device cpu", trials, resume_command());
  return tl::unexpected(std::move(told));
}

// How the study ended, once everything is written.
Result<void> StudySession::end(const SearchResult& result) {
  const std::vector<Trial>& trials = result.trials;
  const bool unfinished = result.end != SearchResult::End::complete;
  const bool out_of_time = result.end == SearchResult::End::time_limit;
  const std::string resume = resume_command();
  if (interrupted_ && unfinished)   // one that comes after the last trial changes nothing
    return tl::unexpected(interruption(trials.size()));
  if (out_of_time && trials.empty())
    return failure("the time limit ended the study before its first trial",
                   resume.empty() ? "give it more time" : "go on with: " + resume, ErrorKind::no_score);
  if (out_of_time)   // said to those who want quiet, too: the results are not the study's
    say(fmt::format("the time limit ended the study after {} of {} trials{}", trials.size(), planned_,
                    resume.empty() ? "" : "; go on with: " + resume));
  const auto is = [](TrialState state) { return [state](const Trial& trial) { return trial.state == state; }; };
  if (std::all_of(trials.begin(), trials.end(), is(TrialState::failed)))
    return failure("no trial could be scored", trials.empty() ? std::string() : trials.front().reason,
                   ErrorKind::no_score);
  if (std::none_of(trials.begin(), trials.end(), is(TrialState::complete)))
    return failure("no trial is complete: all were pruned or failed", {}, ErrorKind::no_score);
  return {};
}

Study with_own_keeper(Study study) {
  study.model.command.keeper = "/proc/self/exe";   // of this program, wherever it was moved to
  return study;
}

}   // namespace warptune
