// Where the bytes of a table come from: a file, a pipe or memory, plain or gzip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "warptune/error.h"

namespace warptune {

class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  // Fills `buffer` with the next bytes; fewer than `count` only at the end. Errors name the source.
  [[nodiscard]] virtual Result<std::size_t> read(char* buffer, std::size_t count) = 0;
  // The next read starts at the first byte again.
  [[nodiscard]] virtual Result<void> rewind() = 0;
  // Total bytes that will be read, where that is known.
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
};

// "-" is standard input. Regular files are read twice on a rewind; from pipes what was read is kept in memory. Gzip is
// recognised by its first two bytes.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> open_source(const std::string& path);

// `bytes` must outlive the source; `name` is what errors call it.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> memory_source(std::string_view bytes, const std::string& name);

}   // namespace warptune
