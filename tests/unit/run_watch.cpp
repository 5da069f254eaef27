// The watch looks again and again from a thread of its own, and no more once it is gone.
#include "run/watch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>

namespace warptune {
namespace {

using namespace std::chrono_literals;

TEST(Watch, LooksAgainAndAgainFromAThreadOfItsOwn) {
  std::counting_semaphore<> looks(0);
  std::atomic<std::thread::id> looker{};
  {
    const Watch watch([&] { looker = std::this_thread::get_id(), looks.release(); }, 1ms);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(looks.try_acquire_for(60s)) << "after " << i << " looks";
  }
  EXPECT_NE(looker.load(), std::this_thread::get_id());
  EXPECT_NE(looker.load(), std::thread::id());
}

TEST(Watch, LooksFirstAfterAPause) {
  std::atomic<int> looks{0};
  {
    const Watch watch([&] { ++looks; }, 1h);
  }
  EXPECT_EQ(looks, 0);
}

// Its end neither waits for the next look nor cuts one short.
TEST(Watch, ALookThatRunsIsWaitedFor) {
  std::counting_semaphore<> looking(0), ending(0);
  std::atomic<bool> ended{false};
  std::thread owner([&] {
    const Watch watch(
        [&] {
          looking.release();
          ending.acquire();
          ended = true;
          ending.release();   // for another look before the end
        },
        1ms);
    looking.acquire();
    ending.release();
  });
  owner.join();
  EXPECT_TRUE(ended);
}

TEST(Watch, ManyMayRunBesideEachOther) {
  std::counting_semaphore<> first(0), second(0);
  const Watch one([&] { first.release(); }, 1ms), two([&] { second.release(); }, 1ms);
  EXPECT_TRUE(first.try_acquire_for(60s));
  EXPECT_TRUE(second.try_acquire_for(60s));
}

}   // namespace
}   // namespace warptune
