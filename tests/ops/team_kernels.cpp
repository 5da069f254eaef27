#include "tests/ops/team_kernels.h"

#include <Random123/philox.h>
#include <pthread.h>

#include <memory>
#include <thread>
#include <vector>

#include "kernels/exec/gang_words.h"

#define DEVICE inline

namespace warptune::kernels::team {
namespace {

inline constexpr i64 smallest_key = -0x7fffffffffffffffll - 1;

// These build on each other, in this order.
// clang-format off
#include "kernels/exec/team_block.h"
#include "kernels/exec/team_gang.h"
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

u64 tree_workspace_bytes(const DatasetView& data, const Fit& fit, u32 blocks) {
  return carve_team<ClassCounts>(nullptr, data, fit, blocks).bytes;
}

template <class Stat>
static void grow_by_block(const GrowArgs& a, u32 unit, u8* workspace, const Growers& growers) {
  std::vector<u32> buckets(growers.bucket_words);
  u32 shared_count = 0;
  CarvedTeam<Stat> carved{};
  run_lanes(growers.lanes, a.stop, [&](TeamBlock& block) {
    grow_tree(block, a, a.units[unit], workspace, buckets.data(), growers.bucket_words, carved, &shared_count);
  });
}

template <class Stat>
static void grow_by_gang(const GrowArgs& a, u32 unit, u8* workspace, const Growers& growers) {
  pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, nullptr, growers.blocks * growers.lanes);
  GangWords words{};
  std::vector<std::thread> blocks;
  for (u32 rank = 0; rank < growers.blocks; ++rank)
    blocks.emplace_back([&, rank] {
      std::vector<u32> buckets(growers.bucket_words);
      u32 own_flag = 0;
      CarvedTeam<Stat> carved{};
      run_lanes(growers.lanes, a.stop, [&](const TeamBlock& own) {
        TeamGang block{own, &barrier, &words, &own_flag, rank, growers.blocks};
        grow_tree(block, a, a.units[unit], workspace, buckets.data(), growers.bucket_words, carved, &words.flag);
      });
    });
  for (std::thread& block : blocks) block.join();
  pthread_barrier_destroy(&barrier);
}

// Both Stats that may grow a tree of two classes give the same one: each grows every other.
void grow(const GrowArgs& a, u32 unit, u8* workspace, const Growers& growers) {
  const Fit& fit = a.fits[a.units[unit].fit];
  const bool plain = TwoCounts::serves(a.data, fit) && growers.bucket_words >= plain_words(a.data) && unit % 2 == 0;
  if (growers.blocks > 1)
    (plain ? grow_by_gang<TwoCounts> : grow_by_gang<ClassCounts>)(a, unit, workspace, growers);
  else
    (plain ? grow_by_block<TwoCounts> : grow_by_block<ClassCounts>)(a, unit, workspace, growers);
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
