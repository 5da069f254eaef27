// What `warptune families` prints.
#pragma once

#include <string>

#include "warptune/family.h"

namespace warptune {

[[nodiscard]] std::string family_list();                           // name and text of each
[[nodiscard]] std::string parameter_table(const Family& family);   // a row per parameter, then the default space

}   // namespace warptune
