// Owner of one open file, and the few calls of the operating system that the result files share.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace warptune {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  [[nodiscard]] int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

// Writes all bytes, over short writes and interruptions.
struct Written {
  std::size_t bytes = 0;   // how many got into the file
  int error = 0;           // errno of the call that failed; 0 when all of them did
};
// A descriptor that our parent made non-blocking is waited for, as a blocking one is: so long without a byte at the most,
// without end where it is negative. Then the error is EAGAIN.
[[nodiscard]] Written write_all(int descriptor, std::string_view bytes,
                                std::chrono::milliseconds patience = std::chrono::milliseconds(-1));

// Forces the entry of a new or renamed file in its folder to the disk. Best effort: not every file system can.
void sync_folder_of(const std::string& path);

// The words of strerror, thread-safe.
[[nodiscard]] std::string error_text(int error);

}   // namespace warptune
