#include "device/gpu_opening.h"

#include <utility>

#include "base/start_thread.h"
#include "device/cuda_devices.h"

namespace warptune {

GpuDriver gpu_driver() {
  return {built_with_cuda() ? std::string() : no_cuda().value().message, cuda_devices, cuda_open, cuda_sort_columns};
}

// Where no thread can be started, it is done now.
GpuOpening::GpuOpening(GpuDriver driver, const Pick& pick) : driver_(std::move(driver)) {
  if (!start_another(thread_, [this, pick] { run(pick); })) run(pick);
}

void GpuOpening::wait() {
  for (std::thread& thread : thread_) thread.join();
  thread_.clear();
}

void GpuOpening::run(const Pick& pick) {
  gpus_ = driver_.list();
  if (!gpus_) return;
  opened_.resize(gpus_->size());
  std::vector<std::thread> beside;
  for (const std::size_t place : pick(*gpus_))
    if (!start_another(beside, [this, place] { open_now(place); })) open_now(place);
  for (std::thread& thread : beside) thread.join();
}

void GpuOpening::open_now(std::size_t place) {
  const Gpu& gpu = (*gpus_)[place];
  opened_[place] = gpu.refused.empty() ? driver_.open(gpu) : gpu.refused;
}

const Result<std::vector<Gpu>>& GpuOpening::gpus() {
  wait();
  return gpus_;
}

const std::string& GpuOpening::open(std::size_t place) {
  wait();
  if (!opened_[place]) open_now(place);
  return *opened_[place];
}

}   // namespace warptune
