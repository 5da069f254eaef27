// Any bytes as a CSV file: an error or a whole table, and the same one from small blocks, from several threads, and
// without a known separator a result that is at least consistent in itself.
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "table/byte_source.h"
#include "table/csv_reader.h"
#include "warptune/table.h"

namespace {

using warptune::ByteSource;
using warptune::Column;
using warptune::ColumnType;
using warptune::Result;
using warptune::Table;

void require(bool condition) {
  if (!condition) std::abort();
}

void require_whole(const Table& table) {
  require(table.rows > 0 && !table.columns.empty());
  for (const Column& column : table.columns) {
    require(column.values.size() == table.rows && !column.name.empty());
    require((column.type == ColumnType::numeric) == column.categories.empty());
    require(!column.skipped || column.type == ColumnType::numeric);
    require(column.type != ColumnType::boolean || column.categories.size() == 2);
    for (const double v : column.values.doubles()) {
      require(!std::isinf(v));
      if (column.type == ColumnType::numeric || std::isnan(v)) continue;
      require(v >= 0 && v < static_cast<double>(column.categories.size()) && v == std::floor(v));
    }
  }
}

void require_same(const Table& a, const Table& b) {
  require(a.rows == b.rows && a.columns.size() == b.columns.size());
  for (std::size_t c = 0; c < a.columns.size(); ++c) {
    const Column &x = a.columns[c], &y = b.columns[c];
    require(x.name == y.name && x.type == y.type && x.categories == y.categories);
    for (std::size_t r = 0; r < a.rows; ++r) {
      if (std::isnan(x.values[r]) && std::isnan(y.values[r])) continue;
      require(std::bit_cast<std::uint64_t>(x.values[r]) == std::bit_cast<std::uint64_t>(y.values[r]));
    }
  }
}

// What a user may say of the cells, by the bits of a byte.
warptune::CsvOptions said(std::uint8_t bits) {
  warptune::CsvOptions options;
  if ((bits & 1) != 0) options.na = {"-1", "a"};
  if ((bits & 2) != 0) options.no_na = {"NA"};
  if ((bits & 4) != 0) options.decimal = ",";
  if ((bits & 8) != 0) options.thousands = (bits & 4) != 0 ? "." : ",";
  if ((bits & 16) != 0) options.labels = {"y", "c0"};
  if ((bits & 32) != 0) options.drop = {"1", "c1"};
  if ((bits & 64) != 0) options.types = {"x=number"};
  if ((bits & 128) != 0) options.types.emplace_back("z=category");
  return options;
}

}   // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  warptune::CsvOptions options = said(data[1]);
  options.header = (data[0] & 1) == 0;
  options.separator = std::string_view("\0,;\t|\0\0\0", 8)[(data[0] >> 1) & 7];
  const Result<Table> table = warptune::parse_csv(bytes, "fuzz.csv", options);
  if (table) {
    require_whole(*table);
  } else {
    require(!table.error().message.empty());
  }
  if (options.separator == 0) return 0;
  const Result<std::unique_ptr<ByteSource>> source = warptune::memory_source(bytes, "fuzz.csv");
  if (!source) return 0;
  // Threads are costly to start: one input in 16.
  options.threads = (data[0] >> 4) == 0 ? 3 : 1;
  const Result<Table> again = warptune::read_table(**source, "fuzz.csv", options, 1 + (data[0] >> 4) * 5);
  require(again.has_value() == table.has_value());
  if (table) require_same(*table, *again);
  return 0;
}
