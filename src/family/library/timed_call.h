// How long a library works.
#pragma once

#include <chrono>

namespace warptune {

// Adds the time until its end to the seconds inside the library.
class InLibrary {
 public:
  explicit InLibrary(double& seconds) : seconds_(seconds) {}
  ~InLibrary() { seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }
  InLibrary(const InLibrary&) = delete;
  InLibrary& operator=(const InLibrary&) = delete;

 private:
  double& seconds_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}   // namespace warptune
