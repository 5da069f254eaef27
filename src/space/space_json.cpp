#include "space/space_json.h"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

#include "space/distribution.h"
#include "space/list.h"

namespace warptune {
namespace {

using nlohmann::json;
using Kind = Distribution::Kind;

constexpr std::string_view kind_names[] = {"fixed", "int", "float", "choice"};   // in the order of Distribution::Kind

bool is_range(Kind kind) { return kind == Kind::integer || kind == Kind::real; }

Result<Value> member(const json& object, const char* key, const std::string& where) {
  const auto it = object.find(key);
  if (it == object.end()) return failure(fmt::format("{}: \"{}\" is missing", where, key));
  return value_from_json(*it, where);
}

// An integer's low, high or step that is written as a real.
Value number_of(Kind kind, const Value& value) {
  const double* const real = std::get_if<double>(&value);
  constexpr double exact_integers = 9007199254740992;   // 2^53
  const bool whole = real != nullptr && *real == std::floor(*real) && std::abs(*real) <= exact_integers;
  return kind == Kind::integer && whole ? Value(static_cast<std::int64_t>(*real)) : value;
}

Result<Distribution> range_from_json(Kind kind, const json& object, const std::string& where) {
  Result<Value> low = member(object, "low", where), high = member(object, "high", where),
                step = member(object, "step", where), log = member(object, "log", where);
  for (const auto* value : {&low, &high, &step, &log}) {
    if (!*value) return tl::unexpected(value->error());
  }
  if (!std::holds_alternative<bool>(*log)) return failure(where + ": \"log\" must be true or false");
  Range range{kind, number_of(kind, *low), number_of(kind, *high), std::nullopt, std::get<bool>(*log)};
  const Value stride = number_of(kind, *step);
  const bool none = kind == Kind::integer ? range.log && stride == Value(std::int64_t{1})
                                          : stride == Value(0.0) || stride == Value(std::int64_t{0});
  if (!none && !std::holds_alternative<None>(stride)) range.step = stride;
  return make_range(range, where);
}

Result<Distribution> choices_from_json(Kind kind, const json& object, const std::string& where) {
  const auto list = object.find("choices");
  if (list == object.end() || !list->is_array()) return failure(where + ": \"choices\" must be a list");
  std::vector<Value> choices;
  for (const json& item : *list) {
    Result<Value> choice = value_from_json(item, where);
    if (!choice) return tl::unexpected(choice.error());
    choices.push_back(std::move(*choice));
  }
  if (kind == Kind::choice) return make_choice(std::move(choices), where);
  if (choices.size() != 1) return failure(where + ": a fixed parameter has one value");
  return make_fixed(std::move(choices.front()), where);
}

Result<Distribution> distribution_from_json(const json& object, const std::string& where) {
  const auto word = object.find("kind");
  for (std::size_t kind = 0; kind < std::size(kind_names); ++kind) {
    if (word == object.end() || *word != kind_names[kind]) continue;
    const auto known = static_cast<Kind>(kind);
    return is_range(known) ? range_from_json(known, object, where) : choices_from_json(known, object, where);
  }
  return failure(where + ": \"kind\" must be int, float, choice or fixed");
}

}   // namespace

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

Result<Value> value_from_json(const json& value, const std::string& where) {
  if (value.is_null()) return None{};
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float() && std::isfinite(value.get<double>())) return value.get<double>();
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return failure(where + ": an integer does not fit 64 bits");
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (auto list = list_from_json(value)) return std::move(*list);
  return failure(where + ": a value must be a number, a word, true, false, null or a list of such");
}

json to_json(const Space& space, SpaceLayout layout) {
  json list = json::array();
  for (const Parameter& parameter : space.parameters) {
    const Distribution& distribution = parameter.distribution;
    json item = {{"name", parameter.name}, {"kind", kind_names[static_cast<std::size_t>(distribution.kind)]}};
    if (is_range(distribution.kind)) {
      const bool integer = distribution.kind == Kind::integer, exact = layout == SpaceLayout::exact;
      const auto number = [&](double value) {
        return exact && integer ? json(static_cast<std::int64_t>(value)) : json(value);
      };
      const bool stepped = integer ? !distribution.log : distribution.step > 0;
      item["low"] = number(distribution.low);
      item["high"] = number(distribution.high);
      item["step"] = exact && !stepped ? json() : number(distribution.step);
      item["log"] = distribution.log;
    } else {
      item["choices"] = json::array();
      for (const Value& choice : distribution.choices) item["choices"].push_back(to_json(choice));
    }
    list.push_back(std::move(item));
  }
  return list;
}

Result<Space> space_from_json(const json& list, const std::string& where) {
  if (!list.is_array()) return failure(where + ": the space is not a list of parameters");
  Space space;
  std::set<std::string> names;
  for (const json& item : list) {
    const auto name = item.find("name");   // end() of what is not an object
    if (name == item.end() || !name->is_string()) return failure(where + ": a parameter of the space has no name");
    Parameter parameter;
    parameter.name = name->get<std::string>();
    if (auto checked = check_parameter_name(parameter.name, where); !checked) return tl::unexpected(checked.error());
    const std::string here = fmt::format("{}: parameter {}", where, parameter.name);
    if (!names.insert(parameter.name).second) return failure(here + " is there twice");
    Result<Distribution> distribution = distribution_from_json(item, here);
    if (!distribution) return tl::unexpected(distribution.error());
    parameter.distribution = std::move(*distribution);
    space.parameters.push_back(std::move(parameter));
  }
  return space;
}

}   // namespace warptune
