#include "base/replaced_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "base/system_hint.h"

namespace warptune {

Result<ReplacedFile> ReplacedFile::open(const std::string& path, const std::string& what) {
  const auto refuse = [&](const std::string& why, int error = 0) {
    return failure(fmt::format("cannot write the {} file {}: {}", what, path, why),
                   system_hint(error, "choose a path in a folder that you can write to"));
  };
  struct stat status = {};
  if (path.empty()) return refuse("the path is empty");
  if (path.ends_with('/') || (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))) {
    return refuse("it is a folder");
  }
  ReplacedFile file(path, what);
  std::error_code error;
  file.target_ = std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error).string();
  if (error) return refuse(error.message(), error.value());
  if (::stat(file.target_.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) return refuse("it is not a regular file");
    if (::access(file.target_.c_str(), W_OK) != 0) return refuse(error_text(errno), errno);
  }
  file.temporary_ = fmt::format("{}.{}.tmp", file.target_, ::getpid());
  // Only tried: a run that is killed before it has results leaves no temporary file.
  if (!file.create()) return refuse(error_text(errno), errno);
  ::unlink(file.temporary_.c_str());
  return file;
}

FileDescriptor ReplacedFile::create() const {
  return FileDescriptor(::open(temporary_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0666));
}

Result<void> ReplacedFile::write(std::string_view text) {
  const FileDescriptor file = create();
  int error = file ? write_all(file.get(), text).error : errno;
  if (error == 0 && ::fsync(file.get()) != 0) error = errno;
  if (error == 0 && ::rename(temporary_.c_str(), target_.c_str()) != 0) error = errno;
  if (error != 0) {
    if (file) ::unlink(temporary_.c_str());
    return failure(fmt::format("cannot write the {} file {}: {}", what_, path_, error_text(error)),
                   system_hint(error, "what was there before is unchanged"), ErrorKind::output);
  }
  sync_folder_of(target_);
  return {};
}

}   // namespace warptune
