// A file that appears whole or not at all: written under a temporary name beside it, then renamed.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/file_descriptor.h"
#include "warptune/error.h"

namespace warptune {

class ReplacedFile {
 public:
  // Creates the temporary file and removes it again, so that a path that cannot be written is found before any work is
  // done. what: "results", "stats"; for messages.
  [[nodiscard]] static Result<ReplacedFile> open(const std::string& path, const std::string& what);

  // Writes the whole text, forces it to the disk and renames the file. After an error there is no temporary file.
  [[nodiscard]] Result<void> write(std::string_view text);

 private:
  ReplacedFile(std::string path, std::string what) : path_(std::move(path)), what_(std::move(what)) {}

  [[nodiscard]] FileDescriptor create() const;   // the temporary file

  std::string path_, what_;
  std::string target_;   // the file to replace: behind symbolic links
  std::string temporary_;
};

}   // namespace warptune
