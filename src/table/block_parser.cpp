#include "table/block_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/setting_mark.h"
#include "base/shown.h"
#include "base/utf8.h"
#include "table/cell.h"
#include "table/missing_number.h"
#include "table/number.h"
#include "table/number_run.h"

namespace warptune {
namespace {

// After the blank line at p, or nullptr when there is something on it.
const char* skip_blank_line(const char* p, char separator) {
  while ((*p == ' ' || *p == '\t') && *p != separator) ++p;
  if (*p == '\r' && p[1] == '\n') ++p;
  return *p == '\n' ? p + 1 : nullptr;
}

BlockProblem cell_problem(const Cell& cell, const char* begin) {
  const auto offset = static_cast<std::size_t>(cell.problem_at - begin);
  if (cell.problem == CellProblem::open_quote) {
    return {offset, "a quote that is never closed", "close the quote, or write a quote inside a quoted cell twice"};
  }
  return {offset, "text after a closing quote", "a separator must follow; write a quote inside a quoted cell twice"};
}

std::optional<BlockProblem> byte_problem(std::string_view text) {
  const ByteCheck check = check_utf8(text);
  if (check.valid == text.size()) return std::nullopt;
  if (check.nul)
    return BlockProblem{check.valid, "a NUL byte: this is not a text file", "export the table as CSV in UTF-8"};
  return BlockProblem{check.valid,
                      fmt::format("byte 0x{:02x} is not UTF-8", static_cast<unsigned char>(text[check.valid])),
                      "convert the file: iconv -f WINDOWS-1252 -t UTF-8 FILE"};
}

class BlockParser {
 public:
  BlockParser(std::string_view text, ParsedBlock& out)
      : begin_(text.data()),
        end_(text.data() + text.size()),
        out_(out),
        separator_(out.layout.separator),
        rules_(*out.layout.rules),
        noted_(out.layout.columns, 0),
        numeric_run_(out.layout.columns + 1, 0),
        in_vain_(out.layout.columns, 0) {
    if (!has_number_runs()) return;
    for (std::size_t c = out.layout.columns; c-- > 0;) {
      if ((*out.layout.kinds)[c] == CellKind::number) numeric_run_[c] = numeric_run_[c + 1] + 1;
    }
  }

  // Fill rows from `p` on; stop at the first problem. Without quotes the ends of all cells are known beforehand, so that
  // the processor works on several cells at once: nothing waits for the end of the cell before.
  void parse_indexed(const char* p, const CellIndex& index) {
    const std::uint32_t *const first_end = index.ends.data(), *const last_end = first_end + index.count;
    const std::uint32_t* ends = std::lower_bound(first_end, last_end, offset(p));
    const std::size_t* const numeric_run = numeric_run_.data();
    const std::size_t columns = out_.layout.columns;
    const CellKind* const kinds = out_.layout.kinds->data();
    while (p != end_) {
      if (const char* next = skip_blank_line(p, separator_)) {
        while (begin_ + *ends < next - 1) ++ends;
        ++ends;
        p = next;
        continue;
      }
      if (is_header(p)) return header_again(p);
      double* cell = out_.cells.data() + out_.rows;
      std::size_t column = 0;
      for (;;) {
        if (numeric_run[column] >= number_run_step && *ends >= 8 && ends != first_end) {
          const std::size_t cells = number_run(ends, last_end, column, cell);
          if (cells != 0) {
            p = begin_ + ends[cells - 1] + 1;
            ends += cells;
            column += cells;
            cell += cells * out_.stride;
            if (p[-1] == '\n') break;
            continue;
          }
        }
        const char* const end = begin_ + *ends++;
        if (column == columns) return too_many(p);
        if (kinds[column] == CellKind::number) {
          const ShortNumber number = parse_short_number(p, end);
          if (number.ok) {
            *cell = number.value;
          } else {
            longer_number(unquoted_cell(p, end), column, *cell);
          }
        } else {
          other_cell(kinds[column], unquoted_cell(p, end), column, *cell);
        }
        p = end + 1;
        ++column;
        cell += out_.stride;
        if (*end == '\n') break;
      }
      if (column != columns) return too_few(p - 1, column);
      ++out_.rows;
    }
  }

  void parse_quoted(const char* p) {
    const std::size_t columns = out_.layout.columns;
    const CellKind* const kinds = out_.layout.kinds->data();
    while (p != end_) {
      if (const char* next = skip_blank_line(p, separator_)) {
        p = next;
        continue;
      }
      if (is_header(p)) return header_again(p);
      double* cell = out_.cells.data() + out_.rows;
      std::size_t column = 0;
      for (;;) {
        if (column == columns) return too_many(p);
        const Cell found = read_cell(p, end_, separator_);
        if (found.problem != CellProblem::none) return fail(cell_problem(found, begin_));
        if (kinds[column] == CellKind::number) {
          longer_number(found, column, *cell);
        } else {
          other_cell(kinds[column], found, column, *cell);
        }
        p = found.next + 1;
        ++column;
        cell += out_.stride;
        if (*found.next == '\n') break;
      }
      if (column != columns) return too_few(p - 1, column);
      ++out_.rows;
    }
  }

 private:
  static constexpr std::uint8_t word_noted = 1, unfit_noted = 2, missing_noted = 4;

  [[nodiscard]] std::size_t offset(const char* p) const { return static_cast<std::size_t>(p - begin_); }
  void fail(BlockProblem problem) { out_.problem = std::move(problem); }
  void too_many(const char* p) {
    fail({offset(p), fmt::format("more cells than the {} columns", out_.layout.columns),
          "quote cells that contain the separator", out_.layout.columns + 1});
  }
  void too_few(const char* line_feed, std::size_t cells) {
    fail({offset(line_feed),
          fmt::format("{} {} where there are {} columns", cells, cells == 1 ? "cell" : "cells", out_.layout.columns),
          "every row needs a cell for each column; a missing value is an empty cell", cells});
  }

  // Files that were put one behind the other have the header once more.
  [[nodiscard]] bool is_header(const char* p) const {
    const std::size_t size = rules_.header.size();
    if (std::memcmp(p, "\xef\xbb\xbf", 3) == 0) p += 3;   // of a file behind the first one
    if (size == 0 || *p != rules_.header[0] || static_cast<std::size_t>(end_ - p) <= size) return false;
    if (std::memcmp(p, rules_.header.data(), size) != 0) return false;
    return p[size] == '\n' || (p[size] == '\r' && p[size + 1] == '\n');
  }
  void header_again(const char* p) {
    fail({offset(p), "the header stands here again",
          "files were put one behind the other with their headers: leave this line out; or pass " +
              setting_mark("data.header", "false") + " if the first row holds values"});
  }

  // A cell of a column that is not read as plain numbers first.
  void other_cell(CellKind kind, const Cell& cell, std::size_t column, double& value) {
    if (kind == CellKind::word) return word(cell, column, value);
    if (kind == CellKind::formatted) return other_number(cell, column, value);
    value = missing_number;
  }

  // Fills in cells of numeric columns in steps, and returns how many.
  std::size_t number_run(const std::uint32_t* ends, const std::uint32_t* last_end, std::size_t column, double* cell) {
    const std::size_t most = std::min(numeric_run_[column], static_cast<std::size_t>(last_end - ends));
    const NumberRun run = parse_number_run(begin_, ends, most, cell, out_.stride);
    if (run.missed != 0) missed_cells(run, ends, column, cell);
    return run.cells;
  }

  void missed_cells(const NumberRun& run, const std::uint32_t* ends, std::size_t column, double* cell) {
    for (std::size_t i = run.cells - number_run_step; i < run.cells; ++i) {
      if ((run.missed >> (i + number_run_step - run.cells) & 1) == 0) continue;
      longer_number(unquoted_cell(begin_ + *(ends + i - 1) + 1, begin_ + ends[i]), column + i, cell[i * out_.stride]);
    }
    if (run.missed != (1u << number_run_step) - 1) return;
    // Where cells are of another form, steps cost more than they save: leave these columns to the end of the block.
    for (std::size_t c = column + run.cells - number_run_step; c < column + run.cells; ++c) {
      if (++in_vain_[c] > 16 + out_.rows / 4) end_runs(c);
    }
  }

  // No run goes over `column` any more.
  void end_runs(std::size_t column) {
    numeric_run_[column] = 0;
    for (std::size_t c = column; c-- > 0 && numeric_run_[c] != 0;) numeric_run_[c] = numeric_run_[c + 1] + 1;
  }

  // A cell of a numeric column.
  void longer_number(const Cell& cell, std::size_t column, double& value) {
    const PlainNumber plain = parse_plain_number(cell.text.data());
    if (plain.end == cell.text.data() + cell.text.size()) {
      value = plain.value;
    } else {
      other_number(cell, column, value);
    }
  }

  // A cell of a numeric column that is not a plain number.
  void other_number(const Cell& cell, std::size_t column, double& value) {
    if (!cell.escaped) return other_number(cell, trim_blanks(cell.text), column, value);
    other_number(cell, trim_blanks(unescape(cell.text)), column, value);
  }
  // text: the cell's.
  void other_number(const Cell& cell, std::string_view text, std::size_t column, double& value) {
    value = missing_number;
    if (rules_.missing.contains(text, out_.seen)) {
      if (rules_.declared[column] != 0) note_missing(cell, column);   // it may be one of labels
      return;
    }
    const Number number = number_of(text, column);
    if (number.kind == NumberKind::number) {
      value = number.value;
    } else if (number.kind == NumberKind::too_big || is_infinity_word(text)) {
      note_unfit(column, cell, text, number.kind != NumberKind::too_big);
    } else {
      if ((noted_[column] & word_noted) == 0)
        out_.words_in.push_back({column, offset(cell.text.data()), std::string(text)});
      noted_[column] |= word_noted;
    }
  }

  Number number_of(std::string_view text, std::size_t column) {
    NumberFormat format = rules_.format;
    format.units = rules_.declared[column] != 0;
    const auto [number, unit] = number_in(text, format);
    if (number.kind != NumberKind::number || format.plain()) return number;
    if (unit != 0) {
      if (out_.units.empty()) out_.units.resize(out_.layout.columns);
      out_.units[column].add(unit, number.value != 0);
    }
    // An integer is what it is in every format.
    out_.formatted = out_.formatted || parse_number(text).kind == NumberKind::none;
    return number;
  }

  void note_unfit(std::size_t column, const Cell& cell, std::string_view text, bool infinity) {
    if ((noted_[column] & unfit_noted) != 0) return;
    noted_[column] |= unfit_noted;
    out_.unfit.push_back({column, offset(cell.text.data()), shown(text, 40), infinity});
  }

  void note_missing(const Cell& cell, std::size_t column) {
    if ((noted_[column] & missing_noted) != 0) return;
    noted_[column] |= missing_noted;
    const std::string text = cell.escaped ? unescape(cell.text) : std::string(cell.text);
    out_.missing_in.push_back({column, offset(cell.text.data()), std::string(trim_blanks(text))});
  }

  void word(const Cell& cell, std::size_t column, double& value) {
    WordPlace place{0, missing_word};
    if (cell.escaped) {
      const std::string text = unescape(cell.text);
      if (rules_.missing.contains(trim_blanks(text), out_.seen)) {
        note_missing(cell, column);
      } else {
        place = {static_cast<std::uint32_t>(offset(end_) + out_.unescaped.size()),
                 static_cast<std::uint32_t>(text.size())};
        out_.unescaped += text;
      }
    } else if (!rules_.missing.contains(trim_blanks(cell.text), out_.seen)) {
      place = {static_cast<std::uint32_t>(offset(cell.text.data())), static_cast<std::uint32_t>(cell.text.size())};
    } else {
      note_missing(cell, column);
    }
    value = std::bit_cast<double>(place);
  }

  const char* begin_;
  const char* end_;
  ParsedBlock& out_;
  char separator_;
  const CellRules& rules_;
  std::vector<std::uint8_t> noted_;   // [columns] what was noted about the column in this block
  // [columns + 1] columns from this one on that can be parsed in one run; 0 where the processor has none
  std::vector<std::size_t> numeric_run_;
  std::vector<std::size_t> in_vain_;   // [columns] steps of runs over the column that found no number
};

void clear_missing_numbers(ParsedBlock& block) {
  const std::vector<CellKind>& kinds = *block.layout.kinds;
  for (std::size_t c = 0; c < block.layout.columns; ++c) {
    if (kinds[c] == CellKind::number || kinds[c] == CellKind::formatted)
      block.layout.rules->missing.clear_numbers(block.cells.data() + c * block.stride, block.rows, block.seen);
  }
}

}   // namespace

double ParsedBlock::number(std::size_t column, std::size_t row) const { return cells[column * stride + row]; }

WordPlace ParsedBlock::word_place(std::size_t column, std::size_t row) const {
  return std::bit_cast<WordPlace>(cells[column * stride + row]);
}

std::string_view ParsedBlock::word(WordPlace place, std::string_view text) const {
  if (place.offset >= text.size()) return std::string_view(unescaped).substr(place.offset - text.size(), place.length);
  return text.substr(place.offset, place.length);
}

ParsedBlock parse_block(const RowBlock& block, std::size_t skip, const BlockLayout& layout, ParsedBlock reuse) {
  ParsedBlock out = std::move(reuse);
  const std::string_view text = block.text();
  skip = std::min(skip, text.size());
  out.rows = 0;
  out.unescaped.clear();
  out.layout = layout;
  out.words_in.clear();
  out.unfit.clear();
  out.missing_in.clear();
  out.units.clear();
  out.seen = {};
  out.formatted = false;
  out.index = index_cells(text, layout.separator, std::move(out.index));
  out.problem = out.index.plain_ascii ? std::nullopt : byte_problem(text);
  if (out.problem) return out;
  // A row that is not blank takes at least a byte for each column, and one more when there is only one column. One row
  // beyond the whole ones can be cut short by a problem.
  out.stride = std::min(block.line_feeds, (text.size() - skip) / layout.columns) + 1;
  const std::size_t cells = out.stride * layout.columns;
  if (out.cells.size() < cells) out.cells.resize(cells);
  BlockParser parser(text, out);
  if (out.index.quotes) {
    parser.parse_quoted(text.data() + skip);
  } else {
    parser.parse_indexed(text.data() + skip, out.index);
  }
  if (layout.rules->missing.has_numbers()) clear_missing_numbers(out);
  return out;
}

ParsedHeader parse_header(const RowBlock& block, char separator) {
  ParsedHeader header;
  const std::string_view text = block.text();
  header.problem = byte_problem(text);
  if (header.problem) return header;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* p = begin;
  while (p != end) {
    const char* next = skip_blank_line(p, separator);
    if (next == nullptr) break;
    p = next;
  }
  if (p == end) return header;
  header.begin = static_cast<std::size_t>(p - begin);
  for (;;) {
    const Cell cell = read_cell(p, end, separator);
    if (cell.problem != CellProblem::none) {
      header.problem = cell_problem(cell, begin);
      return header;
    }
    header.offsets.push_back(static_cast<std::size_t>(cell.text.data() - begin));
    header.cells.push_back(cell.escaped ? unescape(cell.text) : std::string(cell.text));
    p = cell.next;
    if (*p != separator) break;
    ++p;
  }
  header.end = static_cast<std::size_t>((*p == '\r' ? p + 1 : p) - begin) + 1;
  return header;
}

}   // namespace warptune
