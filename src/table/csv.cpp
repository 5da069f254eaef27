// read_csv, parse_csv: the reader of CSV over files and bytes; memory that runs out is an error like others.
#include <fmt/format.h>

#include <memory>
#include <new>
#include <stdexcept>

#include "table/byte_source.h"
#include "table/csv_reader.h"
#include "table/source_name.h"

namespace warptune {
namespace {

template <class Open>
Result<Table> read_from(const Open& open, const std::string& name, const CsvOptions& options) {
  const auto out_of_memory = [&] {
    return failure(fmt::format("{}: there is not enough memory for this table", source_name(name)),
                   "a table takes up to 8 bytes for each cell; read a part of the file, or drop columns from it");
  };
  try {
    Result<std::unique_ptr<ByteSource>> source = open();
    if (!source) return tl::unexpected(source.error());
    return read_table(**source, name, options);
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::length_error&) {
    return out_of_memory();
  }
}

}   // namespace

Result<Table> read_csv(const std::string& path, const CsvOptions& options) {
  return read_from([&] { return open_source(path); }, path, options);
}

Result<Table> parse_csv(std::string_view bytes, const std::string& name, const CsvOptions& options) {
  return read_from([&] { return memory_source(bytes, name); }, name, options);
}

}   // namespace warptune
