#include "base/thread_pool.h"

#include <future>

namespace warptune {

ThreadPool::ThreadPool(int threads, const ThreadStarter& starter) {
  if (threads < 2) return;
  // Holds a place until the others have started.
  std::promise<void> started;
  std::vector<std::thread> spare;
  const bool any = start_another(
      spare, [&started] { started.get_future().wait(); }, starter);
  workers_.reserve(static_cast<std::size_t>(threads) - 1);
  for (int t = 1; t < threads && any; ++t)
    if (!start_another(
            workers_, [this, t] { serve(t); }, starter))
      break;
  started.set_value();
  for (std::thread& thread : spare) thread.join();
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  start_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(std::uint32_t units, const std::function<void(std::uint32_t, int)>& work,
                     const std::stop_token& stop) {
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    stop_ = &stop;
    units_ = units;
    next_.store(0, std::memory_order_relaxed);
    busy_ = static_cast<int>(workers_.size());
    ++generation_;
  }
  start_.notify_all();
  take_units(0);
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return busy_ == 0; });
}

void ThreadPool::serve(int thread) {
  std::uint64_t seen = 0;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      start_.wait(lock, [&] { return ending_ || generation_ != seen; });
      if (ending_) return;
      seen = generation_;
    }
    take_units(thread);
    const std::lock_guard lock(mutex_);
    if (--busy_ == 0) done_.notify_one();
  }
}

void ThreadPool::take_units(int thread) {
  while (!stop_->stop_requested()) {
    const std::uint32_t unit = next_.fetch_add(1, std::memory_order_relaxed);
    if (unit >= units_) return;
    (*work_)(unit, thread);
  }
}

}   // namespace warptune
