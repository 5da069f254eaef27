// Takes as many GPUs as are wanted of those there are, passing over what cannot be used.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "device/gpu.h"
#include "warptune/error.h"

namespace warptune {

// Makes a GPU ready for the study's work.
using TakeGpu = std::function<Result<void>(const Gpu&)>;

struct Taken {
  std::vector<Gpu> gpus;
  std::vector<Error> refused;   // of those that were tried
};

// In their order.
[[nodiscard]] inline Taken take_gpus(std::span<const Gpu> gpus, std::size_t wanted, const TakeGpu& take) {
  Taken taken;
  for (const Gpu& gpu : gpus) {
    if (taken.gpus.size() == wanted) break;
    if (Result<void> its = take(gpu); its)
      taken.gpus.push_back(gpu);
    else
      taken.refused.push_back(its.error());
  }
  return taken;
}

}   // namespace warptune
