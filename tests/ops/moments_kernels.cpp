#include "tests/ops/moments_kernels.h"

#include <Random123/philox.h>
#include <immintrin.h>
#include <pthread.h>

#include <algorithm>
#include <thread>

#define DEVICE inline

// clang-format off
namespace warptune::kernels::moments_single {
namespace {

inline constexpr i64 smallest_key = -0x7fffffffffffffffll - 1;

#include "kernels/exec/cpu_block.h"
#include "kernels/math/bits.h"
#include "kernels/math/words.h"
#include "kernels/math/philox.h"
#include "kernels/math/philox_lanes.h"
#include "tests/ops/moments.h"
#include "kernels/ops/features.h"
#include "kernels/ops/threshold.h"
#include "kernels/forest/rows_single.h"
#include "kernels/forest/tree.h"
#include "kernels/ops/sample.h"
#include "kernels/ops/sample_single.h"
#include "kernels/ops/split_limits.h"
#include "kernels/ops/node_single.h"
#include "kernels/ops/axis_single.h"
#include "kernels/ops/search_pairs_single.h"
#include "kernels/ops/search_sums_single.h"
#include "kernels/ops/search_single.h"
#include "kernels/ops/partition_single.h"
#include "kernels/forest/structure.h"
#include "kernels/forest/grow.h"
#include "kernels/forest/grow_single.h"

}   // namespace
}   // namespace warptune::kernels::moments_single

namespace warptune::kernels::moments_team {
namespace {

inline constexpr i64 smallest_key = -0x7fffffffffffffffll - 1;

#include "kernels/exec/team_block.h"
#include "kernels/math/bits.h"
#include "kernels/math/words.h"
#include "kernels/math/philox.h"
#include "kernels/math/explog.h"
#include "kernels/math/rough.h"
#include "tests/ops/moments.h"
#include "kernels/ops/features.h"
#include "kernels/ops/threshold.h"
#include "kernels/forest/rows_team.h"
#include "kernels/forest/tree.h"
#include "kernels/ops/sample.h"
#include "kernels/ops/split_limits.h"
#include "kernels/ops/best_word_team.h"
#include "kernels/ops/slot_team.h"
#include "kernels/ops/search_classes_team.h"
#include "kernels/ops/search_slot_team.h"
#include "kernels/ops/search_team.h"
#include "kernels/ops/small_node_team.h"
#include "kernels/ops/search_small_team.h"
#include "kernels/forest/structure.h"
#include "kernels/forest/grow.h"
#include "kernels/forest/grow_team.h"

}   // namespace
}   // namespace warptune::kernels::moments_team
// clang-format on

namespace warptune::test {

namespace {

using namespace kernels;

struct alignas(64) Line {
  u8 bytes[64];
};
std::vector<Line> lines(u64 bytes) { return std::vector<Line>(bytes / 64 + 1); }

template <class Tree>
MomentsTree copy_of(const Tree& t, u32 train) {
  MomentsTree tree;
  u32 count = 1;
  for (u32 v = 0; v < count; ++v) {
    tree.nodes.push_back({t.feature[v], t.threshold[v], t.left[v], t.sums[2 * v], t.sums[2 * v + 1]});
    if (t.feature[v] != none32) count = std::max(count, t.left[v] + 2);
  }
  tree.draws.assign(t.draws, t.draws + train);
  return tree;
}

template <bool paired>
MomentsTree grow_single(const DatasetView& data, const Fit& fit) {
  using namespace moments_single;
  using Stat = Moments<paired>;
  const GrowArgs args{data, &fit, nullptr, 1, nullptr, nullptr, 0};
  std::vector<Line> workspace = lines(carve_single<Stat>(nullptr, data, fit).bytes);
  SingleLane block;
  u32 shared_count = 0;
  grow_tree<Stat>(block, args, TreeUnit{0, 0}, workspace.data()->bytes, &shared_count);
  return copy_of(carve_single<Stat>(workspace.data()->bytes, data, fit).tree, fit.train.rows);
}

template <bool paired>
MomentsTree grow_team(const DatasetView& data, const Fit& fit, u32 lanes) {
  using namespace moments_team;
  using Stat = Moments<paired>;
  const GrowArgs args{data, &fit, nullptr, 1, nullptr, nullptr, 0};
  const u64 bytes = carve_team<Stat>(nullptr, data, fit).bytes;
  std::vector<Line> workspace = lines(bytes), buckets = lines(80000);
  CarvedTeam<Stat> carved{};
  u32 shared_count = 0;
  TeamShared shared(lanes);
  std::vector<std::thread> threads;
  for (u32 lane = 0; lane < lanes; ++lane)
    threads.emplace_back([&, lane] {
      TeamBlock block{&shared, lane, lanes};
      grow_tree(block, args, TreeUnit{0, 0}, workspace.data()->bytes, reinterpret_cast<u32*>(buckets.data()), 20000,
                carved, &shared_count);
    });
  for (std::thread& thread : threads) thread.join();
  return copy_of(carve_team<Stat>(workspace.data()->bytes, data, fit).tree, fit.train.rows);
}

}   // namespace

MomentsTree grow_moments(const DatasetView& data, Fit fit, bool paired, u32 lanes) {
  const u32 valid = fit.end - fit.begin;
  std::vector<u32> leaf(valid), cut(fit.max_nodes), value(fit.max_nodes);
  fit.leaf = leaf.data();
  fit.cut = cut.data();
  fit.value = value.data();
  fit.trees = 1;
  MomentsTree tree = lanes == 1 ? (paired ? grow_single<true>(data, fit) : grow_single<false>(data, fit))
                                : (paired ? grow_team<true>(data, fit, lanes) : grow_team<false>(data, fit, lanes));
  for (const u32 v : leaf) tree.value.push_back(cut[v]);
  tree.leaf = leaf;
  return tree;
}

}   // namespace warptune::test

#undef DEVICE
