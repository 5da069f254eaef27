#include "base/file_descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace warptune {

FileDescriptor::~FileDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

namespace {

// False if there is still no room after that time.
bool wait_for_room(int descriptor, std::chrono::milliseconds patience) {
  pollfd event{descriptor, POLLOUT, 0};
  const int ready = ::poll(&event, 1, static_cast<int>(patience.count()));
  return ready != 0;   // an interruption or an error shows at the next write
}

}   // namespace

Written write_all(int descriptor, std::string_view bytes, std::chrono::milliseconds patience) {
  Written written;
  while (written.bytes < bytes.size()) {
    const ssize_t count = ::write(descriptor, bytes.data() + written.bytes, bytes.size() - written.bytes);
    if (count > 0) {
      written.bytes += static_cast<std::size_t>(count);
    } else if (count == 0) {
      written.error = EIO;
      break;
    } else if (errno == EAGAIN && wait_for_room(descriptor, patience)) {
      continue;
    } else if (errno != EINTR) {
      written.error = errno;
      break;
    }
  }
  return written;
}

void sync_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const FileDescriptor descriptor(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor) static_cast<void>(::fsync(descriptor.get()));
}

std::string error_text(int error) { return std::generic_category().message(error); }

}   // namespace warptune
