#include "study/toml_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "base/shown.h"
#include "base/utf8.h"

namespace warptune {
namespace {

bool starts_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '"' || c == '\'' || c == ']';
}

// A byte that follows the first one of a UTF-8 character.

// Walks over a text, a token at a time; knows strings and comments, and nothing else of TOML.
class Walk {
 public:
  Walk(std::string_view text, const std::string& path) : text_(text), path_(path) {}

  Result<void> run() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = line_begin_ = 3;   // byte order mark
    bool line_start = true;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        follow_word(c);
        step_over_newline();
        line_start = true;
        continue;
      }
      if (static_cast<unsigned char>(c) >= 0x80) return wrong("a character beyond ASCII belongs into quotes");
      if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r') return wrong("a control character");
      if ((c == '"' || c == '\'') && in_word_) return wrong("a quote inside a word");
      if (c == '}' && (before_ == '[' || before_ == ',')) return wrong("a value or key is missing before }");
      if (c == '[' && line_start && !header_is_sound()) return wrong("[ must be followed by the name of a section");
      if (c != ' ' && c != '\t') line_start = false;
      if (c != ' ' && c != '\t' && c != '\r' && c != '#') before_ = c;
      if (c == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());   // the newline ends a word too
      else if (c == '"' || c == '\'')
        skip_string(c);
      else {
        follow_word(c);
        ++at_;
      }
    }
    return {};
  }

 private:
  void step_over_newline() {
    ++line_;
    line_begin_ = ++at_;
  }

  [[nodiscard]] std::size_t past_blanks(std::size_t at) const {
    return std::min(text_.find_first_not_of(" \t", at), text_.size());
  }

  // A bare word runs on to the next blank, comma, closing bracket or comment, and to the parser a quote or bracket within
  // it is part of it. A = ends a key, but not a value.
  void follow_word(char c) {
    const bool ends = std::string_view(" \t\r\n,]}#").find(c) != std::string_view::npos;
    const bool ends_key = c == '=' && !(in_word_ && in_value_);
    if (ends_key || c == '\n' || c == ',' || (c == '{' && !in_word_)) in_value_ = ends_key;
    if (ends || ends_key)
      in_word_ = false;
    else if (c != '[' && c != '{')
      in_word_ = true;
  }

  // "[ key" or "[[ key"; what ends too early is left to the parser.
  [[nodiscard]] bool header_is_sound() const {
    std::size_t next = past_blanks(at_ + 1);
    if (next < text_.size() && text_[next] == '[') next = past_blanks(next + 1);
    return next == text_.size() || starts_key(text_[next]);
  }

  // Past the string that starts here: "...", '...', """...""" or '''...'''; a short one ends with its line at the latest.
  void skip_string(char quote) {
    const std::string three(3, quote);
    const bool is_long = text_.substr(at_, 3) == three;
    at_ += is_long ? 3 : 1;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n' && !is_long) return;
      if (c == '\n') {
        step_over_newline();
      } else if (c == '\\' && quote == '"' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') {
        at_ += 2;
      } else if (c == quote && !is_long) {
        ++at_;
        return;
      } else if (c == quote && text_.substr(at_, 3) == three) {
        at_ += 3;
        for (int more = 0; more < 2 && at_ < text_.size() && text_[at_] == quote; ++more) ++at_;   // quotes inside
        return;
      } else {
        ++at_;
      }
    }
  }

  [[nodiscard]] tl::unexpected<Error> wrong(const char* what) const {
    const std::string_view before = text_.substr(line_begin_, at_ - line_begin_);
    const auto column =
        before.size() - static_cast<std::size_t>(std::count_if(before.begin(), before.end(), continues_character));
    return failure(fmt::format("{}:{}:{}: {}", shown(path_), line_, column + 1, what),
                   "a study file is TOML: https://toml.io");
  }

  std::string_view text_;
  const std::string& path_;
  std::size_t at_ = 0, line_ = 1, line_begin_ = 0;
  bool in_word_ = false, in_value_ = false;
  char before_ = 0;   // the last character that is neither blank nor comment; a string's is its quote
};

}   // namespace

Result<void> check_for_parser(std::string_view toml, const std::string& path) { return Walk(toml, path).run(); }

}   // namespace warptune
