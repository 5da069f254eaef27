// A file that appears whole or not at all: written under a temporary name beside it, then renamed.
#pragma once

#include <string>
#include <string_view>

#include "result/file_descriptor.h"
#include "warptune/error.h"

namespace warptune {

class ReplacedFile {
 public:
  // Creates the temporary file, so that a path that cannot be written is found before any work is done.
  // what: "results", "stats"; for messages.
  [[nodiscard]] static Result<ReplacedFile> open(const std::string& path, const std::string& what);
  ReplacedFile(ReplacedFile&& other) noexcept = default;
  ReplacedFile& operator=(ReplacedFile&& other) noexcept;
  ~ReplacedFile();   // removes the temporary file unless write() has renamed it

  // Writes the whole text, forces it to the disk and renames the file. Once.
  [[nodiscard]] Result<void> write(std::string_view text);

 private:
  ReplacedFile(std::string path, std::string what) : path_(std::move(path)), what_(std::move(what)) {}

  std::string path_, what_;
  std::string target_;   // the file to replace: behind symbolic links
  std::string temporary_;
  FileDescriptor file_;   // none: nothing to remove
};

}   // namespace warptune
