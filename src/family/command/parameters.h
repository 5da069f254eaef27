// Any program: warptune names no parameter of it.
#pragma once

#include "warptune/family.h"

namespace warptune {

[[nodiscard]] Family command_family();

}   // namespace warptune
