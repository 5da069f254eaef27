#include "base/system_hint.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace warptune {

std::string system_hint(int error, const std::string& usual) {
  switch (error) {
    case EFBIG: return "allow larger files with ulimit -f";
    case EMFILE: return "allow more open files with ulimit -n";
    case ENFILE: return "the system has too many open files: end other programs";
    case ENOSPC:
    case EDQUOT: return "make room on the disk";
    case ENOENT: {
      std::error_code gone;
      static_cast<void>(std::filesystem::current_path(gone));
      return gone ? "the current folder was removed: change to one that is there" : usual;
    }
    default: return usual;
  }
}

}   // namespace warptune
