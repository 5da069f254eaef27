// A thread that looks after a running study every few hundredths of a second: interrupts, the time limit, the progress
// line, the journal's lock.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace warptune {

class Watch {
 public:
  explicit Watch(std::function<void()> look, std::chrono::milliseconds every = std::chrono::milliseconds(50))
      : look_(std::move(look)), thread_([this, every] {
          std::unique_lock lock(mutex_);
          while (!changed_.wait_for(lock, every, [this] { return ending_; })) look_();
        }) {}
  ~Watch() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  std::function<void()> look_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::thread thread_;
};

}   // namespace warptune
