// A study's dataset on a GPU. Only in builds with CUDA.
#pragma once

#include "family/forest/fit_context.h"
#include "kernels/exec/cuda_memory.h"
#include "kernels/forest/forest.h"

namespace warptune {

// The dataset and the folds' row order in a device's memory.
class CudaDataset {
 public:
  // On the current device. Throws CudaError.
  explicit CudaDataset(const FitContext& context);

  [[nodiscard]] const kernels::DatasetView& view() const { return view_; }
  [[nodiscard]] const kernels::u32* order() const { return order_; }
  [[nodiscard]] const kernels::u32* class_order() const { return class_order_; }
  [[nodiscard]] kernels::u64 bytes() const { return bytes_.bytes(); }

 private:
  DeviceBytes bytes_;
  kernels::DatasetView view_{};
  const kernels::u32 *order_ = nullptr, *class_order_ = nullptr;
};

}   // namespace warptune
