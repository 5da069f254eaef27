#include "space/value_json.h"

#include <type_traits>

namespace warptune {

using nlohmann::json;

json to_json(const Value& value) {
  return std::visit(
      [](const auto& it) -> json {
        using It = std::decay_t<decltype(it)>;
        if constexpr (std::is_same_v<It, None>) {
          return nullptr;
        } else if constexpr (std::is_same_v<It, List>) {
          return json::parse(it.json, nullptr, false);
        } else {
          return it;
        }
      },
      value);
}

}   // namespace warptune
