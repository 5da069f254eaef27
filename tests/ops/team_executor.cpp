#include "tests/ops/team_executor.h"

#include <cstring>

#include "family/forest/waves.h"

namespace warptune::test {

void TeamExecutor::sums(std::span<const FitTask> tasks, const std::stop_token&, const OnSums& on_sums) {
  using kernels::u64;
  using kernels::u8;
  std::vector<PreparedFit> prepared;
  for (const FitTask& task : tasks) prepared.push_back(prepare_fit(context_, task));
  Waves waves(std::move(prepared), arena_bytes_, 137, nodes_shift_);
  // Words of 64 bytes: aligned as the kernels need them.
  struct alignas(64) Line {
    u8 bytes[64];
  };
  std::vector<Line> kept(waves.kept_bytes() / 64 + 1), arena, work, tables;
  std::memset(static_cast<void*>(kept.data()), 0, kept.size() * 64);
  const auto make_room = [&] {
    u64 workspace = 0;
    for (const PreparedFit& fit : waves.fits()) {
      workspace = std::max(workspace, kernels::team::tree_workspace_bytes(dataset_.view(), fit.fit, growers_.blocks));
      workspace = std::max(workspace, kernels::team::area_bytes(fit.fit, growers_.lanes));
      workspace = std::max(workspace, kernels::team::score_workspace_bytes(waves.score_rows(fit), fit.fit));
    }
    tables.resize(waves.largest_tables_bytes() / 64 + 1);
    arena.resize(waves.largest_arena_bytes() / 64 + 1);
    work.resize(workspace / 64 + 1);
    std::memset(static_cast<void*>(arena.data()), 0xcd, arena.size() * 64);
    std::memset(static_cast<void*>(work.data()), 0xcd, work.size() * 64);
  };
  make_room();
  const auto* sums = reinterpret_cast<const u64*>(kept.data()->bytes);
  while (!waves.done()) {
    u8* base = tables.data()->bytes;
    const Wave wave = waves.next({base, kept.data()->bytes, arena.data()->bytes, context_.split->order.data(),
                                  dataset_.class_order()},
                                 most_trees_);
    std::memcpy(base, wave.tables.data(), wave.tables.size());
    kernels::GrowArgs trees = wave.args(dataset_.view(), base, wave.fits_at, wave.trees);
    trees.stop = stop_word_;
    trees.outgrown = reinterpret_cast<u64*>(base + wave.outgrown_at);
    for (std::uint32_t i = 0; i < wave.trees.count; ++i) kernels::team::grow(trees, i, work.data()->bytes, growers_);
    if (*trees.outgrown > 0) {
      ++outgrown_;
      nodes_shift_ /= 2;
      waves.again(nodes_shift_);
      make_room();
      continue;
    }
    for (std::uint32_t i = 0; i < wave.scores.count; ++i)
      kernels::team::score(wave.args(dataset_.view(), base, wave.fits_at, wave.scores), i, work.data()->bytes,
                           growers_.lanes);
    for (std::uint32_t i = 0; i < wave.areas.count; ++i)
      kernels::team::area(wave.args(dataset_.view(), base, wave.fits_at, wave.areas), i, work.data()->bytes,
                          growers_.lanes);
    ask_pruner(tasks, waves, sums);
  }
  for (std::size_t i = 0; i < tasks.size(); ++i)
    on_sums(i, {sums + waves.sums_offset(i), waves.fits()[i].sums_count()});
}

}   // namespace warptune::test
