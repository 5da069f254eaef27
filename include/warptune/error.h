// Errors that a user can cause, as values. A function that can fail for such a reason returns Result<T>; the message
// says where (file:line:column), and the hint what to do.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace warptune {

enum class ErrorKind {
  usage,         // wrong settings, study file or data
  no_score,      // no trial could be scored
  output,        // the journal, the results or the table could not be written to the end
  device,        // a GPU that is missing, failed or was lost
  interrupted,   // by who started it
};

// message, hint: where they name a setting, it is marked, so that whoever shows them can name it in their user's terms:
// the command line by its flag, plain_text() by its name in Study's files ("data.thousands").
struct Error {
  std::string message;   // one sentence, with file:line:column where there is one; no final newline
  std::string hint;      // what to do, may be empty
  ErrorKind kind = ErrorKind::usage;
};

// A message, a hint or a note of the library for people, with its settings' names as they are.
[[nodiscard]] std::string plain_text(std::string text);

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(std::string message, std::string hint = {},
                                                   ErrorKind kind = ErrorKind::usage) {
  return tl::unexpected<Error>(Error{std::move(message), std::move(hint), kind});
}

}   // namespace warptune
