// What a file that is no CSV file is, by its first bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace warptune {

struct FileKind {
  std::string name;   // "an xz file"
  std::string hint;   // how to make CSV of it
};

// first: the first 16 bytes, or all of a shorter file. None: it may be a CSV file.
[[nodiscard]] std::optional<FileKind> other_file_kind(std::string_view first);

}   // namespace warptune
