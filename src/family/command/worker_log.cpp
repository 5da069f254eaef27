#include "family/command/worker_log.h"

#include <algorithm>

#include "base/shown.h"

namespace warptune {

void WorkerLog::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    // One byte more than is shown says that there was more.
    open_ += piece.substr(0, most_line_bytes + 1 - std::min(open_.size(), most_line_bytes + 1));
    if (end == std::string_view::npos) return;
    finish();
    bytes.remove_prefix(end + 1);
  }
}

void WorkerLog::finish() {
  while (!open_.empty() && open_.back() == '\r') open_.pop_back();
  if (open_.empty()) return;
  std::replace(open_.begin(), open_.end(), '\t', ' ');
  lines_.push_back(shown(open_, most_line_bytes));
  open_.clear();
  if (lines_.size() > most_lines) lines_.pop_front();
  on_line_(lines_.back());
}

std::string WorkerLog::last_lines() const {
  std::string text;
  for (const std::string& line : lines_) text += (text.empty() ? "" : "\n") + line;
  return text;
}

}   // namespace warptune
