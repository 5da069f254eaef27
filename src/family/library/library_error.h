// What a library that trains says went wrong.
#pragma once

#include <string>

namespace warptune {

// The message is the library's, without the place in its source.
struct TrainerError {
  std::string message;
};

}   // namespace warptune
