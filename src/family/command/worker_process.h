// A worker's process as warptune has it: its keeper (worker_keeper.h), its three streams, lines there and back. Not for
// several threads.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"
#include "family/command/worker_log.h"
#include "warptune/error.h"

namespace warptune {

struct WorkerStart {
  std::string keeper;   // the program that has keep_worker()
  std::string data;     // folder of the study's data
  std::string folder;   // to run in; empty: this one
  std::string command;
  std::vector<std::string> environment;   // NAME=VALUE, of which the last one counts; the rest is warptune's own
};

class WorkerProcess {
 public:
  using Clock = std::chrono::steady_clock;
  using Stop = std::function<bool()>;   // looked at while it waits: true ends the wait
  static constexpr std::size_t most_line_bytes = 1 << 20;

  // A call of the operating system that failed is an error; a command that does not exist shows only as its end.
  [[nodiscard]] static Result<std::unique_ptr<WorkerProcess>> start(
      const WorkerStart& start, std::function<void(const std::string&)> on_log_line);
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;
  ~WorkerProcess() { kill(); }

  enum class Outcome {
    good,
    ended,      // it closed its streams: ended, most likely
    timeout,    // the time is over
    too_long,   // a line of more than most_line_bytes
    stopped,    // `stop` said so
  };
  // line: with its newline.
  [[nodiscard]] Outcome send(std::string_view line, Clock::time_point until, const Stop& stop);
  // The next line, without its newline; valid until the next call.
  struct Line {
    Outcome outcome = Outcome::good;
    std::string_view text;
  };
  [[nodiscard]] Line read_line(Clock::time_point until, const Stop& stop);

  // After Outcome::ended: "it ended with exit code 3", "signal 11 (Segmentation fault) ended it", ... Waits for what is
  // still to be read of its standard error. stream: input or output, which it was that ended.
  [[nodiscard]] std::string end_text(const std::string& stream = "output");
  // After end_text(): with exit code 0.
  [[nodiscard]] bool ended_well() const { return keeper_ < 0 && status_ == 0; }
  // Of its standard error, with all that it has written by now.
  [[nodiscard]] std::string last_lines() {
    drain_errors();
    return log_.last_lines();
  }
  // A line that belongs to its standard error, whatever it was written on.
  void add_to_log(std::string_view line) {
    log_.add(line);
    log_.add("\n");
  }
  void clear_log() {
    drain_errors();
    log_.clear();
  }

  // Lets it end by itself: no more input.
  void close_input() { input_ = {}; }
  // True if it has ended by then.
  bool wait(Clock::time_point until);
  // Ends it and everything that it started.
  void kill();

 private:
  explicit WorkerProcess(std::function<void(const std::string&)> on_log_line) : log_(std::move(on_log_line)) {}
  // Waits until the output can be read or the time is over; reads standard error meanwhile.
  [[nodiscard]] Outcome wait_for_output(Clock::time_point until, const Stop& stop);
  void read_errors();   // some; closes them at their end
  void drain_errors();
  bool reap(bool wait);

  bool more_errors_ = false;   // the last read of its standard error may have left some
  pid_t keeper_ = -1;
  int status_ = 0;
  FileDescriptor input_, output_, errors_, lifeline_;
  std::vector<char> buffer_ = std::vector<char>(1 << 14);
  std::size_t begin_ = 0, end_ = 0,
              searched_ = 0;   // buffer_[begin_, end_) is not given out; no newline before searched_
  WorkerLog log_;
};

}   // namespace warptune
