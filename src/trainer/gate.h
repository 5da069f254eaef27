// How many trainings are in flight at once; fewer after memory ran out.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace warptune {

class Gate {
 public:
  explicit Gate(int most) : most_(std::max(1, most)) {}

  // Waits for a place until it is left.
  class Place {
   public:
    explicit Place(Gate& gate) : gate_(gate) {
      std::unique_lock lock(gate.mutex_);
      gate.changed_.wait(lock, [&] { return gate.inside_ < gate.most_; });
      ++gate.inside_;
    }
    ~Place() {
      const std::lock_guard lock(gate_.mutex_);
      --gate_.inside_;
      gate_.changed_.notify_all();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    Gate& gate_;
  };

  // After a training ran out of memory. False if it was alone: fewer at once do not help.
  [[nodiscard]] bool narrow() {
    const std::lock_guard lock(mutex_);
    const bool helps = most_ > 1;
    most_ = std::max(1, std::min(most_, inside_) / 2);
    return helps;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int most_, inside_ = 0;
};

}   // namespace warptune
