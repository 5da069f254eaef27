// Runs fits with the many-lane bodies; an Executor, so that tests compare it with the CPU's.
#pragma once

#include "family/forest/cpu_executor.h"
#include "tests/ops/team_kernels.h"

namespace warptune::test {

class TeamExecutor : public ForestExecutor {
 public:
  // arena_bytes: of a wave, small ones make many waves; nodes_shift: of the first, see Waves.
  TeamExecutor(const FitContext& context, const kernels::team::Growers& growers, std::uint64_t arena_bytes,
               std::uint32_t nodes_shift = 0)
      : ForestExecutor(context),
        dataset_(context),
        growers_(growers),
        arena_bytes_(arena_bytes),
        nodes_shift_(nodes_shift) {}
  void set_stop(const std::uint32_t* word) { stop_word_ = word; }   // of launches, UnitArgs::stop
  [[nodiscard]] int outgrown() const { return outgrown_; }          // waves that were grown again
  [[nodiscard]] std::string name() const override { return "team"; }
  [[nodiscard]] std::uint64_t memory_bytes() const override { return 1ull << 30; }
  void sums(std::span<const FitTask> tasks, const std::stop_token& stop, const OnSums& on_sums) override;
  [[nodiscard]] Counters counters() const override { return {}; }

 private:
  CpuDataset dataset_;
  kernels::team::Growers growers_;
  std::uint64_t arena_bytes_;
  std::uint32_t nodes_shift_;
  int outgrown_ = 0;
  const std::uint32_t* stop_word_ = nullptr;
  std::uint32_t most_trees_ = 7;   // of a wave: fits end in the middle of what the arena has room for
};

}   // namespace warptune::test
