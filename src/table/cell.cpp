#include "table/cell.h"

#include <cstring>

namespace warptune {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}   // namespace

bool equal_ignoring_case(std::string_view word, std::string_view lower) {
  if (word.size() != lower.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i] >= 'A' && word[i] <= 'Z' ? static_cast<char>(word[i] - 'A' + 'a') : word[i];
    if (c != lower[i]) return false;
  }
  return true;
}

bool is_infinity_word(std::string_view word) {
  if (!word.empty() && (word[0] == '+' || word[0] == '-')) word.remove_prefix(1);
  return equal_ignoring_case(word, "inf") || equal_ignoring_case(word, "infinity");
}

BooleanWord boolean_word(std::string_view word) {
  if (equal_ignoring_case(word, "true")) return BooleanWord::true_word;
  if (equal_ignoring_case(word, "false")) return BooleanWord::false_word;
  if (equal_ignoring_case(word, "yes")) return BooleanWord::yes_word;
  if (equal_ignoring_case(word, "no")) return BooleanWord::no_word;
  return BooleanWord::none;
}

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

Cell unquoted_cell(const char* p, const char* end) {
  Cell cell;
  cell.next = end;
  if (*end == '\n' && end != p && end[-1] == '\r') --end;
  while (p != end && is_blank(*p)) ++p;
  while (end != p && is_blank(end[-1])) --end;
  cell.text = {p, static_cast<std::size_t>(end - p)};
  return cell;
}

Cell read_cell(const char* p, const char* end, char separator) {
  Cell cell;
  while (is_blank(*p) && *p != separator) ++p;
  if (*p != '"') {
    const char* last = p;
    while (*last != separator && *last != '\n') ++last;
    return unquoted_cell(p, last);
  }
  const char* const open = p;
  ++p;
  const char* close = p;
  for (;;) {
    close = static_cast<const char*>(std::memchr(close, '"', static_cast<std::size_t>(end - close)));
    if (close == nullptr) {
      cell.problem = CellProblem::open_quote;
      cell.problem_at = open;
      return cell;
    }
    if (close[1] != '"') break;
    cell.escaped = true;
    close += 2;
  }
  cell.text = {p, static_cast<std::size_t>(close - p)};
  p = close + 1;
  while (is_blank(*p) && *p != separator) ++p;
  if (*p == '\r' && p[1] == '\n') ++p;
  if (*p != separator && *p != '\n') {
    cell.problem = CellProblem::text_after_quote;
    cell.problem_at = p;
    return cell;
  }
  cell.next = p;
  return cell;
}

std::string unescape(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    if (text[i] == '"') ++i;   // the second of two
  }
  return result;
}

}   // namespace warptune
