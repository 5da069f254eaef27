#include "table/row_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "table/byte_scan.h"
#include "table/file_kind.h"
#include "table/number.h"
#include "table/source_name.h"

namespace warptune {
namespace {

// A longer row is a mistake (a quote that is never closed, a binary file), and would take memory without bound.
constexpr std::size_t max_row_bytes = std::size_t{64} << 20;

// The first block must hold what tells the file's kind: a byte order mark, Excel's "sep=;", the first bytes of an archive.
constexpr std::size_t least_block_bytes = 16;

// The line "sep=;" that Excel reads and writes before the header.
struct SeparatorLine {
  char separator = 0;
  std::size_t bytes = 0;   // of the line; 0: there is none
};

SeparatorLine separator_line(std::string_view text) {
  const bool quoted = text.starts_with('"');
  std::string_view rest = text.substr(quoted ? 1 : 0);
  if (!rest.starts_with("sep=") || rest.size() < 5) return {};
  const char separator = rest[4];
  if (std::string_view(",;\t|: ").find(separator) == std::string_view::npos) return {};
  rest.remove_prefix(5);
  if (quoted && !rest.starts_with('"')) return {};
  if (quoted) rest.remove_prefix(1);
  if (rest.starts_with('\r')) rest.remove_prefix(1);
  if (!rest.starts_with('\n')) return {};
  rest.remove_prefix(1);
  return {separator, text.size() - rest.size()};
}

bool is_blank(char c, char separator) { return (c == ' ' || c == '\t') && c != separator; }

std::size_t find(std::string_view text, char c, std::size_t from) {
  if (from >= text.size()) return std::string_view::npos;
  const void* hit = std::memchr(text.data() + from, c, text.size() - from);
  return hit == nullptr ? std::string_view::npos
                        : static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
}

// After the last line feed in [from, to), or 0.
std::size_t after_last_line_feed(std::string_view text, std::size_t from, std::size_t to) {
  if (from >= to) return 0;
  const void* hit = ::memrchr(text.data() + from, '\n', to - from);
  return hit == nullptr ? 0 : static_cast<std::size_t>(static_cast<const char*>(hit) - text.data()) + 1;
}

struct RowShape {
  std::size_t separators = 0;
  std::size_t next = 0;   // where the next row begins
  bool whole = false;     // a line feed ends it
};

// Counts the separators of the row at `from`, outside quotes.
RowShape row_shape(std::string_view text, std::size_t from, char separator) {
  RowShape shape;
  bool cell_start = true;
  std::size_t i = from;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      shape.whole = true;
      ++i;
      break;
    }
    if (c == separator) {
      ++shape.separators;
      cell_start = true;
    } else if (c == '"' && cell_start) {
      for (++i; i < text.size(); ++i) {
        if (text[i] != '"') continue;
        if (i + 1 < text.size() && text[i + 1] == '"') {
          ++i;
        } else {
          break;
        }
      }
      cell_start = false;
    } else if (!is_blank(c, separator)) {
      cell_start = false;
    }
  }
  shape.next = std::min(i, text.size());
  return shape;
}

}   // namespace

RowEnd last_row_end(std::string_view text, char separator) {
  RowEnd result;
  std::size_t outside = 0;   // text from here on is outside quotes
  std::size_t quote = find(text, '"', 0);
  while (quote != std::string_view::npos) {
    std::size_t before = quote;
    while (before > outside && is_blank(text[before - 1], separator)) --before;
    const bool opens = before == 0 || (before > outside && (text[before - 1] == separator || text[before - 1] == '\n'));
    if (!opens) {
      quote = find(text, '"', quote + 1);
      continue;
    }
    result.end = std::max(result.end, after_last_line_feed(text, outside, quote));
    std::size_t close = find(text, '"', quote + 1);
    while (close != std::string_view::npos && close + 1 < text.size() && text[close + 1] == '"') {
      close = find(text, '"', close + 2);
    }
    if (close == std::string_view::npos) {
      result.open_quote = quote;
      return result;
    }
    outside = close + 1;
    quote = find(text, '"', outside);
  }
  result.end = std::max(result.end, after_last_line_feed(text, outside, text.size()));
  return result;
}

char detect_separator(std::string_view text) {
  constexpr std::array<char, 4> candidates = {',', ';', '\t', '|'};
  constexpr int looked_at = 16;   // rows
  char consistent = 0, frequent = ',';
  std::size_t consistent_count = 0, frequent_count = 0;
  for (const char separator : candidates) {
    std::size_t from = 0, first = 0;
    bool same = true;
    int rows = 0;
    while (from < text.size() && rows < looked_at) {
      const RowShape shape = row_shape(text, from, separator);
      const bool empty = text.substr(from, shape.next - from).find_first_not_of(" \t\r\n") == std::string_view::npos;
      from = shape.next;
      if (empty && shape.separators == 0) continue;
      if (rows == 0) first = shape.separators;
      if (!shape.whole && rows > 0) break;
      same = same && shape.separators == first;
      ++rows;
    }
    if (first > frequent_count) {
      frequent = separator;
      frequent_count = first;
    }
    if (same && first > consistent_count) {
      consistent = separator;
      consistent_count = first;
    }
  }
  return consistent != 0 ? consistent : frequent;
}

std::string place(const std::string& name, std::string_view text, std::uint64_t first_line, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::size_t line_begin = after_last_line_feed(text, 0, offset);
  return fmt::format("{}:{}:{}", source_name(name), first_line + count_line_feeds(text.substr(0, offset)),
                     offset - line_begin + 1);
}

RowBlocks::RowBlocks(ByteSource& source, std::string name, char separator, std::size_t block_bytes)
    : source_(source),
      name_(std::move(name)),
      separator_(separator),
      block_bytes_(std::max(block_bytes, least_block_bytes)) {}

Result<std::optional<RowBlock>> RowBlocks::next(RowBlock reuse) {
  RowBlock block = std::move(reuse);
  std::size_t target = std::max(block_bytes_, carry_.size() + 1);
  if (block.bytes.size() < target + 1 + number_padding) block.bytes.resize(target + 1 + number_padding);
  std::size_t size = carry_.size();
  std::copy(carry_.begin(), carry_.end(), block.bytes.begin());
  carry_.clear();
  block.begin = 0;

  std::size_t end = 0;
  for (;;) {
    if (!ended_) {
      const Result<std::size_t> n = source_.read(block.bytes.data() + size, target - size);
      if (!n) return tl::unexpected(n.error());
      ended_ = *n < target - size;
      size += *n;
    }
    if (first_) {
      first_ = false;
      if (size >= 3 && std::memcmp(block.bytes.data(), "\xef\xbb\xbf", 3) == 0)
        block.begin = 3;   // UTF-8's byte order mark
      if (const std::optional<FileKind> kind =
              other_file_kind({block.bytes.data(), std::min<std::size_t>(size, least_block_bytes)}))
        return failure(fmt::format("{}: this is {}", source_name(name_), kind->name), kind->hint);
      const std::string_view begin{block.bytes.data() + block.begin, size - block.begin};
      if (const SeparatorLine line = separator_line(begin); line.bytes > 0) {
        block.begin += line.bytes;
        ++line_;
        if (separator_ == 0) separator_ = line.separator;
      }
      if (separator_ == 0) separator_ = detect_separator({block.bytes.data() + block.begin, size - block.begin});
    }
    if (size == block.begin) return std::optional<RowBlock>{};
    if (ended_) {
      if (block.bytes[size - 1] != '\n') block.bytes[size++] = '\n';
      end = size;
      break;
    }
    const std::string_view text{block.bytes.data() + block.begin, size - block.begin};
    const RowEnd rows = last_row_end(text, separator_);
    if (rows.end != 0) {
      end = block.begin + rows.end;
      break;
    }
    if (const std::size_t zero = find(text, '\0', 0); zero != std::string_view::npos) {
      return failure(fmt::format("{}: a NUL byte: this is not a text file", place(name_, text, line_, zero)),
                     "export the table as CSV in UTF-8");
    }
    if (size >= max_row_bytes) {
      if (rows.open_quote) {
        return failure(fmt::format("{}: a quote that is not closed within {} MiB",
                                   place(name_, text, line_, *rows.open_quote), max_row_bytes >> 20),
                       "close the quote, or write a quote inside a quoted cell twice");
      }
      return failure(fmt::format("{}: a row longer than {} MiB", place(name_, text, line_, 0), max_row_bytes >> 20),
                     "is this a CSV file?");
    }
    target = std::min(size * 2, max_row_bytes);
    block.bytes.resize(target + 1 + number_padding);
  }
  carry_.assign(block.bytes.begin() + static_cast<std::ptrdiff_t>(end),
                block.bytes.begin() + static_cast<std::ptrdiff_t>(size));
  block.end = end;
  std::fill_n(block.bytes.begin() + static_cast<std::ptrdiff_t>(end), number_padding, '\0');
  block.line = line_;
  block.line_feeds = count_line_feeds(block.text());
  line_ += block.line_feeds;
  return std::optional<RowBlock>(std::move(block));
}

}   // namespace warptune
