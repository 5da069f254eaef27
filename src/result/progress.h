// How far a study is: "37/100 trials, best 0.9631 (trial 12), 812 trials/s, 0:01 left", on a terminal in one line that
// moves, elsewhere in a line now and then.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "study/progress_choice.h"
#include "warptune/trial.h"

namespace warptune {

// Where the line goes.
class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  virtual void show(std::string_view line) = 0;   // replaces the line before it, where that can be
  virtual void clear() = 0;                       // removes it, where that can be

  struct Rhythm {
    std::chrono::milliseconds every{100};
    bool at_once = true;   // the first line comes at the start, else after `every`
  };
  [[nodiscard]] virtual Rhythm rhythm() const { return {}; }
};

// The terminal on standard error; none if that is not a terminal that can move its cursor.
class TerminalSink : public ProgressSink {
 public:
  [[nodiscard]] static std::optional<TerminalSink> open();
  void show(std::string_view line) override;
  void clear() override;

 private:
  TerminalSink() = default;
};

// Standard error, whatever it is: a file, a pipe of a batch system.
class LineSink : public ProgressSink {
 public:
  explicit LineSink(double seconds) : every_(static_cast<std::int64_t>(seconds * 1000)) {}
  void show(std::string_view line) override;
  void clear() override {}
  [[nodiscard]] Rhythm rhythm() const override { return {every_, false}; }

 private:
  std::chrono::milliseconds every_;
};

// The one for --progress; nullptr: nothing is to be shown.
[[nodiscard]] std::unique_ptr<ProgressSink> progress_sink(const ProgressChoice& choice);

using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

class Progress {
 public:
  struct Goal {
    std::int64_t trials = 0;   // of the whole study
    std::int64_t done = 0;     // before this run
    bool maximise = true;
  };
  // sink: nullptr shows nothing. It must outlive the progress.
  Progress(
      ProgressSink* sink, const Goal& goal, SteadyClock clock = [] { return std::chrono::steady_clock::now(); });
  ~Progress();   // clears the line

  void add(std::span<const Trial> ended);   // counts them, then tick()
  void tick();                              // shows the line, if the sink's time for it has come
  void finish();                            // clears the line

 private:
  [[nodiscard]] std::string line(double seconds) const;

  ProgressSink* sink_;
  Goal goal_;
  SteadyClock clock_;
  std::chrono::steady_clock::time_point start_;
  std::optional<std::chrono::steady_clock::time_point> last_shown_;   // or when to count from, before the first
  std::int64_t ended_ = 0;                                            // in this run
  std::optional<double> best_;
  std::int64_t best_trial_ = 0;
};

}   // namespace warptune
