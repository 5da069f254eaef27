#include "tests/ops/team_executor.h"

#include <cstring>

#include "family/forest/rounds.h"
#include "tests/ops/team_kernels.h"

namespace warptune::test {

void TeamExecutor::sums(std::span<const FitTask> tasks, const std::stop_token&, const OnSums& on_sums) {
  using kernels::u64;
  using kernels::u8;
  std::vector<PreparedFit> prepared;
  for (const FitTask& task : tasks) prepared.push_back(prepare_fit(context_, task));
  Rounds rounds(std::move(prepared), arena_bytes_, 137);
  u64 workspace = 0;
  for (const PreparedFit& fit : rounds.fits()) {
    workspace = std::max(workspace, kernels::team::tree_workspace_bytes(dataset_.view(), fit.fit));
    workspace = std::max(workspace, kernels::team::area_bytes(fit.fit, lanes_));
    workspace = std::max(workspace, kernels::team::score_workspace_bytes(rounds.score_rows(fit), fit.fit));
  }
  // Words of 64 bytes: aligned as the kernels need them.
  struct alignas(64) Line {
    u8 bytes[64];
  };
  std::vector<Line> kept(rounds.kept_bytes() / 64 + 1), arena(rounds.largest_arena_bytes() / 64 + 1),
      work(workspace / 64 + 1), tables(rounds.largest_tables_bytes() / 64 + 1);
  std::memset(static_cast<void*>(kept.data()), 0, kept.size() * 64);
  std::memset(static_cast<void*>(arena.data()), 0xcd, arena.size() * 64);
  std::memset(static_cast<void*>(work.data()), 0xcd, work.size() * 64);
  u8* base = tables.data()->bytes;
  const auto* sums = reinterpret_cast<const u64*>(kept.data()->bytes);
  while (!rounds.done()) {
    const Round round = rounds.next({base, kept.data()->bytes, arena.data()->bytes, context_.split->order.data(),
                                     dataset_.class_order()},
                                    most_trees_);
    std::memcpy(base, round.tables.data(), round.tables.size());
    kernels::GrowArgs trees = round.args(dataset_.view(), base, round.trees);
    trees.stop = stop_word_;
    for (std::uint32_t i = 0; i < round.trees.count; ++i)
      kernels::team::grow(trees, i, work.data()->bytes, lanes_, cell_words_);
    for (std::uint32_t i = 0; i < round.scores.count; ++i)
      kernels::team::score(round.args(dataset_.view(), base, round.scores), i, work.data()->bytes, lanes_);
    for (std::uint32_t i = 0; i < round.areas.count; ++i)
      kernels::team::area(round.args(dataset_.view(), base, round.areas), i, work.data()->bytes, lanes_);
    ask_pruner(tasks, rounds, sums);
  }
  for (std::size_t i = 0; i < tasks.size(); ++i)
    on_sums(i, {sums + rounds.sums_offset(i), rounds.fits()[i].sums_count()});
}

}   // namespace warptune::test
