// What a worker wrote on its standard error: its last lines, for the record of a trial that failed.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace warptune {

class WorkerLog {
 public:
  static constexpr std::size_t most_lines = 20, most_line_bytes = 400;

  // on_line: gets each line, without its end and as text that a terminal can show.
  explicit WorkerLog(std::function<void(const std::string&)> on_line) : on_line_(std::move(on_line)) {}
  void add(std::string_view bytes);
  // A line without an end is one as well.
  void finish();
  void clear() { lines_.clear(); }
  // The last ones, each on a line of its own; empty if there are none.
  [[nodiscard]] std::string last_lines() const;

 private:
  std::function<void(const std::string&)> on_line_;
  std::string open_;                // line that has not ended, at most most_line_bytes of it
  std::deque<std::string> lines_;   // at most most_lines
};

}   // namespace warptune
