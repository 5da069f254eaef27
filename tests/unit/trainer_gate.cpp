// Who is let in at once, by number and by expected memory; in order; and that one alone is always let in.
#include "trainer/gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace warptune {
namespace {

using namespace std::chrono_literals;

// The most that were inside together, and the most bytes, when each of `sizes` enters from a thread of its own.
struct Most {
  int inside = 0;
  std::uint64_t bytes = 0;
};
Most run(Gate& gate, const std::vector<std::uint64_t>& sizes) {
  std::mutex mutex;
  Most now, most;
  std::vector<std::thread> threads;
  for (const std::uint64_t size : sizes)
    threads.emplace_back([&, size] {
      const Gate::Place place(gate, size);
      {
        const std::lock_guard lock(mutex);
        ++now.inside;
        now.bytes += size;
        most = {std::max(most.inside, now.inside), std::max(most.bytes, now.bytes)};
      }
      std::this_thread::sleep_for(5ms);
      const std::lock_guard lock(mutex);
      --now.inside;
      now.bytes -= size;
    });
  for (std::thread& thread : threads) thread.join();
  return most;
}

TEST(Gate, LetsInAsManyAsAreAllowed) {
  Gate gate(3);
  EXPECT_EQ(run(gate, std::vector<std::uint64_t>(12, 1 << 30)).inside, 3);
}

TEST(Gate, LetsInAsManyAsMemoryHasRoomFor) {
  Gate gate(8, 100);
  EXPECT_EQ(run(gate, std::vector<std::uint64_t>(16, 30)).inside, 3);
  const Most mixed = run(gate, {60, 60, 40, 40, 10, 90, 5, 5, 5, 60, 40});
  EXPECT_LE(mixed.bytes, 100u);
  EXPECT_GT(mixed.inside, 1);
}

TEST(Gate, LetsInOneAloneThatIsTooLarge) {
  Gate gate(8, 100);
  EXPECT_EQ(run(gate, std::vector<std::uint64_t>(6, 1000)).inside, 1);
  Gate none(8, 0);
  EXPECT_EQ(run(none, std::vector<std::uint64_t>(6, 1)).inside, 1);
  EXPECT_EQ(run(none, std::vector<std::uint64_t>(6, 0)).inside, 6);   // nothing is expected of them
}

TEST(Gate, ALargeOneIsNotPassedByForEver) {
  Gate gate(8, 100);
  auto first = std::make_unique<Gate::Place>(gate, 50);
  std::atomic<bool> large_in{false}, small_in{false};
  std::thread large([&] {
    const Gate::Place place(gate, 80);
    large_in = true;
    EXPECT_EQ(place.beside(), 1);
  });
  std::this_thread::sleep_for(20ms);
  std::thread small([&] {
    const Gate::Place place(gate, 10);   // has room, but came later
    EXPECT_TRUE(large_in);
    small_in = true;
  });
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(large_in || small_in);
  first.reset();
  large.join();
  small.join();
  EXPECT_TRUE(small_in);
}

TEST(Gate, NarrowsUntilOneIsAlone) {
  Gate gate(8);
  {
    const Gate::Place a(gate, 0), b(gate, 0), c(gate, 0), d(gate, 0);
    EXPECT_TRUE(gate.narrow());   // of four inside two are left
  }
  EXPECT_EQ(run(gate, std::vector<std::uint64_t>(8, 0)).inside, 2);
  {
    const Gate::Place a(gate, 0), b(gate, 0);
    EXPECT_TRUE(gate.narrow());
    EXPECT_FALSE(gate.narrow());
  }
  EXPECT_EQ(run(gate, std::vector<std::uint64_t>(4, 0)).inside, 1);
}

}   // namespace
}   // namespace warptune
