#include "table/csv_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/nearest.h"
#include "base/setting_mark.h"
#include "base/shown.h"
#include "table/cell.h"
#include "table/column_notes.h"
#include "table/row_problem.h"
#include "table/source_name.h"

namespace warptune {
namespace {

constexpr std::size_t most_columns = 65535;

char thousands_of(const std::string& text) {
  if (text == "space") return ' ';
  return text.empty() ? '\0' : text[0];
}

// [columns] those that the words stand for.
std::vector<bool> marked(const ColumnNames& names, const std::vector<std::string>& words) {
  std::vector<bool> marks(names.all().size());
  for (const std::string& word : words)
    if (const std::optional<std::size_t> column = names.find(word)) marks[*column] = true;
  return marks;
}

// The header's bytes, without the line's end.
std::string header_row(const RowBlock& block, const ParsedHeader& header) {
  std::string row(block.text().substr(header.begin, header.end - header.begin));
  while (row.ends_with('\n') || row.ends_with('\r')) row.pop_back();
  return row;
}

class HeaderReader {
 public:
  HeaderReader(const RowBlock& block, const std::string& name, const CsvOptions& options)
      : block_(block), name_(name), options_(options) {}

  Result<std::optional<CsvHeader>> read(char separator) {
    const ParsedHeader row = parse_header(block_, separator);
    if (row.problem) {
      BlockProblem found = *row.problem;
      if (options_.separator == 0 && found.offset > 0 && block_.text()[found.offset - 1] == ' ')
        found.hint += "; if blanks separate the columns: " + setting_mark("data.separator", "\" \"");
      return tl::unexpected(placed(block_, found, name_));
    }
    if (row.end == 0) return std::nullopt;
    header_.layout.separator = separator;
    header_.layout.columns = row.cells.size();
    header_.place = where(row, 0);
    header_.skip = options_.header ? row.end : 0;
    if (Result<void> named = name_columns(row); !named) return tl::unexpected(std::move(named.error()));
    describe(row);
    if (Result<void> done = set_layout(row); !done) return tl::unexpected(std::move(done.error()));
    return std::move(header_);
  }

 private:
  [[nodiscard]] std::string where(const ParsedHeader& row, std::size_t column) const {
    return place(name_, block_.text(), block_.line, row.offsets[column]);
  }

  Result<void> name_columns(const ParsedHeader& row) {
    const std::size_t count = row.cells.size();
    if (count > most_columns) {
      return failure(fmt::format("{}: {} columns; at most {} can be read", header_.place, count, most_columns),
                     "drop columns from the file, or put them in rows");
    }
    std::vector<std::string> names(count);
    for (std::size_t c = 0; c < count; ++c) {
      names[c] = options_.header ? row.cells[c] : fmt::format("c{}", c);
      if (!trim_blanks(names[c]).empty()) continue;
      names[c] = fmt::format("column {}", c + 1);
      unnamed_.push_back(c);
    }
    header_.names = ColumnNames(std::move(names));
    for (std::size_t c = 0; c < count; ++c) {
      const std::string& name = header_.names.all()[c];
      const std::size_t known = *header_.names.find(name);
      if (known == c) continue;
      return failure(
          fmt::format("{}: columns {} and {} are both named '{}'", where(row, c), known + 1, c + 1, shown(name)),
          fmt::format("rename one, or pass {} if the first row holds values", setting_mark("data.header", "false")));
    }
    return {};
  }

  // What hints may need to know of the row.
  void describe(const ParsedHeader& row) {
    header_.comment = row.cells[0].starts_with('#');
    header_.ends_empty = options_.header && row.cells.size() > 1 && trim_blanks(row.cells.back()).empty();
    const bool old_line_ends = std::any_of(row.cells.begin(), row.cells.end(), [](const std::string& cell) {
      return cell.find('\r') != std::string::npos;
    });
    header_.rows_hint = old_line_ends ? "its lines end in carriage returns only: convert them to line feeds"
                                      : "rows of values must follow the header";
  }

  // What each column's cells may be.
  Result<void> set_layout(const ParsedHeader& row) {
    const std::size_t count = row.cells.size();
    CellRules rules;
    rules.missing = MissingWords(options_.na, options_.no_na);
    rules.format = {options_.decimal == "," ? ',' : '.', thousands_of(options_.thousands)};
    rules.declared.assign(count, 0);
    if (options_.header && count > 1)   // one word may well be a column's name and a cell of it
      rules.header = header_row(block_, row);
    const CellKind number = rules.format.decimal == '.' ? CellKind::number : CellKind::formatted;
    std::vector<CellKind> kinds(count, number);
    const std::vector<bool> drop = marked(header_.names, options_.drop), keep = marked(header_.names, options_.keep);
    header_.labels = marked(header_.names, options_.labels);
    header_.said.resize(count);
    for (std::size_t c = 0; c < count; ++c)
      if (!header_.labels[c] && (drop[c] || (!options_.keep.empty() && !keep[c]))) kinds[c] = CellKind::skipped;
    for (const std::string& said : options_.types)
      if (Result<void> done = set_type(said, kinds, rules); !done) return done;
    for (std::size_t c = 0; c < count; ++c)
      if (header_.labels[c]) kinds[c] = header_.said[c] == SaidType::number ? CellKind::formatted : CellKind::word;
    note_unnamed(row, kinds);
    header_.layout.kinds = std::make_shared<const std::vector<CellKind>>(std::move(kinds));
    header_.layout.rules = std::make_shared<const CellRules>(std::move(rules));
    return {};
  }

  Result<void> set_type(const std::string& said, std::vector<CellKind>& kinds, CellRules& rules) {
    const ColumnTypeChoice choice = parse_column_type(said);
    const std::string& name = choice.column;
    const std::optional<std::size_t> found = header_.names.find(name);
    if (!found) {
      const std::string near = nearest(name, header_.names.all());
      return failure(fmt::format("{}: there is no column '{}' ({})", source_name(name_), shown(name),
                                 setting_mark("data.types")),
                     near.empty() ? std::string(column_type_hint) : fmt::format("did you mean '{}'?", shown(near)));
    }
    if (header_.said[*found]) {
      return failure(fmt::format("{}: the column '{}' is given a type twice", source_name(name_), shown(name)),
                     "give it once");
    }
    if (!choice.type) {
      return failure(fmt::format("{}: '{}' is no type of the column '{}'", source_name(name_), shown(choice.type_word),
                                 shown(name)),
                     std::string(column_type_hint));
    }
    if (choice.type == SaidType::ignore && header_.labels[*found]) {
      return failure(
          fmt::format("{}: the column '{}' is ignored, and is the target, the fold column or the group column",
                      source_name(name_), shown(name)),
          "give it another type");
    }
    header_.said[*found] = choice.type;
    if (choice.type == SaidType::ignore) kinds[*found] = CellKind::skipped;
    if (choice.type == SaidType::number) rules.declared[*found] = 1;
    if (choice.type == SaidType::category && kinds[*found] != CellKind::skipped) kinds[*found] = CellKind::word;
    return {};
  }

  void note_unnamed(const ParsedHeader& row, const std::vector<CellKind>& kinds) {
    ColumnNotes unnamed;
    for (const std::size_t c : unnamed_) {
      if (kinds[c] == CellKind::skipped || header_.labels[c]) continue;
      const std::string &name = header_.names.all()[c], at = std::to_string(c + 1);
      const bool by_number = header_.names.find(at) == c;   // another one may be named 1
      unnamed.add(
          fmt::format("{}: column {} has no name and is called '{}'; {} leaves it out{}", where(row, c), at, name,
                      setting_mark("data.drop", by_number ? at : shell_word(name)),
                      c == 0 ? ", as it should be where it only counts the rows (pandas: to_csv(index=False))" : ""));
    }
    header_.notes = unnamed.lines(source_name(name_), "have no name either");
  }

  const RowBlock& block_;
  const std::string& name_;
  const CsvOptions& options_;
  std::vector<std::size_t> unnamed_;   // columns
  CsvHeader header_;
};

}   // namespace

Result<std::optional<CsvHeader>> read_csv_header(const RowBlock& block, char separator, const std::string& name,
                                                 const CsvOptions& options) {
  return HeaderReader(block, name, options).read(separator);
}

}   // namespace warptune
