// What ranges of a fit's length hand on to each other.
#include "run/relay.h"

#include <gtest/gtest.h>

#include <thread>

namespace warptune {
namespace {

using Numbers = std::vector<std::uint64_t>;
Numbers numbers(std::span<const std::uint64_t> given) { return {given.begin(), given.end()}; }

TEST(Relay, GivesWhatItWasGivenVariantByVariant) {
  Relay relay(3, 6, 2);
  relay.begin(3, 6);
  relay.give(4, 6, Numbers{40, 41, 50, 51});
  relay.give(3, 4, Numbers{30, 31});
  EXPECT_EQ(numbers(relay.wait(3, 6, {})), (Numbers{30, 31, 40, 41, 50, 51}));
  EXPECT_EQ(numbers(relay.wait(4, 5, {})), (Numbers{40, 41}));
}

TEST(Relay, WaitsForWhatIsBeingTrained) {
  Relay relay(0, 2, 1);
  relay.begin(0, 2);
  std::jthread later([&] {
    relay.give(0, 1, Numbers{1});
    relay.give(1, 2, Numbers{2});
  });
  EXPECT_EQ(numbers(relay.wait(0, 2, {})), (Numbers{1, 2}));
}

TEST(Relay, DoesNotWaitForWhatNobodyTrains) {
  Relay relay(0, 2, 1);
  EXPECT_TRUE(relay.wait(0, 2, {}).empty());
  relay.begin(0, 2);
  relay.give(0, 1, Numbers{1});
  std::jthread later([&] { relay.end(0, 2); });
  EXPECT_TRUE(relay.wait(0, 2, {}).empty());
  EXPECT_EQ(numbers(relay.wait(0, 1, {})), Numbers{1});
  relay.begin(0, 2);   // again, the first one for nothing
  relay.give(0, 2, Numbers{1, 2});
  relay.end(0, 2);
  EXPECT_EQ(numbers(relay.wait(0, 2, {})), (Numbers{1, 2}));
}

TEST(Relay, DoesNotWaitOnceItIsAskedToStop) {
  Relay relay(0, 1, 1);
  relay.begin(0, 1);
  std::stop_source stop;
  std::jthread later([&] { stop.request_stop(); });
  EXPECT_TRUE(relay.wait(0, 1, stop.get_token()).empty());
}

}   // namespace
}   // namespace warptune
