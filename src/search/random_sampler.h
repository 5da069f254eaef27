// Random search: one generation of independent draws. Trial i of seed s is the same on every device and for any number of
// trials. Source of the method: Bergstra and Bengio, 2012.
#pragma once

#include <memory>

#include "search/sampler.h"

namespace warptune {

[[nodiscard]] std::unique_ptr<Sampler> random_sampler(const Study& study, Draw draw);

}   // namespace warptune
