// The kernels' functions of numbers, compiled for the tests themselves.
#pragma once

#include <Random123/philox.h>

#include "kernels/forest/forest.h"
#include "kernels/ops/draw_spec.h"

#define DEVICE inline

namespace warptune::kernels::host_math {

#include "kernels/math/bits.h"

#include "kernels/math/words.h"

#include "kernels/math/philox.h"

#include "kernels/math/explog.h"

#include "kernels/math/rough.h"

#include "kernels/stat/criterion.h"

#include "kernels/stat/gini_words.h"

#include "kernels/ops/draw.h"

}   // namespace warptune::kernels::host_math

#undef DEVICE
