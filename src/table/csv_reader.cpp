// read_table: source -> blocks of whole rows -> parsed blocks -> columns, over all rows, then again over those whose
// columns turned out to hold words.
#include "table/csv_reader.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "table/block_pipeline.h"
#include "table/csv_header.h"
#include "table/csv_options.h"
#include "table/growing_columns.h"
#include "table/row_blocks.h"
#include "table/source_name.h"

namespace warptune {
namespace {

class CsvReader {
 public:
  CsvReader(ByteSource& source, std::string name, const CsvOptions& options, std::size_t block_bytes)
      : source_(source),
        name_(std::move(name)),
        options_(options),
        block_bytes_(block_bytes),
        pipeline_(options.threads) {}

  Result<Table> read() {
    const Result<void> first = pass(false, most_rows + 1);
    if (!first) return tl::unexpected(first.error());
    if (!columns_)
      return failure(fmt::format("{}: the file is empty", source_name(name_)),
                     "a CSV file with a header and rows is needed");
    if (columns_->rows() == 0) {
      return failure(fmt::format("{}: a header and no rows", columns_->header().place), columns_->header().rows_hint);
    }
    if (const std::size_t again = columns_->rows_to_read_again(); again > 0) {
      const Result<void> back = source_.rewind();
      if (!back) return tl::unexpected(back.error());
      const Result<void> second = pass(true, again);
      if (!second) return tl::unexpected(second.error());
    }
    return columns_->finish(options_);
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
          if (!again)
            if (Result<void> started = start(work->block, blocks.separator()); !started) return started;
          // Blank lines only, before the header: what it skips is in the header's block.
          if (again ? blank_blocks < blank_blocks_ : !columns_) {
            ++blank_blocks;
            spare.push_back(std::move(work));
            continue;
          }
          first = false;
          blank_blocks_ = blank_blocks;
          work->skip = columns_->header().skip;
        }
        work->layout = columns_->header().layout;
        pipeline_.start(std::move(work));
      }
      if (pipeline_.in_work() == 0) break;
      std::unique_ptr<BlockWork> work = pipeline_.finish();
      if (!again)
        result = columns_->append(*work, source_.size());
      else if (!columns_->fill_in(*work, row))
        result = changed();
      row += work->parsed.rows;
      spare.push_back(std::move(work));
    }
    while (pipeline_.in_work() > 0) spare.push_back(pipeline_.finish());
    if (!result) return result;
    if (row < rows && read_error) return tl::unexpected(*read_error);
    if (again && row < rows) return changed();
    return {};
  }

  // The first block that has a row: names the columns.
  Result<void> start(const RowBlock& block, char separator) {
    Result<std::optional<CsvHeader>> header = read_csv_header(block, separator, name_, options_);
    if (!header) return tl::unexpected(std::move(header.error()));
    if (*header) columns_.emplace(std::move(**header), name_);
    return {};
  }

  [[nodiscard]] Result<void> changed() const {
    return failure(fmt::format("{}: the file changed while it was read", source_name(name_)),
                   "try again when nothing writes to it");
  }

  ByteSource& source_;
  std::string name_;
  CsvOptions options_;
  std::size_t block_bytes_;
  std::optional<GrowingColumns> columns_;   // once the header is read
  std::size_t blank_blocks_ = 0;            // before the header's
  BlockPipeline pipeline_;                  // last: its threads stop first
};

}   // namespace

Result<Table> read_table(ByteSource& source, const std::string& name, const CsvOptions& options,
                         std::size_t block_bytes) {
  if (Result<void> checked = check_csv_options(options); !checked) return tl::unexpected(std::move(checked.error()));
  return CsvReader(source, name, options, block_bytes).read();
}

}   // namespace warptune
