// Worker threads that live as long as the executor and take units of work from one counter.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/start_thread.h"

namespace warptune {

class ThreadPool {
 public:
  // threads: the caller's and the others; fewer where the system has no more. Then one is left free, for who watches the
  // study.
  explicit ThreadPool(int threads, const ThreadStarter& starter = start_thread);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls work(unit, thread) for every unit in [0, units), on the pool's threads and the calling one; returns when all
  // are done. Stops handing out units once `stop` is asked for.
  void run(std::uint32_t units, const std::function<void(std::uint32_t, int)>& work, const std::stop_token& stop);

 private:
  void serve(int thread);
  void take_units(int thread);

  std::mutex mutex_;
  std::condition_variable start_, done_;
  std::uint64_t generation_ = 0;
  int busy_ = 0;
  bool ending_ = false;
  const std::function<void(std::uint32_t, int)>* work_ = nullptr;
  const std::stop_token* stop_ = nullptr;
  std::atomic<std::uint32_t> next_{0};
  std::uint32_t units_ = 0;
  std::vector<std::thread> workers_;
};

}   // namespace warptune
