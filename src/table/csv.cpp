// read_csv: source -> blocks of whole rows -> parsed blocks -> columns.
//
// Every column is numeric until a word turns up in it. From that block on its cells are kept as words; the cells before
// are read again in a second pass, because a double does not give back the text it was read from (1, 1.0, 01).
#include "table/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "table/block_pipeline.h"
#include "table/byte_source.h"
#include "table/cell.h"
#include "table/row_blocks.h"
#include "table/source_name.h"
#include "table/word_numbers.h"

namespace warptune {
namespace {

constexpr std::size_t max_columns = 65535;
constexpr std::size_t max_rows = std::numeric_limits<std::int32_t>::max();
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

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
  std::optional<PlacedUnfit> unfit;
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
    if (header.problem) return problem(block, *header.problem);
    if (header.end == 0) return {};
    const std::size_t count = header.cells.size();
    place_of_start_ = place(name_, block.text(), block.line, header.offsets[0]);
    if (count > max_columns) {
      return failure(fmt::format("{}: {} columns; at most {} can be read", place_of_start_, count, max_columns),
                     "drop columns from the file, or put them in rows");
    }
    columns_.resize(count);
    names_.resize(count);
    skip_ = options_.header ? header.end : 0;
    std::unordered_map<std::string, std::size_t> seen;
    for (std::size_t c = 0; c < count; ++c) {
      names_[c] = options_.header ? header.cells[c] : fmt::format("c{}", c);
      if (!options_.header) continue;
      const std::string where = place(name_, block.text(), block.line, header.offsets[c]);
      if (trim_blanks(names_[c]).empty()) {
        return failure(fmt::format("{}: column {} has no name", where, c + 1),
                       "name it in the header, or pass --no-header if the first row holds values");
      }
      const auto [known, fresh] = seen.emplace(names_[c], c);
      if (!fresh) {
        return failure(fmt::format("{}: columns {} and {} are both named '{}'", where, known->second + 1, c + 1,
                                   names_[c]),
                       "rename one, or pass --no-header if the first row holds values");
      }
    }
    const bool old_line_ends = std::any_of(header.cells.begin(), header.cells.end(), [](const std::string& cell) {
      return cell.find('\r') != std::string::npos;
    });
    header_hint_ = old_line_ends ? "its lines end in carriage returns only: convert them to line feeds"
                                 : "rows of values must follow the header";
    layout_.separator = separator;
    layout_.columns = count;
    layout_.text = std::make_shared<const std::vector<std::uint8_t>>(count, std::uint8_t{0});
    return {};
  }

  // Adds a block's rows to the columns.
  Result<void> append(BlockWork& work) {
    // The block may have been started before an earlier one turned a column into words, or turn some itself.
    for (;;) {
      const bool stale = work.layout.text != layout_.text;
      if (!stale && work.parsed.words_in.empty()) break;
      if (!stale) turn_to_words(work.parsed.words_in);
      work.layout = layout_;
      work.parsed = parse_block(work.block, work.skip, work.layout, std::move(work.parsed));
    }
    const ParsedBlock& parsed = work.parsed;
    if (parsed.problem) return problem(work.block, *parsed.problem);
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

  void turn_to_words(const std::vector<std::size_t>& columns) {
    auto text = std::make_shared<std::vector<std::uint8_t>>(*layout_.text);
    for (const std::size_t c : columns) {
      (*text)[c] = 1;
      columns_[c].words.emplace();
      columns_[c].cells = {};
      columns_[c].words_from = rows_;
    }
    layout_.text = std::move(text);
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
                                 names_[unfit_column], unfit->infinity ? "infinite" : "too big for a double"),
                     "leave the cell empty if the value is missing, or drop the row");
    }
    Table table;
    table.source = name_;
    table.rows = rows_;
    table.columns.resize(columns_.size());
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      table.columns[c].name = std::move(names_[c]);
      if (columns_[c].words) {
        take_words(columns_[c], table.columns[c]);
      } else {
        table.columns[c].values = std::move(columns_[c].cells);
      }
    }
    return table;
  }

  // From numbers in the order of appearance to sorted categories, or to booleans.
  static void take_words(GrowingColumn& from, Column& column) {
    WordNumbers words = std::move(*from.words);
    from.words.reset();
    words.sort();
    column.type = ColumnType::text;
    column.values = std::move(from.first_cells);
    column.values.append(std::exchange(from.cells, {}));
    column.values.recode([&](std::uint32_t number) { return words.code(number); });
    column.categories = std::move(words).categories();
    if (const std::optional<std::vector<std::string>> pair = boolean_names(column.categories)) {
      column.type = ColumnType::boolean;
      column.values.recode([&](std::uint32_t code) { return is_true(column.categories[code]) ? 1u : 0u; });
      column.categories = {pair->at(0), pair->at(1)};
    }
  }

  static bool is_true(std::string_view name) {
    const BooleanWord word = boolean_word(name);
    return word == BooleanWord::true_word || word == BooleanWord::yes_word;
  }

  // The false and the true name, if all words are of one pair. A name is the bytewise first of its spellings; one that does
  // not occur is written as the other one is.
  static std::optional<std::vector<std::string>> boolean_names(const Categories& words) {
    std::string names[2];
    bool yes_no = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const BooleanWord word = boolean_word(words[i]);
      if (word == BooleanWord::none) return std::nullopt;
      const bool is_yes_no = word == BooleanWord::yes_word || word == BooleanWord::no_word;
      if (i == 0) yes_no = is_yes_no;
      if (is_yes_no != yes_no) return std::nullopt;
      std::string& name = names[is_true(words[i]) ? 1 : 0];
      if (name.empty()) name = words[i];
    }
    for (int i = 0; i < 2; ++i) {
      if (!names[i].empty()) continue;
      const std::string& other = names[1 - i];
      names[i] = yes_no ? (i == 1 ? "yes" : "no") : (i == 1 ? "true" : "false");
      const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
      const std::size_t upper = is_upper(other[0]) ? (is_upper(other[1]) ? names[i].size() : 1) : 0;
      for (std::size_t k = 0; k < upper; ++k) names[i][k] = static_cast<char>(names[i][k] - 'a' + 'A');
    }
    return std::vector<std::string>{names[0], names[1]};
  }

  [[nodiscard]] Result<void> problem(const RowBlock& block, const BlockProblem& problem) const {
    return failure(fmt::format("{}: {}", place(name_, block.text(), block.line, problem.offset), problem.message),
                   problem.hint);
  }
  [[nodiscard]] Result<void> changed() const {
    return failure(fmt::format("{}: the file changed while it was read", source_name(name_)),
                   "try again when nothing writes to it");
  }

  ByteSource& source_;
  std::string name_;
  CsvOptions options_;
  std::size_t block_bytes_;
  std::vector<std::string> names_;
  std::vector<GrowingColumn> columns_;
  std::size_t rows_ = 0;
  std::size_t skip_ = 0, blank_blocks_ = 0;
  std::string place_of_start_, header_hint_;
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
