// Errors that a user can cause, as values. A function that can fail for such a reason returns Result<T>; the message
// is shown once, by the command line, and says where (file:line:column) and what to do (the hint).
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace warptune {

// Exit codes of the program; an Error carries the one it leads to.
enum class Exit : int {
  done = 0,
  no_score = 1,   // no trial could be scored, or the journal or results could not be written to the end
  usage = 2,      // wrong flags, study file, data
  device = 3,     // a GPU that is missing, failed or was lost
  interrupted = 130,
};

struct Error {
  std::string message;   // one sentence, with file:line:column where there is one; no final newline
  std::string hint;      // what to do, may be empty
  Exit exit = Exit::usage;
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(std::string message, std::string hint = {},
                                                   Exit exit = Exit::usage) {
  return tl::unexpected<Error>(Error{std::move(message), std::move(hint), exit});
}

}   // namespace warptune
