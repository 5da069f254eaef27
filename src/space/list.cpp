#include "space/list.h"

#include <algorithm>
#include <cmath>

namespace warptune {
namespace {

using nlohmann::json;

constexpr int most_levels = 16;   // a journal's lines may have 100, which other things share

bool is_element(const json& node, int level) {
  if (node.is_array())
    return level < most_levels &&
           std::all_of(node.begin(), node.end(), [&](const json& inner) { return is_element(inner, level + 1); });
  if (node.is_number_float()) return std::isfinite(node.get<double>());
  return node.is_primitive() && !node.is_binary();
}

}   // namespace

std::optional<List> parse_list(std::string_view text) {
  if (!text.starts_with('[')) return std::nullopt;
  return list_from_json(json::parse(text, nullptr, false));
}

std::optional<List> list_from_json(const json& node) {
  if (!node.is_array() || !is_element(node, 0)) return std::nullopt;
  return List{node.dump(-1, ' ', false, json::error_handler_t::replace)};
}

}   // namespace warptune
