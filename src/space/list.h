// Lists as values: JSON arrays of numbers, words, true, false, null and such arrays.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "warptune/space.h"

namespace warptune {

// nullopt for what is no such array.
[[nodiscard]] std::optional<List> parse_list(std::string_view json);
[[nodiscard]] std::optional<List> list_from_json(const nlohmann::json& node);

}   // namespace warptune
