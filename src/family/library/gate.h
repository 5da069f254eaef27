// How many trainings are in flight at once on a device: as many as are allowed and as its memory has room for, by what
// each is expected to need; fewer after memory ran out; one alone where it asks for that.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>

namespace warptune {

class Gate {
 public:
  static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

  // memory: bytes that all in flight may need together.
  explicit Gate(int most, std::uint64_t memory = unlimited) : most_(std::max(1, most)), memory_(memory) {}

  enum class Company { others, none };
  struct Crowd {
    int inside = 0, narrowed = 0;
  };

  // Waits for a place until it is left; places are given in the order of asking. What needs more than there is gets the
  // device to itself: the estimate may be too high.
  class Place {
   public:
    Place(Gate& gate, std::uint64_t bytes, Company company = Company::others)
        : gate_(gate), bytes_(bytes), company_(company) {
      std::unique_lock lock(gate.mutex_);
      ticket_ = gate.tickets_++;
      gate.changed_.wait(lock, [&] {
        if (ticket_ != gate.next_ || gate.closed_) return false;
        if (company == Company::none) return gate.inside_ == 0;
        const bool room = gate.inside_ == 0 || (gate.used_ <= gate.memory_ && bytes <= gate.memory_ - gate.used_);
        const bool place = gate.inside_ < gate.most_;
        beside_ = place && !room ? gate.inside_ : beside_;
        return place && room;
      });
      gate.closed_ = company == Company::none;
      first_ = gate.inside_ == 0;
      narrowed_ = gate.narrowed_;
      ++gate.next_;
      ++gate.inside_;
      gate.used_ += bytes;
      gate.changed_.notify_all();
    }
    ~Place() {
      const std::lock_guard lock(gate_.mutex_);
      if (company_ == Company::none) gate_.closed_ = false;
      --gate_.inside_;
      gate_.used_ -= bytes_;
      gate_.changed_.notify_all();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    // Beside how many it had to wait for memory; 0: it had not.
    [[nodiscard]] int beside() const { return beside_; }
    // Whether nobody else was inside since it was entered.
    [[nodiscard]] bool was_alone() const {
      const std::lock_guard lock(gate_.mutex_);
      return first_ && gate_.next_ == ticket_ + 1;
    }
    // How many are inside, this one too, and how often the gate had been narrowed when it was entered.
    [[nodiscard]] Crowd crowd() const {
      const std::lock_guard lock(gate_.mutex_);
      return {gate_.inside_, narrowed_};
    }

   private:
    Gate& gate_;
    std::uint64_t bytes_, ticket_ = 0;
    Company company_;
    bool first_ = false;
    int beside_ = 0, narrowed_ = 0;
  };

  // How many wait for a place.
  [[nodiscard]] std::uint64_t waiting() {
    const std::lock_guard lock(mutex_);
    return tickets_ - next_;
  }

  // After a training ran out of memory in such a crowd: those that ran out of it together narrow the gate once. Returns
  // how many may be inside from now on; nothing if that is as many as before.
  std::optional<int> narrow(const Crowd& crowd) {
    const std::lock_guard lock(mutex_);
    if (crowd.narrowed != narrowed_ || most_ == 1) return std::nullopt;
    ++narrowed_;
    most_ = std::max(1, std::min(most_, crowd.inside) / 2);
    return most_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int most_, inside_ = 0, narrowed_ = 0;
  bool closed_ = false;               // who is inside wants to be alone
  std::uint64_t memory_, used_ = 0;   // used_: what those inside are expected to need; one alone may exceed memory_
  std::uint64_t tickets_ = 0, next_ = 0;
};

}   // namespace warptune
