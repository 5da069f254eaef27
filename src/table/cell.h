// What a cell of a CSV file is: where it ends, and whether its word means infinity or a boolean.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace warptune {

// lower: in lower case; ASCII letters only.
[[nodiscard]] bool equal_ignoring_case(std::string_view word, std::string_view lower);
// [+-]inf or [+-]infinity in any letter case.
[[nodiscard]] bool is_infinity_word(std::string_view word);

enum class BooleanWord { none, true_word, false_word, yes_word, no_word };
[[nodiscard]] BooleanWord boolean_word(std::string_view word);   // in any letter case

[[nodiscard]] std::string_view trim_blanks(std::string_view text);   // spaces and tabs at both ends

enum class CellProblem { none, open_quote, text_after_quote };

struct Cell {
  std::string_view text;        // without quotes; blanks around an unquoted cell are cut off
  const char* next = nullptr;   // at the separator or line feed that ends the cell
  bool escaped = false;         // the text has doubled quotes, which unescape() makes single
  CellProblem problem = CellProblem::none;
  const char* problem_at = nullptr;
};

// The cell at p; a line feed stands before `end`.
[[nodiscard]] Cell read_cell(const char* p, const char* end, char separator);
// The cell from p to its separator or line feed at `end`, when there are no quotes.
[[nodiscard]] Cell unquoted_cell(const char* p, const char* end);
[[nodiscard]] std::string unescape(std::string_view text);

}   // namespace warptune
