// read_csv: source -> blocks of whole rows -> parsed blocks -> columns.
//
// Every column is numeric until a word turns up in it. From that block on its cells are kept as words; the cells before
// are read again in a second pass, because a double does not give back the text it was read from (1, 1.0, 01).
#include "base/setting_mark.h"
#include "table/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/nearest.h"
#include "base/shown.h"
#include "table/block_pipeline.h"
#include "table/byte_source.h"
#include "table/cell.h"
#include "table/column_name.h"
#include "table/column_type.h"
#include "table/column_words.h"
#include "table/odd_column.h"
#include "table/row_blocks.h"
#include "table/source_name.h"
#include "table/units_note.h"
#include "table/word_numbers.h"

namespace warptune {
namespace {

constexpr std::size_t max_columns = 65535;
constexpr std::size_t max_rows = std::numeric_limits<std::int32_t>::max();
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

// Notes of one kind about columns: of a table with thousands of them the first few, and how many more there are.
struct ColumnNotes {
  std::vector<std::string> first;
  std::size_t more = 0;

  void add(std::string note) {
    constexpr std::size_t most = 5;
    if (first.size() < most)
      first.push_back(std::move(note));
    else
      ++more;
  }
};

// An unfit number at its place in the file, for when the column stays numeric.
struct PlacedUnfit {
  std::string where;
  std::string cell;
  bool infinity = false;
  std::pair<std::size_t, std::size_t> order;   // rows before its block, and its offset in the block
};

struct GrowingColumn {
  Cells cells;
  std::optional<WordNumbers> words;   // a text column's; cells are their numbers
  // Rows before this one were read as numbers first; their words' numbers are kept apart, since they are known last.
  std::size_t words_from = 0;
  Cells first_cells;
  std::optional<SaidType> said;   // by the user
  bool labels = false;
  CellPlace odd;                            // the first cell that is no number, of a column that became words
  std::optional<CellPlace> first_missing;   // of labels
  std::optional<PlacedUnfit> unfit;
  UnitsSeen units;
};

class CsvReader {
 public:
  CsvReader(ByteSource& source, std::string name, const CsvOptions& options, std::size_t block_bytes)
      : source_(source),
        name_(std::move(name)),
        options_(options),
        block_bytes_(block_bytes),
        pipeline_(options.threads) {}

  Result<Table> read() {
    const Result<void> first = pass(false, max_rows + 1);
    if (!first) return tl::unexpected(first.error());
    if (columns_.empty())
      return failure(fmt::format("{}: the file is empty", source_name(name_)),
                     "a CSV file with a header and rows is needed");
    if (rows_ == 0) {
      return failure(fmt::format("{}: a header and no rows", place_of_start_), header_hint_);
    }
    std::size_t again = 0;   // rows to read again
    for (const GrowingColumn& column : columns_) {
      if (column.words) again = std::max(again, column.words_from);
    }
    if (again > 0) {
      const Result<void> back = source_.rewind();
      if (!back) return tl::unexpected(back.error());
      const Result<void> second = pass(true, again);
      if (!second) return tl::unexpected(second.error());
    }
    return finish();
  }

 private:
  // Reads the file from its start; `again`: only to fill in the words of the first `rows` rows.
  Result<void> pass(bool again, std::size_t rows) {
    RowBlocks blocks(source_, name_, options_.separator, block_bytes_);
    std::vector<std::unique_ptr<BlockWork>> spare;
    std::size_t row = 0;   // rows handed on so far
    std::size_t blank_blocks = 0;
    bool first = true, ended = false;
    Result<void> result;
    std::optional<Error> read_error;
    while (result && row < rows) {
      while (!ended && pipeline_.in_work() < pipeline_.depth()) {
        std::unique_ptr<BlockWork> work = spare.empty() ? std::make_unique<BlockWork>() : std::move(spare.back());
        if (!spare.empty()) spare.pop_back();
        Result<std::optional<RowBlock>> next = blocks.next(std::move(work->block));
        if (!next || !*next) {
          if (!next) read_error = next.error();
          ended = true;
          break;
        }
        work->block = std::move(**next);
        work->skip = 0;
        if (first) {
          first = false;
          if (!again) {
            Result<void> started = start(work->block, blocks.separator());
            if (!started) return started;
          }
          // Blank lines only, before the header: skip_ is an offset in the header's block.
          if (again ? blank_blocks < blank_blocks_ : columns_.empty()) {
            first = true;
            ++blank_blocks;
            spare.push_back(std::move(work));
            continue;
          }
          blank_blocks_ = blank_blocks;
          work->skip = skip_;
        }
        work->layout = layout_;
        pipeline_.start(std::move(work));
      }
      if (pipeline_.in_work() == 0) break;
      std::unique_ptr<BlockWork> work = pipeline_.finish();
      result = again ? fill_in(*work, row) : append(*work);
      row += work->parsed.rows;
      spare.push_back(std::move(work));
    }
    while (pipeline_.in_work() > 0) spare.push_back(pipeline_.finish());
    if (!result) return result;
    if (row < rows && read_error) return tl::unexpected(*read_error);
    if (again && row < rows) return changed();
    return {};
  }

  // The first block: names the columns.
  Result<void> start(const RowBlock& block, char separator) {
    const ParsedHeader header = parse_header(block, separator);
    if (header.problem) {
      BlockProblem found = *header.problem;
      if (options_.separator == 0 && found.offset > 0 && block.text()[found.offset - 1] == ' ')
        found.hint += "; if blanks separate the columns: " + setting_mark("data.separator", "\" \"");
      return problem(block, found);
    }
    if (header.end == 0) return {};
    const std::size_t count = header.cells.size();
    place_of_start_ = place(name_, block.text(), block.line, header.offsets[0]);
    if (count > max_columns) {
      return failure(fmt::format("{}: {} columns; at most {} can be read", place_of_start_, count, max_columns),
                     "drop columns from the file, or put them in rows");
    }
    columns_.resize(count);
    skip_ = options_.header ? header.end : 0;
    std::vector<std::string> names(count);
    for (std::size_t c = 0; c < count; ++c) {
      names[c] = options_.header ? header.cells[c] : fmt::format("c{}", c);
      if (!trim_blanks(names[c]).empty()) continue;
      names[c] = fmt::format("column {}", c + 1);
      unnamed_.push_back(c);
    }
    names_ = ColumnNames(std::move(names));
    for (std::size_t c = 0; c < count; ++c) {
      const std::size_t known = *names_.find(names_.all()[c]);
      if (known == c) continue;
      return failure(fmt::format("{}: columns {} and {} are both named '{}'",
                                 place(name_, block.text(), block.line, header.offsets[c]), known + 1, c + 1,
                                 shown(names_.all()[c])),
                     fmt::format("rename one, or pass {} if the first row holds values",
                                 setting_mark("data.header", "false")));
    }
    comment_ = header.cells[0].starts_with('#');
    header_ends_empty_ = options_.header && count > 1 && trim_blanks(header.cells.back()).empty();
    const bool old_line_ends = std::any_of(header.cells.begin(), header.cells.end(), [](const std::string& cell) {
      return cell.find('\r') != std::string::npos;
    });
    header_hint_ = old_line_ends ? "its lines end in carriage returns only: convert them to line feeds"
                                 : "rows of values must follow the header";
    layout_.separator = separator;
    layout_.columns = count;
    return set_layout(block, header);
  }

  // What each column's cells may be: known from the header and the user's words.
  Result<void> set_layout(const RowBlock& block, const ParsedHeader& header) {
    CellRules rules;
    rules.missing = MissingWords(options_.na, options_.no_na);
    rules.format = {options_.decimal == "," ? ',' : '.', thousands_of(options_.thousands)};
    rules.declared.assign(columns_.size(), 0);
    if (options_.header && columns_.size() > 1) {   // one word may well be a column's name and a cell of it
      rules.header = block.text().substr(header.begin, header.end - header.begin);
      while (rules.header.ends_with('\n') || rules.header.ends_with('\r')) rules.header.pop_back();
    }
    const CellKind number = rules.format.decimal == '.' ? CellKind::number : CellKind::formatted;
    std::vector<CellKind> kinds(columns_.size(), number);
    const std::vector<bool> labels = marked(options_.labels), drop = marked(options_.drop),
                            keep = marked(options_.keep);
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      columns_[c].labels = labels[c];
      if (!labels[c] && (drop[c] || (!options_.keep.empty() && !keep[c]))) kinds[c] = CellKind::skipped;
    }
    for (const std::string& said : options_.types)
      if (Result<void> done = set_type(said, kinds, rules); !done) return done;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c].labels) kinds[c] = columns_[c].said == SaidType::number ? CellKind::formatted : CellKind::word;
      if (kinds[c] == CellKind::word) columns_[c].words.emplace();
    }
    ColumnNotes unnamed;
    for (const std::size_t c : unnamed_) {
      if (kinds[c] == CellKind::skipped || columns_[c].labels) continue;
      const std::string &name = names_.all()[c], at = std::to_string(c + 1);
      unnamed.add(fmt::format(
          "{}: column {} has no name and is called '{}'; {} leaves it out{}",
          place(name_, block.text(), block.line, header.offsets[c]), at, name,
          setting_mark("data.drop", names_.find(at) == c ? at : shell_word(name)),   // another one may be named 1
          c == 0 ? ", as it should be where it only counts the rows (pandas: to_csv(index=False))" : ""));
    }
    take_notes(std::move(unnamed), "have no name either");
    layout_.kinds = std::make_shared<const std::vector<CellKind>>(std::move(kinds));
    layout_.rules = std::make_shared<const CellRules>(std::move(rules));
    return {};
  }

  Result<void> set_type(const std::string& said, std::vector<CellKind>& kinds, CellRules& rules) {
    const ColumnTypeChoice choice = parse_column_type(said);
    const std::string& name = choice.column;
    const std::optional<std::size_t> found = names_.find(name);
    if (!found) {
      const std::string near = nearest(name, names_.all());
      return failure(fmt::format("{}: there is no column '{}' ({})", source_name(name_), shown(name),
                                 setting_mark("data.types")),
                     near.empty() ? std::string(column_type_hint) : fmt::format("did you mean '{}'?", shown(near)));
    }
    GrowingColumn& column = columns_[*found];
    if (column.said) {
      return failure(fmt::format("{}: the column '{}' is given a type twice", source_name(name_), shown(name)),
                     "give it once");
    }
    if (!choice.type) {
      return failure(fmt::format("{}: '{}' is no type of the column '{}'", source_name(name_), shown(choice.type_word),
                                 shown(name)),
                     std::string(column_type_hint));
    }
    if (choice.type == SaidType::ignore && column.labels) {
      return failure(fmt::format("{}: the column '{}' is ignored, and is the target or the fold column",
                                 source_name(name_), shown(name)),
                     "give it another type");
    }
    column.said = choice.type;
    if (choice.type == SaidType::ignore) kinds[*found] = CellKind::skipped;
    if (choice.type == SaidType::number) rules.declared[*found] = 1;
    if (choice.type == SaidType::category && kinds[*found] != CellKind::skipped) kinds[*found] = CellKind::word;
    return {};
  }

  // [columns] those that the names stand for.
  [[nodiscard]] std::vector<bool> marked(const std::vector<std::string>& names) const {
    std::vector<bool> marks(columns_.size());
    for (const std::string& name : names)
      if (const std::optional<std::size_t> column = names_.find(name)) marks[*column] = true;
    return marks;
  }

  static char thousands_of(const std::string& text) {
    if (text == "space") return ' ';
    return text.empty() ? '\0' : text[0];
  }

  // Adds a block's rows to the columns.
  Result<void> append(BlockWork& work) {
    // The block may have been started before an earlier one turned a column into words, or turn some itself.
    for (;;) {
      const bool stale = work.layout.kinds != layout_.kinds;
      if (!stale && work.parsed.words_in.empty()) break;
      if (!stale)
        if (Result<void> turned = turn_to_words(work); !turned) return turned;
      work.layout = layout_;
      work.parsed = parse_block(work.block, work.skip, work.layout, std::move(work.parsed));
    }
    const ParsedBlock& parsed = work.parsed;
    if (parsed.problem) return problem(work.block, *parsed.problem, rows_ + parsed.rows == 0);
    if (rows_ + parsed.rows > max_rows) {
      return failure(fmt::format("{}: more than {} rows", source_name(name_), max_rows), "read a part of the file");
    }
    if (rows_ == 0) expect_rows(work);
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      GrowingColumn& column = columns_[c];
      if (column.words) {
        append_words(*column.words, work, c, parsed.rows, column.cells);
      } else {
        column.cells.append({parsed.cells.data() + c * parsed.stride, parsed.rows});
      }
    }
    for (const UnfitNumber& unfit : parsed.unfit) {
      std::optional<PlacedUnfit>& known = columns_[unfit.column].unfit;
      if (known) continue;
      known = PlacedUnfit{place(name_, work.block.text(), work.block.line, unfit.offset),
                          unfit.cell,
                          unfit.infinity,
                          {rows_, unfit.offset}};
    }
    for (const FoundCell& found : parsed.missing_in) {
      GrowingColumn& column = columns_[found.column];
      if (!column.labels || column.first_missing) continue;
      column.first_missing = {place(name_, work.block.text(), work.block.line, found.offset), found.cell};
    }
    for (std::size_t c = 0; c < parsed.units.size(); ++c) columns_[c].units.add(parsed.units[c]);
    seen_.added |= parsed.seen.added;
    seen_.removed |= parsed.seen.removed;
    formatted_ = formatted_ || parsed.formatted;
    rows_ += parsed.rows;
    return {};
  }

  // Second pass: the words of rows that the first pass took for numbers.
  Result<void> fill_in(const BlockWork& work, std::size_t row) {
    if (work.parsed.problem) return changed();
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      GrowingColumn& column = columns_[c];
      if (!column.words || row >= column.words_from) continue;
      append_words(*column.words, work, c, std::min(work.parsed.rows, column.words_from - row), column.first_cells);
    }
    return {};
  }

  // The numbers of the words in a block's first rows.
  void append_words(WordNumbers& words, const BlockWork& work, std::size_t column, std::size_t rows, Cells& cells) {
    numbers_.resize(rows);
    for (std::size_t r = 0; r < rows; ++r) {
      const WordPlace place = work.parsed.word_place(column, r);
      numbers_[r] = place.length == missing_word
                        ? missing
                        : static_cast<double>(words.number(work.parsed.word(place, work.block.text())));
    }
    cells.append(numbers_);
  }

  Result<void> turn_to_words(const BlockWork& work) {
    std::vector<FoundCell> odd = work.parsed.words_in;
    std::sort(odd.begin(), odd.end(), [](const FoundCell& a, const FoundCell& b) { return a.offset < b.offset; });
    auto kinds = std::make_shared<std::vector<CellKind>>(*layout_.kinds);
    for (const FoundCell& cell : odd) {
      GrowingColumn& column = columns_[cell.column];
      column.odd = {place(name_, work.block.text(), work.block.line, cell.offset), cell.cell};
      if (column.said) {
        return failure(fmt::format("{}: '{}' is no number, and the column '{}' is said to hold numbers",
                                   column.odd.where, shown(cell.cell), shown(names_.all()[cell.column])),
                       odd_cell_hint(names_.all()[cell.column], cell.cell, layout_.rules->format));
      }
      (*kinds)[cell.column] = CellKind::word;
      column.words.emplace();
      column.cells = {};
      column.words_from = rows_;
    }
    layout_.kinds = std::move(kinds);
    return {};
  }

  // The rows that the file's size lets expect. Memory that stays untouched costs nothing.
  void expect_rows(const BlockWork& work) {
    const std::optional<std::uint64_t> total = source_.size();
    const std::size_t bytes = work.block.text().size() - work.skip;
    if (!total || work.parsed.rows == 0 || bytes == 0) return;
    const double expected =
        1.1 * static_cast<double>(work.parsed.rows) * static_cast<double>(*total) / static_cast<double>(bytes);
    const double most = static_cast<double>(std::min<std::uint64_t>(*total / columns_.size() + 1, max_rows));
    for (GrowingColumn& column : columns_) column.cells.expect(static_cast<std::size_t>(std::min(expected, most)));
  }

  Result<Table> finish() {
    const PlacedUnfit* unfit = nullptr;
    std::size_t unfit_column = 0;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c].words || !columns_[c].unfit) continue;
      if (unfit != nullptr && columns_[c].unfit->order >= unfit->order) continue;
      unfit = &*columns_[c].unfit;
      unfit_column = c;
    }
    if (unfit != nullptr) {
      return failure(fmt::format("{}: '{}' in the numeric column '{}' is {}", unfit->where, unfit->cell,
                                 shown(names_.all()[unfit_column]),
                                 unfit->infinity ? "infinite" : "too big for a double"),
                     "leave the cell empty if the value is missing, or drop the row");
    }
    Table table;
    table.source = name_;
    table.rows = rows_;
    table.columns.resize(columns_.size());
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      table.columns[c].name = names_.all()[c];
      table.columns[c].first_missing = std::move(columns_[c].first_missing);
      table.columns[c].skipped = (*layout_.kinds)[c] == CellKind::skipped;
      if (columns_[c].words) {
        finish_words(columns_[c], table.columns[c]);
      } else {
        table.columns[c].values = std::move(columns_[c].cells);
        if (std::optional<std::string> note = units_note(table.columns[c], columns_[c].units))
          units_.add(fmt::format("{}: {}", source_name(name_), *note));
      }
    }
    take_notes(std::move(spellings_), "have several spellings of two words");
    take_notes(std::move(odd_), "are text, though most of their cells are numbers");
    take_notes(std::move(units_), "have cells of different units");
    note_idle_settings();
    table.notes = std::move(notes_);
    return table;
  }

  void finish_words(GrowingColumn& from, Column& column) {
    WordNumbers words = std::move(*from.words);
    from.words.reset();
    Cells cells = std::move(from.first_cells);
    cells.append(std::exchange(from.cells, {}));
    const WordUse use = from.said ? WordUse::category : from.labels ? WordUse::label : WordUse::feature;
    if (std::optional<std::string> note =
            take_words(std::move(words), std::move(cells), use, layout_.rules->format, column))
      spellings_.add(fmt::format("{}: {}", source_name(name_), *note));
    if (use != WordUse::feature || column.type != ColumnType::text) return;
    if (std::optional<std::string> note = odd_column_note(column, from.odd, layout_.rules->format))
      odd_.add(std::move(*note));
  }

  void take_notes(ColumnNotes notes, std::string_view what) {
    for (std::string& note : notes.first) notes_.push_back(std::move(note));
    if (notes.more > 0) notes_.push_back(fmt::format("{}: {} more columns {}", source_name(name_), notes.more, what));
  }

  // Settings that changed nothing in this file.
  void note_idle_settings() {
    const std::string name = source_name(name_);
    for (const std::string& word : layout_.rules->missing.unseen_added(seen_))
      notes_.push_back(fmt::format("{}: no cell is '{}', which {} names", name, shown(word), setting_mark("data.na")));
    for (const std::string& word : options_.no_na)
      if (!is_missing_word(word))
        notes_.push_back(fmt::format("'{}' means no missing value anyway: {} does nothing for it", shown(word),
                                     setting_mark("data.no_na")));
    for (const std::string& word : layout_.rules->missing.unseen_removed(seen_))
      if (is_missing_word(word))
        notes_.push_back(
            fmt::format("{}: no cell is '{}', which {} names", name, shown(word), setting_mark("data.no_na")));
    const NumberFormat& format = layout_.rules->format;
    if (formatted_) return;
    if (format.thousands != 0)
      notes_.push_back(fmt::format("{}: no number has the thousands separator '{}'", name, format.thousands));
    if (format.decimal != '.')
      notes_.push_back(fmt::format("{}: no number has the decimal sign '{}'", name, format.decimal));
  }

  // first_row: of values.
  [[nodiscard]] Result<void> problem(const RowBlock& block, const BlockProblem& problem, bool first_row = false) const {
    return failure(fmt::format("{}: {}", place(name_, block.text(), block.line, problem.offset), problem.message),
                   hint_of(block, problem, first_row));
  }
  // The usual cause of a row that has other cells than the header.
  [[nodiscard]] std::string hint_of(const RowBlock& block, const BlockProblem& problem, bool first_row) const {
    if (!problem.cell_count) return problem.hint;
    const std::string_view text = block.text();
    const std::size_t line_feed = problem.offset == 0 ? std::string_view::npos : text.rfind('\n', problem.offset - 1);
    const std::size_t begin = line_feed == std::string_view::npos ? 0 : line_feed + 1;
    if (comment_ || text[begin] == '#')
      return "lines that begin with # are not passed over; leave them out: grep -v '^#' FILE | warptune run --data -";
    const std::string_view rest = text.substr(problem.offset, text.find('\n', problem.offset) - problem.offset);
    if (*problem.cell_count > layout_.columns && trim_blanks(rest.substr(0, rest.find('\r'))).empty())
      return "the row ends in a separator and the header does not: remove it from the rows, or name one more column";
    if (*problem.cell_count > layout_.columns && first_row && rest.find(layout_.separator) == std::string_view::npos)
      return problem.hint +
             "; rows that begin with a name which the header leaves out are R's write.table's: col.names=NA names it";
    if (*problem.cell_count + 1 == layout_.columns && header_ends_empty_)
      return "the header ends in a separator and the row does not: remove it from the header";
    return problem.hint;
  }
  [[nodiscard]] Result<void> changed() const {
    return failure(fmt::format("{}: the file changed while it was read", source_name(name_)),
                   "try again when nothing writes to it");
  }

  ByteSource& source_;
  std::string name_;
  CsvOptions options_;
  std::size_t block_bytes_;
  ColumnNames names_;
  std::vector<GrowingColumn> columns_;
  std::size_t rows_ = 0;
  std::size_t skip_ = 0, blank_blocks_ = 0;
  std::string place_of_start_, header_hint_;
  std::vector<std::string> notes_;
  ColumnNotes spellings_, odd_, units_;
  std::vector<std::size_t> unnamed_;   // columns without a name
  bool comment_ = false;               // the first row begins with #
  bool header_ends_empty_ = false;     // the header ends in a separator
  MissingWords::Seen seen_;
  bool formatted_ = false;   // some number is not as parse_number reads it
  BlockLayout layout_;
  std::vector<double> numbers_;   // of a block's words, kept for its memory
  BlockPipeline pipeline_;        // last: its threads stop first
};

Result<Table> out_of_memory(const std::string& name) {
  return failure(fmt::format("{}: there is not enough memory for this table", source_name(name)),
                 "a table takes up to 8 bytes for each cell; read a part of the file, or drop columns from it");
}

}   // namespace

Result<Table> read_table(ByteSource& source, const std::string& name, const CsvOptions& options,
                         std::size_t block_bytes) {
  constexpr std::string_view separators = ",;\t|: ";
  if (options.separator != 0 && separators.find(options.separator) == std::string_view::npos) {
    return failure(fmt::format("'{}' cannot be a separator", options.separator), "use one of , ; tab | : space");
  }
  constexpr std::string_view thousands[] = {"", ",", ".", "'", "_", "space"};
  if (std::find(std::begin(thousands), std::end(thousands), options.thousands) == std::end(thousands))
    return failure(fmt::format("'{}' cannot be a thousands separator", shown(options.thousands)),
                   "use one of , . ' _ space");
  if (options.decimal != "." && options.decimal != ",")
    return failure(fmt::format("'{}' cannot be a decimal sign", shown(options.decimal)), "use . or ,");
  if (options.decimal == options.thousands)
    return failure(fmt::format("'{}' is both the decimal sign and the thousands separator", options.decimal),
                   options.decimal == "."
                       ? fmt::format("say {} too, if that is what the numbers have", setting_mark("data.decimal", ","))
                       : "use another one");
  for (const std::string& word : options.na)
    if (std::find(options.no_na.begin(), options.no_na.end(), word) != options.no_na.end())
      return failure(fmt::format("'{}' means a missing value by {}, and none by {}", shown(word),
                                 setting_mark("data.na"), setting_mark("data.no_na")),
                     "name it by one of them");
  return CsvReader(source, name, options, block_bytes).read();
}

Result<Table> read_csv(const std::string& path, const CsvOptions& options) {
  try {
    Result<std::unique_ptr<ByteSource>> source = open_source(path);
    if (!source) return tl::unexpected(source.error());
    return read_table(**source, path, options);
  } catch (const std::bad_alloc&) {
    return out_of_memory(path);
  } catch (const std::length_error&) {
    return out_of_memory(path);
  }
}

Result<Table> parse_csv(std::string_view bytes, const std::string& name, const CsvOptions& options) {
  try {
    Result<std::unique_ptr<ByteSource>> source = memory_source(bytes, name);
    if (!source) return tl::unexpected(source.error());
    return read_table(**source, name, options);
  } catch (const std::bad_alloc&) {
    return out_of_memory(name);
  } catch (const std::length_error&) {
    return out_of_memory(name);
  }
}

}   // namespace warptune
