// Starting threads where the system may have none left: a limit on processes, of a user or of a control group. Then there
// are fewer, and those that run are still joined.
#pragma once

#include <fmt/format.h>
#include <functional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace warptune {

// Throws std::system_error where no thread can be started; tests give another one.
using ThreadStarter = std::function<std::thread(std::function<void()>)>;

inline std::thread start_thread(std::function<void()> body) { return std::thread(std::move(body)); }

// False if there is none for it.
inline bool start_another(std::vector<std::thread>& threads, std::function<void()> body,
                          const ThreadStarter& starter = start_thread) {
  threads.reserve(threads.size() + 1);
  try {
    threads.push_back(starter(std::move(body)));
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

// For the user, where that was noticed.
[[nodiscard]] inline std::string note_of_fewer_threads(std::size_t started, std::size_t wanted) {
  return fmt::format("only {} of {} threads could be started: too few processes are allowed here (ulimit -u)", started,
                     wanted);
}

}   // namespace warptune
