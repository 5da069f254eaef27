#include "result/message.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>

#include "result/file_descriptor.h"
#include "result/without_sigpipe.h"

namespace warptune {

namespace {

// For a reader of a non-blocking standard error to make room.
constexpr std::chrono::milliseconds patience{1000};

void write_or_drop(std::string_view bytes, std::chrono::milliseconds how_long) {
  WithoutSigpipe guard;
  if (write_all(STDERR_FILENO, bytes, how_long).error == EPIPE) guard.raised();
}

void write_line(std::string_view text) {
  const char* const cleared = standard_error_is_terminal() ? "\r\x1b[K" : "";
  write_or_drop(fmt::format("{}{}\n", cleared, text), patience);
}

}   // namespace

void write_message(std::string_view text) { write_line(fmt::format("warptune: {}", text)); }

void write_error(const Error& error) {
  std::string text = fmt::format("warptune: {}\n", error.message);
  if (!error.hint.empty()) text += fmt::format("  hint: {}\n", error.hint);
  write_or_drop(text, patience);
}

void write_log_line(std::string_view line) { write_line(line); }

void write_to_terminal(std::string_view bytes) { write_or_drop(bytes, std::chrono::milliseconds(0)); }

bool standard_error_is_terminal() {
  const char* const terminal = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

}   // namespace warptune
