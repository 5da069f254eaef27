// The many-lane bodies of the kernels, run by threads: what a GPU's block does, where ThreadSanitizer can see it.
#pragma once

#include "kernels/forest/forest.h"

namespace warptune::kernels::team {

// Who grows a tree: a gang of so many blocks, or one block; lanes: of a block; bucket_words: size of its histograms' memory.
struct Growers {
  u32 lanes, bucket_words, blocks = 1;
};
u64 tree_workspace_bytes(const DatasetView& data, const Fit& fit, u32 blocks);
// One unit, by a thread for each lane.
void grow(const GrowArgs& a, u32 unit, u8* workspace, const Growers& growers);
u64 score_workspace_bytes(u32 rows, const Fit& fit);
void score(const ScoreArgs& a, u32 unit, u8* workspace, u32 lanes);
u64 area_bytes(const Fit& fit, u32 lanes);
void area(const AreaArgs& a, u32 unit, u8* workspace, u32 lanes);

}   // namespace warptune::kernels::team
