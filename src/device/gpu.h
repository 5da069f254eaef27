// A GPU as this program knows it, without a word of CUDA.
#pragma once

#include <string>

namespace warptune {

struct GpuSpeed {
  double clocks_per_second = 0;   // of all its multiprocessors together
  int processors = 1;             // multiprocessors
};

struct Gpu {
  int index = 0;
  std::string text;   // name, compute capability, memory
  GpuSpeed speed;
  std::string refused = {};   // why it cannot be used, with its name; empty: it may be tried
};

}   // namespace warptune
