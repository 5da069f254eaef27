#include "result/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/message.h"
#include "result/leaderboard.h"

namespace warptune {
namespace {

// "0:07", "12:34", "1:02:03".
std::string duration_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::ceil(std::min(seconds, 3.6e6)));   // at most 1000 hours
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}   // namespace

std::optional<TerminalSink> TerminalSink::open() {
  if (!standard_error_is_terminal()) return std::nullopt;
  return TerminalSink();
}

void TerminalSink::show(std::string_view line) {
  winsize size = {};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  // A line that wraps could not be replaced.
  const std::string_view part = line.substr(0, known ? size.ws_col - 1u : 79u);
  write_to_terminal(fmt::format("\r\033[K{}", part));
}

void TerminalSink::clear() { write_to_terminal("\r\033[K"); }

void LineSink::show(std::string_view line) { write_progress_line(line); }

std::unique_ptr<ProgressSink> progress_sink(const ProgressChoice& choice) {
  if (choice.kind == ProgressChoice::Kind::none) return nullptr;
  if (choice.kind == ProgressChoice::Kind::automatic)
    if (std::optional<TerminalSink> terminal = TerminalSink::open())
      return std::make_unique<TerminalSink>(std::move(*terminal));
  return std::make_unique<LineSink>(choice.seconds);
}

Progress::Progress(ProgressSink* sink, const Goal& goal, SteadyClock clock)
    : sink_(sink), goal_(goal), clock_(std::move(clock)), start_(clock_()) {
  if (sink_ != nullptr && !sink_->rhythm().at_once) last_shown_ = start_;
}

Progress::~Progress() { finish(); }

void Progress::add(std::span<const Trial> ended) {
  ended_ += static_cast<std::int64_t>(ended.size());
  for (const Trial& trial : ended) {
    if (trial.state != TrialState::complete) continue;
    if (!best_ || (goal_.maximise ? trial.score > *best_ : trial.score < *best_)) {
      best_ = trial.score;
      best_trial_ = trial.number;
    }
  }
  tick();
}

void Progress::tick() {
  if (sink_ == nullptr) return;
  const auto now = clock_();
  if (last_shown_ && now - *last_shown_ < sink_->rhythm().every) return;
  last_shown_ = now;
  sink_->show(line(std::chrono::duration<double>(now - start_).count()));
}

void Progress::finish() {
  if (sink_ != nullptr && last_shown_) sink_->clear();
  last_shown_.reset();
}

std::string Progress::line(double seconds) const {
  const std::int64_t done = goal_.done + ended_;
  std::string text = fmt::format("{}/{} trials", grouped(done), grouped(goal_.trials));
  if (best_) text += fmt::format(", best {:.6g} (trial {})", *best_, best_trial_);
  if (ended_ == 0 || seconds <= 0) return text;
  const double rate = static_cast<double>(ended_) / seconds;
  text += rate < 10 ? fmt::format(", {:.2g} trials/s", rate) : fmt::format(", {:.0f} trials/s", rate);
  const std::int64_t left = std::max<std::int64_t>(0, goal_.trials - done);
  return text + fmt::format(", {} left", duration_text(static_cast<double>(left) / rate));
}

}   // namespace warptune
