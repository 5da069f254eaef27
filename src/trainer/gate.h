// How many trainings are in flight at once on a device: as many as are allowed and as its memory has room for, by what
// each is expected to need; fewer after memory ran out.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>

namespace warptune {

class Gate {
 public:
  static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

  // memory: bytes that all in flight may need together.
  explicit Gate(int most, std::uint64_t memory = unlimited) : most_(std::max(1, most)), memory_(memory) {}

  // Waits for a place until it is left; places are given in the order of asking. What needs more than there is gets the
  // device to itself: the estimate may be too high.
  class Place {
   public:
    Place(Gate& gate, std::uint64_t bytes) : gate_(gate), bytes_(bytes) {
      std::unique_lock lock(gate.mutex_);
      const std::uint64_t ticket = gate.tickets_++;
      gate.changed_.wait(lock, [&] {
        if (ticket != gate.next_) return false;
        const bool room = gate.inside_ == 0 || (gate.used_ <= gate.memory_ && bytes <= gate.memory_ - gate.used_);
        const bool place = gate.inside_ < gate.most_;
        beside_ = place && !room ? gate.inside_ : beside_;
        return place && room;
      });
      ++gate.next_;
      ++gate.inside_;
      gate.used_ += bytes;
      gate.changed_.notify_all();
    }
    ~Place() {
      const std::lock_guard lock(gate_.mutex_);
      --gate_.inside_;
      gate_.used_ -= bytes_;
      gate_.changed_.notify_all();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    // Beside how many it had to wait for memory; 0: it had not.
    [[nodiscard]] int beside() const { return beside_; }

   private:
    Gate& gate_;
    std::uint64_t bytes_;
    int beside_ = 0;
  };

  // How many wait for a place.
  [[nodiscard]] std::uint64_t waiting() {
    const std::lock_guard lock(mutex_);
    return tickets_ - next_;
  }

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
  std::uint64_t memory_, used_ = 0;   // used_: what those inside are expected to need; one alone may exceed memory_
  std::uint64_t tickets_ = 0, next_ = 0;
};

}   // namespace warptune
