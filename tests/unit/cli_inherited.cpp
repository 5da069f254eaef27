// What the process that started us left us.
#include "cli/inherited_state.h"

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <barrier>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "sanitizer.h"

namespace warptune {
namespace {

int arenas_of_malloc() {
  char* text = nullptr;
  std::size_t size = 0;
  FILE* const file = ::open_memstream(&text, &size);
  ::malloc_info(0, file);
  std::fclose(file);
  int count = 0;
  for (std::size_t at = 0; (at = std::string_view(text, size).find("<heap nr=", at)) != std::string_view::npos; ++at)
    ++count;
  std::free(text);
  return count;
}

// Once eight threads have used malloc beside each other.
int arenas_of_eight_threads() {
  std::barrier ready(9), seen(9);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      void* volatile block = std::malloc(100000);
      ready.arrive_and_wait();
      seen.arrive_and_wait();
      std::free(block);
    });
  ready.arrive_and_wait();
  const int count = arenas_of_malloc();
  seen.arrive_and_wait();
  for (std::thread& thread : threads) thread.join();
  return count;
}

// Each arena is 64 MiB of addresses: those of eight threads were half of such a limit, and XGBoost could not be opened.
TEST(InheritedState, FewArenasWhereAddressesAreLimited) {
  if (test::under_sanitizer) GTEST_SKIP() << "a sanitizer has a malloc of its own";
  const pid_t child = ::fork();
  if (child == 0) {
    ::unsetenv("MALLOC_ARENA_MAX");
    const rlimit limit{rlim_t{1} << 30, RLIM_INFINITY};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(100);
    settle_addresses();
    const int before = arenas_of_malloc();   // of the tests that ran before this one, too
    ::_exit(arenas_of_eight_threads() - before);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}   // namespace
}   // namespace warptune
