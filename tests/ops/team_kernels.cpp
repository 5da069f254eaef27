#include "tests/ops/team_kernels.h"

#include <Random123/philox.h>
#include <pthread.h>

#include <thread>
#include <vector>

#define DEVICE inline

namespace warptune::kernels::team {
namespace {

inline constexpr i64 smallest_key = -0x7fffffffffffffffll - 1;

// These build on each other, in this order.
// clang-format off
#include "kernels/exec/team_block.h"
#include "kernels/math/bits.h"
#include "kernels/math/words.h"
#include "kernels/math/philox.h"
#include "kernels/math/explog.h"
#include "kernels/math/rough.h"
#include "kernels/stat/criterion.h"
#include "kernels/stat/gini_words.h"
#include "kernels/stat/class_counts.h"
#include "kernels/stat/class_counts_team.h"
#include "kernels/stat/two_counts_team.h"
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
#include "kernels/metric/row_votes.h"
#include "kernels/metric/accuracy.h"
#include "kernels/metric/balanced_accuracy.h"
#include "kernels/metric/log_loss.h"
#include "kernels/metric/roc_auc.h"
#include "kernels/forest/score_team.h"
#include "kernels/forest/score.h"
// clang-format on

template <class Work>
void run_lanes(u32 lanes, const u32* stop, Work work) {
  TeamShared shared(lanes);
  shared.stop = stop;
  std::vector<std::thread> threads;
  for (u32 lane = 0; lane < lanes; ++lane)
    threads.emplace_back([&, lane] {
      TeamBlock block{&shared, lane, lanes};
      work(block);
    });
  for (std::thread& thread : threads) thread.join();
}

}   // namespace

u64 tree_workspace_bytes(const DatasetView& data, const Fit& fit) {
  return carve_team<ClassCounts>(nullptr, data, fit).bytes;
}

template <class Stat>
static void grow_with(const GrowArgs& a, u32 unit, u8* workspace, u32 lanes, u32 bucket_words) {
  std::vector<u32> buckets(bucket_words);
  u32 shared_count = 0;
  CarvedTeam<Stat> carved{};
  run_lanes(lanes, a.stop, [&](TeamBlock& block) {
    grow_tree(block, a, a.units[unit], workspace, buckets.data(), bucket_words, carved, &shared_count);
  });
}

// Both Stats that may grow a tree of two classes give the same one: each grows every other.
void grow(const GrowArgs& a, u32 unit, u8* workspace, u32 lanes, u32 bucket_words) {
  const Fit& fit = a.fits[a.units[unit].fit];
  const bool plain = TwoCounts::serves(a.data, fit) && bucket_words >= plain_words(a.data) && unit % 2 == 0;
  (plain ? grow_with<TwoCounts> : grow_with<ClassCounts>)(a, unit, workspace, lanes, bucket_words);
}

u64 score_workspace_bytes(u32 rows, const Fit& fit) { return kept_votes_bytes(rows, fit); }

void score(const ScoreArgs& a, u32 unit, u8* workspace, u32 lanes) {
  run_lanes(lanes, a.stop,
            [&](TeamBlock& block) { score_rows(block, a, a.units[unit], reinterpret_cast<u64*>(workspace)); });
}

u64 area_bytes(const Fit& fit, u32 lanes) { return area_workspace_bytes(fit.end - fit.begin, lanes); }

void area(const AreaArgs& a, u32 unit, u8* workspace, u32 lanes) {
  run_lanes(lanes, a.stop, [&](TeamBlock& block) { area_of_query(block, a, a.units[unit], workspace); });
}

}   // namespace warptune::kernels::team
