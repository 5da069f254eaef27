#include "base/message.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>

#include "base/environment.h"
#include "base/file_descriptor.h"
#include "base/without_sigpipe.h"

namespace warptune {

namespace {

// For a reader of a non-blocking standard error to make room.
constexpr std::chrono::milliseconds patience{1000};

void write_or_drop(std::string_view bytes, std::chrono::milliseconds how_long) {
  WithoutSigpipe guard;
  if (write_all(STDERR_FILENO, bytes, how_long).error == EPIPE) guard.raised();
}

// Only where there is room now: a terminal that Ctrl-S holds and a full pipe would hold the study, too.
void write_if_room(std::string_view bytes) {
  pollfd event{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&event, 1, 0) > 0) write_or_drop(bytes, std::chrono::milliseconds(0));
}

std::string line_of(std::string_view text) {
  return fmt::format("{}{}\n", standard_error_is_terminal() ? "\r\x1b[K" : "", text);
}

void write_line(std::string_view text) { write_or_drop(line_of(text), patience); }

}   // namespace

void write_message(std::string_view text) { write_line(fmt::format("warptune: {}", text)); }

void write_error(const Error& error) {
  std::string text = fmt::format("warptune: {}\n", error.message);
  if (!error.hint.empty()) text += fmt::format("  hint: {}\n", error.hint);
  write_or_drop(text, patience);
}

void write_log_line(std::string_view line) { write_line(line); }

void write_progress_line(std::string_view text) { write_if_room(line_of(fmt::format("warptune: {}", text))); }

void write_to_terminal(std::string_view bytes) { write_if_room(bytes); }

bool standard_error_is_terminal() {
  return ::isatty(STDERR_FILENO) != 0 && environment("TERM").value_or("dumb") != "dumb";
}

}   // namespace warptune
