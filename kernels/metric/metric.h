// The metrics that the kernels sum, for host and device. A file each says what a row adds to a query's sums
// (forest/score.h takes them); src/metric/ makes scores of those.
#pragma once

#include "kernels/exec/types.h"

namespace warptune::kernels {

enum Metric : u32 { accuracy = 0, balanced_accuracy = 1, log_loss = 2, roc_auc = 3 };

}   // namespace warptune::kernels
