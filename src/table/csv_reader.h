// The CSV reader over any source, with the block size as an argument: tests make blocks small to meet their borders.
#pragma once

#include <cstddef>
#include <string>

#include "table/byte_source.h"
#include "warptune/error.h"
#include "warptune/table.h"

namespace warptune {

// A block, its cells and nothing else fit a core's second-level cache.
inline constexpr std::size_t csv_block_bytes = std::size_t{1} << 18;

// Memory that runs out is an exception here. The table does not depend on block_bytes, but for the separator's detection,
// which looks at the first block.
[[nodiscard]] Result<Table> read_table(ByteSource& source, const std::string& name, const CsvOptions& options,
                                       std::size_t block_bytes = csv_block_bytes);

}   // namespace warptune
