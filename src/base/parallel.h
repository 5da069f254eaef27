// Independent pieces of work on several threads. Pieces are taken from a counter, so nothing may depend on who does what.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/start_thread.h"

namespace warptune {

// Calls work(i, thread) for every i in [0, count), thread in [0, threads). The first exception is thrown again when all threads have ended.
template <class Work>
void for_each_piece(std::size_t count, int threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr error;
  std::mutex error_mutex;
  const auto run = [&](std::size_t thread) {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i, thread);
    } catch (...) {
      const std::lock_guard lock(error_mutex);
      if (!error) error = std::current_exception();
      next = count;
    }
  };
  {
    const std::size_t helpful = std::min(count, static_cast<std::size_t>(std::max(threads, 1)));
    std::vector<std::thread> others;
    others.reserve(helpful);
    for (std::size_t t = 1; t < helpful; ++t)
      if (!start_another(others, [&run, t] { run(t); })) break;   // this thread does what they do not
    run(0);
    for (std::thread& thread : others) thread.join();
  }
  if (error) std::rethrow_exception(error);
}

}   // namespace warptune
