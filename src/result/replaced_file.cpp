#include "result/replaced_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace warptune {

Result<ReplacedFile> ReplacedFile::open(const std::string& path, const std::string& what) {
  const auto refuse = [&](const std::string& why) {
    return failure(fmt::format("cannot write the {} file {}: {}", what, path, why),
                   "choose a path in a folder that you can write to");
  };
  struct stat status = {};
  if (path.empty()) return refuse("the path is empty");
  if (path.ends_with('/') || (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))) {
    return refuse("it is a folder");
  }
  ReplacedFile file(path, what);
  std::error_code error;
  file.target_ = std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error).string();
  if (error) return refuse(error.message());
  if (::stat(file.target_.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) return refuse("it is not a regular file");
    if (::access(file.target_.c_str(), W_OK) != 0) return refuse(error_text(errno));
  }
  file.temporary_ = fmt::format("{}.{}.tmp", file.target_, ::getpid());
  file.file_ =
      FileDescriptor(::open(file.temporary_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file.file_) return refuse(error_text(errno));
  return file;
}

Result<void> ReplacedFile::write(std::string_view text) {
  int error = file_ ? write_all(file_.get(), text).error : EBADF;
  if (error == 0 && ::fsync(file_.get()) != 0) error = errno;
  if (error == 0 && ::rename(temporary_.c_str(), target_.c_str()) != 0) error = errno;
  if (error != 0) {
    return failure(fmt::format("cannot write the {} file {}: {}", what_, path_, error_text(error)),
                   "what was there before is unchanged", Exit::no_score);
  }
  file_ = FileDescriptor();
  sync_folder_of(target_);
  return {};
}

ReplacedFile& ReplacedFile::operator=(ReplacedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(what_, other.what_);
  std::swap(target_, other.target_);
  std::swap(temporary_, other.temporary_);
  std::swap(file_, other.file_);
  return *this;
}

ReplacedFile::~ReplacedFile() {
  if (file_) ::unlink(temporary_.c_str());
}

}   // namespace warptune
