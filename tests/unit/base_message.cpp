// Writing to descriptors as parents leave them: non-blocking, full, without a reader.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "base/file_descriptor.h"
#include "base/message.h"

namespace warptune {
namespace {

using std::chrono::milliseconds;

struct Pipe {
  FileDescriptor read, write;
};

Pipe nonblocking_pipe() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// Standard error is another file while it lives.
class StandardError {
 public:
  explicit StandardError(int other) : before_(::dup(STDERR_FILENO)) { ::dup2(other, STDERR_FILENO); }
  ~StandardError() { ::dup2(before_.get(), STDERR_FILENO); }
  StandardError(const StandardError&) = delete;
  StandardError& operator=(const StandardError&) = delete;

 private:
  FileDescriptor before_;
};

TEST(ResultMessage, ANonBlockingDescriptorGetsAllBytes) {
  const Pipe pipe = nonblocking_pipe();
  const std::string bytes(std::size_t{1} << 20, 'x');   // sixteen times what the pipe holds
  std::size_t got = 0;
  std::thread reader([&] {
    std::array<char, 4096> buffer{};
    while (got < bytes.size()) {
      const ssize_t count = ::read(pipe.read.get(), buffer.data(), buffer.size());
      ASSERT_GT(count, 0);
      got += static_cast<std::size_t>(count);
    }
  });
  const Written written = write_all(pipe.write.get(), bytes);
  reader.join();
  EXPECT_EQ(written.error, 0);
  EXPECT_EQ(written.bytes, bytes.size());
  EXPECT_EQ(got, bytes.size());
}

TEST(ResultMessage, PatienceEndsWhereNobodyReads) {
  const Pipe pipe = nonblocking_pipe();
  const Written written = write_all(pipe.write.get(), std::string(std::size_t{1} << 20, 'x'), milliseconds(1));
  EXPECT_EQ(written.error, EAGAIN);
  EXPECT_GT(written.bytes, 0u);
  EXPECT_EQ(write_all(pipe.write.get(), "more", milliseconds(0)).error, EAGAIN);
}

TEST(ResultMessage, WithoutAReaderAMessageIsDropped) {
  Pipe pipe = nonblocking_pipe();
  pipe.read = FileDescriptor();
  const StandardError standard_error(pipe.write.get());
  write_message("lost");
  write_error({"lost", "as well"});
  write_to_terminal("lost");
  sigset_t pending;
  ::sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);   // and this process still lives
}

TEST(ResultMessage, AMessageIsOneLineAndAnErrorHasItsHint) {
  const Pipe pipe = nonblocking_pipe();
  {
    const StandardError standard_error(pipe.write.get());
    write_message("a note");
    write_error({"an error", "a hint"});
    write_error({"no hint", ""});
  }
  std::array<char, 256> buffer{};
  const ssize_t count = ::read(pipe.read.get(), buffer.data(), buffer.size());
  ASSERT_GT(count, 0);
  EXPECT_EQ(std::string(buffer.data(), static_cast<std::size_t>(count)),
            "warptune: a note\nwarptune: an error\n  hint: a hint\nwarptune: no hint\n");
}

}   // namespace
}   // namespace warptune
