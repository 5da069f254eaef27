#include "table/growing_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/shown.h"
#include "table/column_words.h"
#include "table/idle_settings.h"
#include "table/missing_number.h"
#include "table/odd_column.h"
#include "table/row_problem.h"
#include "table/source_name.h"
#include "table/units_note.h"

namespace warptune {
namespace {

void add(std::vector<std::string>& notes, std::vector<std::string> more) {
  for (std::string& note : more) notes.push_back(std::move(note));
}

}   // namespace

GrowingColumns::GrowingColumns(CsvHeader header, std::string name)
    : header_(std::move(header)), name_(std::move(name)), columns_(header_.layout.columns) {
  for (std::size_t c = 0; c < columns_.size(); ++c)
    if ((*header_.layout.kinds)[c] == CellKind::word) columns_[c].words.emplace();
}

Result<void> GrowingColumns::append(BlockWork& work, std::optional<std::uint64_t> source_bytes) {
  // The block may have been started before an earlier one turned a column into words, or turn some itself.
  for (;;) {
    const bool stale = work.layout.kinds != header_.layout.kinds;
    if (!stale && work.parsed.words_in.empty()) break;
    if (!stale)
      if (Result<void> turned = turn_to_words(work); !turned) return turned;
    work.layout = header_.layout;
    work.parsed = parse_block(work.block, work.skip, work.layout, std::move(work.parsed));
  }
  const ParsedBlock& parsed = work.parsed;
  if (parsed.problem) {
    Error error = placed(work.block, *parsed.problem, name_);
    error.hint = row_hint(work.block, *parsed.problem, header_, rows_ + parsed.rows == 0);
    return tl::unexpected(std::move(error));
  }
  if (rows_ + parsed.rows > most_rows) {
    return failure(fmt::format("{}: more than {} rows", source_name(name_), most_rows), "read a part of the file");
  }
  if (rows_ == 0) expect_rows(work, source_bytes);
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    GrowingColumn& column = columns_[c];
    if (column.words) {
      append_words(work, c, parsed.rows, column.cells);
    } else {
      column.cells.append({parsed.cells.data() + c * parsed.stride, parsed.rows});
    }
  }
  note_first_cells(work);
  for (std::size_t c = 0; c < parsed.units.size(); ++c) columns_[c].units.add(parsed.units[c]);
  seen_.added |= parsed.seen.added;
  seen_.removed |= parsed.seen.removed;
  formatted_ = formatted_ || parsed.formatted;
  rows_ += parsed.rows;
  return {};
}

// The first cells of their kinds: unfit numbers, and missing labels.
void GrowingColumns::note_first_cells(const BlockWork& work) {
  const auto where = [&](std::size_t offset) { return place(name_, work.block.text(), work.block.line, offset); };
  for (const UnfitNumber& unfit : work.parsed.unfit) {
    std::optional<PlacedUnfit>& known = columns_[unfit.column].unfit;
    if (known) continue;
    known = PlacedUnfit{where(unfit.offset), unfit.cell, unfit.infinity, {rows_, unfit.offset}};
  }
  for (const FoundCell& found : work.parsed.missing_in) {
    std::optional<CellPlace>& known = columns_[found.column].first_missing;
    if (header_.labels[found.column] && !known) known = CellPlace{where(found.offset), found.cell};
  }
}

std::size_t GrowingColumns::rows_to_read_again() const {
  std::size_t rows = 0;
  for (const GrowingColumn& column : columns_) {
    if (column.words) rows = std::max(rows, column.words_from);
  }
  return rows;
}

bool GrowingColumns::fill_in(const BlockWork& work, std::size_t row) {
  if (work.parsed.problem) return false;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    GrowingColumn& column = columns_[c];
    if (!column.words || row >= column.words_from) continue;
    append_words(work, c, std::min(work.parsed.rows, column.words_from - row), column.first_cells);
  }
  return true;
}

// The numbers of the words in a block's first rows.
void GrowingColumns::append_words(const BlockWork& work, std::size_t column, std::size_t rows, PackedCells& cells) {
  WordNumbers& words = *columns_[column].words;
  numbers_.resize(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    const WordPlace place = work.parsed.word_place(column, r);
    numbers_[r] = place.length == missing_word
                      ? missing_number
                      : static_cast<double>(words.number(work.parsed.word(place, work.block.text())));
  }
  cells.append(numbers_);
}

Result<void> GrowingColumns::turn_to_words(const BlockWork& work) {
  std::vector<FoundCell> odd = work.parsed.words_in;
  std::sort(odd.begin(), odd.end(), [](const FoundCell& a, const FoundCell& b) { return a.offset < b.offset; });
  auto kinds = std::make_shared<std::vector<CellKind>>(*header_.layout.kinds);
  for (const FoundCell& cell : odd) {
    const std::string& name = header_.names.all()[cell.column];
    GrowingColumn& column = columns_[cell.column];
    column.odd = {place(name_, work.block.text(), work.block.line, cell.offset), cell.cell};
    if (header_.said[cell.column]) {
      return failure(fmt::format("{}: '{}' is no number, and the column '{}' is said to hold numbers", column.odd.where,
                                 shown(cell.cell), shown(name)),
                     odd_cell_hint(name, cell.cell, header_.layout.rules->format));
    }
    (*kinds)[cell.column] = CellKind::word;
    column.words.emplace();
    column.cells = {};
    column.words_from = rows_;
  }
  header_.layout.kinds = std::move(kinds);
  return {};
}

// The rows that the file's size lets expect. Memory that stays untouched costs nothing.
void GrowingColumns::expect_rows(const BlockWork& work, std::optional<std::uint64_t> source_bytes) {
  const std::size_t bytes = work.block.text().size() - work.skip;
  if (!source_bytes || work.parsed.rows == 0 || bytes == 0) return;
  const double expected =
      1.1 * static_cast<double>(work.parsed.rows) * static_cast<double>(*source_bytes) / static_cast<double>(bytes);
  const double most = static_cast<double>(std::min<std::uint64_t>(*source_bytes / columns_.size() + 1, most_rows));
  for (GrowingColumn& column : columns_) column.cells.expect(static_cast<std::size_t>(std::min(expected, most)));
}

// The first number, by its place in the file, that no double holds.
Result<void> GrowingColumns::check_fit() const {
  const PlacedUnfit* unfit = nullptr;
  std::size_t unfit_column = 0;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (columns_[c].words || !columns_[c].unfit) continue;
    if (unfit != nullptr && columns_[c].unfit->order >= unfit->order) continue;
    unfit = &*columns_[c].unfit;
    unfit_column = c;
  }
  if (unfit == nullptr) return {};
  return failure(fmt::format("{}: '{}' in the numeric column '{}' is {}", unfit->where, unfit->cell,
                             shown(header_.names.all()[unfit_column]),
                             unfit->infinity ? "infinite" : "too big for a double"),
                 "leave the cell empty if the value is missing, or drop the row");
}

Result<Table> GrowingColumns::finish(const CsvOptions& options) {
  if (Result<void> fit = check_fit(); !fit) return tl::unexpected(std::move(fit.error()));
  Table table;
  table.source = name_;
  table.rows = rows_;
  table.columns.resize(columns_.size());
  table.notes = std::move(header_.notes);
  ColumnNotes units;
  const std::string name = source_name(name_);
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    Column& column = table.columns[c];
    column.name = header_.names.all()[c];
    column.first_missing = std::move(columns_[c].first_missing);
    column.skipped = (*header_.layout.kinds)[c] == CellKind::skipped;
    if (columns_[c].words) {
      finish_words(c, column);
    } else {
      column.values = Cells(std::move(columns_[c].cells));
      if (std::optional<std::string> note = units_note(column, columns_[c].units))
        units.add(fmt::format("{}: {}", name, *note));
    }
  }
  add(table.notes, spellings_.lines(name, "have several spellings of two words"));
  add(table.notes, odd_.lines(name, "are text, though most of their cells are numbers"));
  add(table.notes, units.lines(name, "have cells of different units"));
  add(table.notes, idle_settings(options, *header_.layout.rules, seen_, formatted_, name));
  return table;
}

void GrowingColumns::finish_words(std::size_t c, Column& column) {
  GrowingColumn& from = columns_[c];
  WordNumbers words = std::move(*from.words);
  from.words.reset();
  PackedCells cells = std::move(from.first_cells);
  cells.append(std::exchange(from.cells, {}));
  const WordUse use = header_.said[c] ? WordUse::category : header_.labels[c] ? WordUse::label : WordUse::feature;
  const NumberFormat& format = header_.layout.rules->format;
  if (std::optional<std::string> note = take_words(std::move(words), std::move(cells), use, format, column))
    spellings_.add(fmt::format("{}: {}", source_name(name_), *note));
  if (use != WordUse::feature || column.type != ColumnType::text) return;
  if (std::optional<std::string> note = odd_column_note(column, from.odd, format)) odd_.add(std::move(*note));
}

}   // namespace warptune
