// Runs fits on the CPU's cores: one tree per thread at a time, with the widest instruction set this processor has.
#pragma once

#include <memory>

#include "base/thread_pool.h"
#include "device/cpu_kernels.h"
#include "family/forest/forest_executor.h"

namespace warptune {

class Waves;

// Everything that the CPU's kernels read of a dataset; borrows it.
class CpuDataset {
 public:
  explicit CpuDataset(const FitContext& context);
  [[nodiscard]] const kernels::DatasetView& view() const { return view_; }
  // Fit::class_order; nullptr where no tree of the study needs it.
  [[nodiscard]] const std::uint32_t* class_order() const {
    return class_order_.empty() ? nullptr : class_order_.data();
  }
  // Lengths of the view's arrays of those names.
  [[nodiscard]] std::size_t values() const { return values_.size(); }
  [[nodiscard]] std::size_t bin_begins() const { return bin_begin_.size(); }

 private:
  std::vector<std::uint8_t> feature_bins_, feature_missing_, feature_fine_;
  std::vector<double> values_;
  std::vector<std::uint32_t> bin_begin_, feature_begin_, class_order_;
  std::vector<std::int64_t> entropy_terms_;
  kernels::DatasetView view_{};
};

class CpuExecutor : public ForestExecutor {
 public:
  // memory_bytes: for batches, beside the dataset.
  CpuExecutor(const FitContext& context, int threads, std::uint64_t memory_bytes);
  [[nodiscard]] int threads() const { return pool_.threads(); }   // those that could be started
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::uint64_t memory_bytes() const override { return memory_bytes_; }
  void sums(std::span<const FitTask> tasks, const std::stop_token& stop, const OnSums& on_sums) override;
  [[nodiscard]] Counters counters() const override { return counters_; }

 private:
  [[nodiscard]] std::uint64_t workspace_bytes(const Waves& waves) const;

  const kernels::CpuKernels& kernels_;
  CpuDataset dataset_;
  ThreadPool pool_;
  std::uint64_t memory_bytes_;
  Counters counters_;
};

}   // namespace warptune
