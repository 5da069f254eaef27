// The CPU backend: every kernel for one lane per block, a block per thread. Compiled once per instruction set, each time
// in a namespace of its own (WARPTUNE_BACKEND), so that no symbol is emitted twice.
#include <Random123/philox.h>
#include <immintrin.h>

#include "kernels/backend.h"

#define DEVICE inline

namespace warptune::kernels::WARPTUNE_BACKEND {
namespace {

inline constexpr i64 smallest_key = -0x7fffffffffffffffll - 1;

// These build on each other, in this order.
// clang-format off
#include "kernels/exec/cpu_block.h"
#include "kernels/math/bits.h"
#include "kernels/math/words.h"
#include "kernels/math/philox.h"
#include "kernels/math/philox_lanes.h"
#include "kernels/math/explog.h"
#include "kernels/stat/criterion.h"
#include "kernels/stat/class_counts.h"
#include "kernels/stat/class_counts_single.h"
#include "kernels/ops/features.h"
#include "kernels/ops/threshold.h"
#include "kernels/ops/draw.h"
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
#include "kernels/ops/votes_single.h"
#include "kernels/metric/row_votes.h"
#include "kernels/metric/accuracy.h"
#include "kernels/metric/balanced_accuracy.h"
#include "kernels/metric/log_loss.h"
#include "kernels/metric/roc_auc.h"
#include "kernels/forest/score.h"
// clang-format on

u64 tree_workspace_bytes(const DatasetView& data, const Fit& fit) {
  return carve_single<ClassCounts>(nullptr, data, fit).bytes;
}

void grow(const GrowArgs& a, u32 unit, u8* workspace) {
  SingleLane block;
  u32 shared_count = 0;
  grow_tree<ClassCounts>(block, a, a.units[unit], workspace, &shared_count);
}

u64 score_workspace_bytes(const ScoreUnit& unit, const Fit& fit) { return kept_votes_bytes(unit.rows, fit); }

void score(const ScoreArgs& a, u32 unit, u8* workspace) {
  SingleLane block;
  score_rows(block, a, a.units[unit], reinterpret_cast<u64*>(workspace));
}

u64 area_bytes(const Fit& fit) { return area_workspace_bytes(fit.end - fit.begin, 1); }

void area(const AreaArgs& a, u32 unit, u8* workspace) {
  SingleLane block;
  area_of_query(block, a, a.units[unit], workspace);
}

void draw(const DrawArgs& a) {
  for (u32 i = 0; i < a.trials; ++i)
    for (u32 p = 0; p < a.parameters; ++p) {
      const u64 trial = a.first_trial + i;
      a.values[static_cast<u64>(i) * a.parameters + p] = draw_value(a.specs[p], [&](u32 attempt) {
        return philox(a.seed, 16 * p + attempt, 0, static_cast<u32>(trial), static_cast<u32>(trial >> 32));
      });
    }
}

void entropy_terms(i64* terms, u32 count) {
  for (u32 c = 0; c < count; ++c) terms[c] = c < 2 ? 0 : static_cast<i64>(c * log2_of(c) * 4294967296.0 + 0.5);
}

double log_value(double x) { return log_of(x); }

}   // namespace

const CpuKernels kernels = {
#define WARPTUNE_NAME_OF(x) #x
#define WARPTUNE_NAME(x) WARPTUNE_NAME_OF(x)
    WARPTUNE_NAME(WARPTUNE_BACKEND),
    tree_workspace_bytes,
    grow,
    score_workspace_bytes,
    score,
    area_bytes,
    area,
    draw,
    entropy_terms,
    log_value,
};

}   // namespace warptune::kernels::WARPTUNE_BACKEND
