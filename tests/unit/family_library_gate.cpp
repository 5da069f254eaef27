// Who is let in at once, by number and by expected memory; in order; and that one alone is always let in.
#include "family/library/gate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace warptune {
namespace {

using namespace std::chrono_literals;

struct Most {
  int inside = 0;
  std::uint64_t bytes = 0;
};
// The most that were inside together, and the most bytes, when each of `sizes` enters from a thread of its own. Nobody
// leaves before `expected` were inside together, unless that takes too long, and before each of the others is inside, is
// gone or waits: then one too many would have come in.
Most run(Gate& gate, const std::vector<std::uint64_t>& sizes, int expected) {
  std::mutex mutex;
  std::condition_variable changed;
  Most now, most;
  std::atomic<std::size_t> entered{0};
  std::vector<std::thread> threads;
  for (const std::uint64_t size : sizes)
    threads.emplace_back([&, size] {
      const Gate::Place place(gate, size);
      std::unique_lock lock(mutex);
      ++now.inside;
      now.bytes += size;
      most = {std::max(most.inside, now.inside), std::max(most.bytes, now.bytes)};
      ++entered;
      changed.notify_all();
      changed.wait_for(lock, 20s, [&] { return most.inside >= expected; });
      lock.unlock();
      while (entered + gate.waiting() < sizes.size()) std::this_thread::yield();
      lock.lock();
      --now.inside;
      now.bytes -= size;
    });
  for (std::thread& thread : threads) thread.join();
  return most;
}

TEST(Gate, LetsInAsManyAsAreAllowed) {
  Gate gate(3);
  EXPECT_EQ(run(gate, std::vector<std::uint64_t>(12, 1 << 30), 3).inside, 3);
}

TEST(Gate, LetsInAsManyAsMemoryHasRoomFor) {
  Gate gate(8, 100);
  EXPECT_EQ(run(gate, std::vector<std::uint64_t>(16, 30), 3).inside, 3);
  EXPECT_LE(run(gate, {60, 60, 40, 40, 10, 90, 5, 5, 5, 60, 40}, 1).bytes, 100u);
}

TEST(Gate, LetsInOneAloneThatIsTooLarge) {
  Gate gate(8, 100);
  EXPECT_EQ(run(gate, std::vector<std::uint64_t>(6, 1000), 1).inside, 1);
  Gate none(8, 0);
  EXPECT_EQ(run(none, std::vector<std::uint64_t>(6, 1), 1).inside, 1);
  EXPECT_EQ(run(none, std::vector<std::uint64_t>(6, 0), 6).inside, 6);   // nothing is expected of them
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
  while (gate.waiting() < 1) std::this_thread::yield();
  std::thread small([&] {
    const Gate::Place place(gate, 30);   // would have had room beside the first, but came later
    EXPECT_TRUE(large_in);
    small_in = true;
  });
  while (gate.waiting() < 2) std::this_thread::yield();
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
    EXPECT_EQ(a.crowd().inside, 4);
    EXPECT_EQ(gate.narrow(a.crowd()), 2);              // of four inside two are left
    EXPECT_EQ(gate.narrow(b.crowd()), std::nullopt);   // they ran out of memory together
  }
  EXPECT_EQ(run(gate, std::vector<std::uint64_t>(8, 0), 2).inside, 2);
  {
    const Gate::Place a(gate, 0), b(gate, 0);
    EXPECT_EQ(gate.narrow(b.crowd()), 1);
    EXPECT_EQ(gate.narrow(a.crowd()), std::nullopt);
  }
  EXPECT_EQ(run(gate, std::vector<std::uint64_t>(4, 0), 1).inside, 1);
  const Gate::Place last(gate, 0);
  EXPECT_EQ(gate.narrow(last.crowd()), std::nullopt);   // fewer than one do not help
}

TEST(Gate, KnowsWhoWasAloneAllTheTime) {
  Gate gate(2);
  auto first = std::make_unique<Gate::Place>(gate, 0);
  EXPECT_TRUE(first->was_alone());
  auto second = std::make_unique<Gate::Place>(gate, 0);
  EXPECT_FALSE(first->was_alone());
  EXPECT_FALSE(second->was_alone());
  second.reset();
  EXPECT_FALSE(first->was_alone());   // not all the time
  second = std::make_unique<Gate::Place>(gate, 0);
  first.reset();
  EXPECT_FALSE(second->was_alone());
}

TEST(Gate, LetsOneBeAloneWhoAsksForThat) {
  Gate gate(8);
  auto first = std::make_unique<Gate::Place>(gate, 0);
  std::atomic<bool> alone_in{false}, alone_out{false};
  std::thread alone([&] {
    const Gate::Place place(gate, 0, Gate::Company::none);
    alone_in = true;
    while (gate.waiting() < 1) std::this_thread::yield();   // the third asks, and stays out
    EXPECT_TRUE(place.was_alone());
    alone_out = true;
  });
  while (gate.waiting() < 1) std::this_thread::yield();
  EXPECT_FALSE(alone_in);
  first.reset();
  while (!alone_in) std::this_thread::yield();
  std::thread third([&] {
    const Gate::Place place(gate, 0);
    EXPECT_TRUE(alone_out);
  });
  alone.join();
  third.join();
}

}   // namespace
}   // namespace warptune
