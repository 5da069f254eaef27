#include "table/byte_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"
#include "base/system_hint.h"
#include "table/source_name.h"

namespace warptune {
namespace {

// A file that can be read at any offset, from where its descriptor stands.
class FileSource final : public ByteSource {
 public:
  FileSource(FileDescriptor fd, std::string path, off_t start, off_t end)
      : fd_(std::move(fd)), path_(std::move(path)), start_(start), end_(end), at_(start) {}

  Result<std::size_t> read(char* buffer, std::size_t count) override {
    std::size_t done = 0;
    while (done < count) {
      const ssize_t n = ::pread(fd_.get(), buffer + done, count - done, at_);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0)
        return failure(fmt::format("{}: cannot read: {}", source_name(path_), error_text(errno)),
                       "is the disk in order?");
      if (n == 0) break;
      done += static_cast<std::size_t>(n);
      at_ += n;
    }
    return done;
  }
  Result<void> rewind() override {
    at_ = start_;
    return {};
  }
  std::optional<std::uint64_t> size() const override {
    return static_cast<std::uint64_t>(std::max<off_t>(end_ - start_, 0));
  }

 private:
  FileDescriptor fd_;
  std::string path_;
  off_t start_, end_, at_;
};

// A pipe, terminal or device: what was read is kept, so that it can be read again.
class StreamSource final : public ByteSource {
 public:
  StreamSource(FileDescriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<std::size_t> read(char* buffer, std::size_t count) override {
    std::size_t done = 0;
    while (done < count) {
      if (at_ == kept_bytes_) {
        if (ended_) break;
        Result<void> more = receive();
        if (!more) return tl::unexpected(more.error());
        continue;
      }
      const std::size_t offset = at_ % block_bytes;
      const std::size_t n = std::min({count - done, block_bytes - offset, kept_bytes_ - at_});
      std::memcpy(buffer + done, kept_[at_ / block_bytes].get() + offset, n);
      done += n;
      at_ += n;
    }
    return done;
  }
  Result<void> rewind() override {
    at_ = 0;
    return {};
  }

 private:
  static constexpr std::size_t block_bytes = std::size_t{1} << 20;

  Result<void> receive() {
    const std::size_t offset = kept_bytes_ % block_bytes;
    if (offset == 0 && kept_bytes_ / block_bytes == kept_.size()) {
      kept_.push_back(std::make_unique_for_overwrite<char[]>(block_bytes));
    }
    for (;;) {
      const ssize_t n = ::read(fd_.get(), kept_.back().get() + offset, block_bytes - offset);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN) {   // our parent made standard input non-blocking
        pollfd event{fd_.get(), POLLIN, 0};
        static_cast<void>(::poll(&event, 1, -1));
        continue;
      }
      if (n < 0)
        return failure(fmt::format("{}: cannot read: {}", source_name(path_), error_text(errno)),
                       "is the disk in order?");
      ended_ = n == 0;
      kept_bytes_ += static_cast<std::size_t>(n);
      return {};
    }
  }

  FileDescriptor fd_;
  std::string path_;
  std::vector<std::unique_ptr<char[]>> kept_;   // blocks of block_bytes
  std::size_t kept_bytes_ = 0;
  std::size_t at_ = 0;
  bool ended_ = false;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}

  Result<std::size_t> read(char* buffer, std::size_t count) override {
    const std::size_t n = std::min(count, bytes_.size() - at_);
    if (n > 0) std::memcpy(buffer, bytes_.data() + at_, n);
    at_ += n;
    return n;
  }
  Result<void> rewind() override {
    at_ = 0;
    return {};
  }
  std::optional<std::uint64_t> size() const override { return bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

// RFC 1952: members one after another; zero bytes may follow the last.
class GzipSource final : public ByteSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> packed, std::string path)
      : packed_(std::move(packed)), path_(std::move(path)), input_(input_bytes) {}
  ~GzipSource() override { close_member(); }

  Result<std::size_t> read(char* buffer, std::size_t count) override {
    std::size_t done = 0;
    while (done < count && !ended_) {
      if (!open_) {
        Result<void> opened = open_member();
        if (!opened) return tl::unexpected(opened.error());
        continue;
      }
      if (stream_.avail_in == 0) {
        Result<std::size_t> n = fill();
        if (!n) return tl::unexpected(n.error());
        if (*n == 0) {
          return failure(fmt::format("{}: the compressed data end too early: the file is truncated",
                                     source_name(path_)),
                         "copy or download the file again; `gzip -t` checks it");
        }
      }
      const std::size_t want = std::min<std::size_t>(count - done, 1u << 30);
      stream_.next_out = reinterpret_cast<Bytef*>(buffer + done);
      stream_.avail_out = static_cast<uInt>(want);
      const int code = ::inflate(&stream_, Z_NO_FLUSH);
      done += want - stream_.avail_out;
      if (code == Z_STREAM_END) {
        close_member();
      } else if (code == Z_MEM_ERROR) {
        throw std::bad_alloc();
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return failure(fmt::format("{}: the compressed data are damaged ({})", source_name(path_),
                                   stream_.msg != nullptr ? stream_.msg : "not a gzip stream"),
                       "copy or download the file again; `gzip -t` checks it");
      }
    }
    return done;
  }
  Result<void> rewind() override {
    close_member();
    stream_.avail_in = 0;
    members_ = 0;
    ended_ = false;
    return packed_->rewind();
  }

 private:
  static constexpr std::size_t input_bytes = std::size_t{1} << 17;

  Result<std::size_t> fill() {
    Result<std::size_t> n = packed_->read(input_.data(), input_.size());
    if (n) {
      stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
      stream_.avail_in = static_cast<uInt>(*n);
    }
    return n;
  }

  // Starts the next member, or sees the end.
  Result<void> open_member() {
    for (;;) {
      if (stream_.avail_in == 0) {
        Result<std::size_t> n = fill();
        if (!n) return tl::unexpected(n.error());
        if (*n == 0) {
          ended_ = true;
          return {};
        }
      }
      if (members_ == 0 || *stream_.next_in != 0) break;
      ++stream_.next_in;
      --stream_.avail_in;
    }
    Bytef* const next = stream_.next_in;
    const uInt available = stream_.avail_in;
    stream_ = z_stream{};
    stream_.next_in = next;
    stream_.avail_in = available;
    if (::inflateInit2(&stream_, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
    open_ = true;
    ++members_;
    return {};
  }

  void close_member() {
    if (open_) ::inflateEnd(&stream_);
    open_ = false;
  }

  std::unique_ptr<ByteSource> packed_;
  std::string path_;
  std::vector<char> input_;
  z_stream stream_{};
  int members_ = 0;
  bool open_ = false;   // a member is being inflated
  bool ended_ = false;
};

bool ends_with_gz(const std::string& path) { return path.size() > 3 && path.compare(path.size() - 3, 3, ".gz") == 0; }

Result<std::unique_ptr<ByteSource>> unpack_if_gzip(std::unique_ptr<ByteSource> source, const std::string& path) {
  std::array<char, 2> magic{};
  const Result<std::size_t> n = source->read(magic.data(), magic.size());
  if (!n) return tl::unexpected(n.error());
  const Result<void> back = source->rewind();
  if (!back) return tl::unexpected(back.error());
  if (*n == 2 && magic[0] == '\x1f' && magic[1] == '\x8b') {
    return std::unique_ptr<ByteSource>(std::make_unique<GzipSource>(std::move(source), path));
  }
  if (*n > 0 && ends_with_gz(path)) {
    return failure(fmt::format("{}: not compressed with gzip, in spite of its name", path),
                   "rename the file to end in .csv if it is plain text");
  }
  return source;
}

}   // namespace

Result<std::unique_ptr<ByteSource>> open_source(const std::string& path) {
  const bool standard_input = path == "-";
  FileDescriptor file(standard_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)   // ours to close, the same file
                                     : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    const int code = errno;
    return failure(fmt::format("{}: cannot open: {}", path, error_text(code)),
                   system_hint(code, code == ENOENT ? "check the path; it is relative to the current folder" : ""));
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    return failure(fmt::format("{}: cannot read: {}", source_name(path), error_text(errno)), "is the disk in order?");
  if (S_ISDIR(status.st_mode)) {
    return failure(fmt::format("{}: is a folder", source_name(path)), "name the CSV file inside it");
  }
  const off_t start = S_ISREG(status.st_mode) ? (standard_input ? ::lseek(file.get(), 0, SEEK_CUR) : 0) : -1;
  // Files of /proc say that they hold 0 bytes: these are read as streams too.
  if (start >= 0 && status.st_size > 0) {
    return unpack_if_gzip(std::make_unique<FileSource>(std::move(file), path, start, status.st_size), path);
  }
  return unpack_if_gzip(std::make_unique<StreamSource>(std::move(file), path), path);
}

Result<std::unique_ptr<ByteSource>> memory_source(std::string_view bytes, const std::string& name) {
  return unpack_if_gzip(std::make_unique<MemorySource>(bytes), name);
}

}   // namespace warptune
