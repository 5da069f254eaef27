// What the blocks of a gang, which grow one tree together, share of their own: in the device's memory, zeroed before a launch.
#pragma once

#include "kernels/exec/types.h"

namespace warptune::kernels {

struct alignas(64) GangWords {
  u32 arrived;      // at sync(); the upper bit turns once all have
  u32 unit;         // taken by the first block
  u32 next;         // taken from by all blocks
  u32 flag;         // that all lanes see
  u32 told[2][4];   // see by_one_block
};

}   // namespace warptune::kernels
