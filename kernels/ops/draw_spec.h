// How one parameter is drawn: plain data that host and device share.
#pragma once

#include "kernels/exec/types.h"

namespace warptune::kernels {

enum DrawKind : u32 {
  draw_index = 0,         // low + step * index, index uniform below count
  draw_uniform = 1,       // uniform in [low, high)
  draw_log = 2,           // exp of a uniform in [low, high): bounds are logarithms
  draw_log_integer = 3,   // the same, rounded
};

struct DrawSpec {
  u32 kind;
  u32 pad;
  u64 count;
  double low, high, step;
  double least, most;   // the result is clipped to these
};

struct DrawArgs {
  const DrawSpec* specs;   // [parameters]
  double* values;          // [trials][parameters]
  u64 seed, first_trial;
  u32 trials, parameters;
};

}   // namespace warptune::kernels
