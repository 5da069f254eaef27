#include <algorithm>

#include "base/setting_mark.h"
#include "warptune/error.h"

namespace warptune {

std::string plain_text(std::string text) {
  std::erase_if(text, [](char c) { return c == mark_begin || c == mark_end; });
  return text;
}

}   // namespace warptune
