// Reads "NAME=DISTRIBUTION", the argument of --param.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "base/shown.h"
#include "base/trimmed.h"
#include "space/distribution.h"
#include "warptune/space.h"

namespace warptune {
namespace {

constexpr std::size_t most_text_bytes = 1 << 20;

struct Arguments {
  std::vector<std::string_view> parts;   // "a, [1,2])" -> a, [1,2]; ")" -> none; "a,)" -> a and an empty one
  std::string_view rest;                 // behind the closing )
  const char* missing = nullptr;         // what the text ended without: ), ] or "
};

// text: behind the opening bracket. Commas and brackets within lists and their quotes are the lists'.
Arguments arguments_of(std::string_view text) {
  Arguments arguments;
  std::size_t begin = 0, lists = 0, inner = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '[') ++lists;
    if (c == ']' && lists > 0) --lists;
    if (lists > 0) continue;
    if (c == '(') ++inner;
    const bool closed = c == ')' && inner == 0;
    if (c == ')' && inner > 0) --inner;
    if (!closed && (c != ',' || inner > 0)) continue;
    arguments.parts.push_back(trimmed(text.substr(begin, i - begin)));
    begin = i + 1;
    if (!closed) continue;
    if (arguments.parts.size() == 1 && arguments.parts.front().empty()) arguments.parts.clear();
    arguments.rest = text.substr(begin);
    return arguments;
  }
  arguments.missing = quoted ? "\"" : lists > 0 ? "]" : ")";
  return arguments;
}

Result<Distribution> parse_range(std::string_view word, const std::vector<std::string_view>& arguments,
                                 const std::string& where) {
  const bool integer = word == "int";
  if (arguments.size() < 2)
    return failure(fmt::format("{}: {} needs a low and a high", where, word),
                   fmt::format("write {}", integer         ? "int(1,9)"
                                           : word == "log" ? "log(0.01,0.3)"
                                                           : "float(0,1)"));
  Range range;
  range.kind = integer ? Distribution::Kind::integer : Distribution::Kind::real;
  range.low = parse_value(arguments[0]);
  range.high = parse_value(arguments[1]);
  range.log = word == "log";
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const auto equals = argument.find('=');
    const std::string_view key = trimmed(argument.substr(0, equals));
    if (key == "log" && equals == std::string_view::npos && !range.log) {
      range.log = true;
    } else if (key == "step" && equals != std::string_view::npos && !range.step) {
      range.step = parse_value(trimmed(argument.substr(equals + 1)));
    } else {
      return failure(fmt::format("{}: {} does not belong in {}(low,high)", where,
                                 argument.empty() ? "an empty part" : shown(argument), word),
                     "after low and high come step=STEP or log, once");
    }
  }
  return make_range(range, where);
}

Result<Distribution> parse_distribution(std::string_view text, const std::string& where) {
  const auto open = text.find('(');
  if (open == std::string_view::npos || text.find_first_of("[{\"'") < open) return make_fixed(parse_value(text), where);
  const std::string_view word = trimmed(text.substr(0, open));
  if (word.empty()) return make_fixed(parse_value(text), where);   // as Python writes (64,32)
  if (word != "int" && word != "float" && word != "log" && word != "choice")
    return tl::unexpected(unknown_distribution(word, where));
  const Arguments arguments = arguments_of(text.substr(open + 1));
  if (arguments.missing != nullptr)
    return failure(fmt::format("{}: the closing {} is missing", where, arguments.missing),
                   "quote the argument in the shell: --param 'max_depth=int(2,9)'");
  if (!arguments.rest.empty())
    return failure(fmt::format("{}: {} follows the closing )", where, shown(arguments.rest)),
                   "quote the argument in the shell: --param 'max_depth=int(2,9)'");
  if (word != "choice") return parse_range(word, arguments.parts, where);
  std::vector<Value> values;
  values.reserve(arguments.parts.size());
  for (const std::string_view argument : arguments.parts) values.push_back(parse_value(argument));
  return make_choice(std::move(values), where);
}

std::string joined(const std::vector<Value>& values) {
  std::vector<std::string> texts;
  for (const Value& value : values) texts.push_back(to_string(value));
  return fmt::format("{}", fmt::join(texts, ","));
}

}   // namespace

std::string to_string(const Parameter& parameter) {
  const Distribution& distribution = parameter.distribution;
  if (distribution.kind == Distribution::Kind::fixed)
    return fmt::format("{}={}", parameter.name, joined(distribution.choices));
  if (distribution.kind == Distribution::Kind::choice)
    return fmt::format("{}=choice({})", parameter.name, joined(distribution.choices));
  const bool integer = distribution.kind == Distribution::Kind::integer;
  const auto number = [&](double value) {
    return to_string(integer ? Value(static_cast<std::int64_t>(value)) : Value(value));
  };
  std::string rest;
  if (distribution.log)
    rest = ",log";
  else if (integer ? distribution.step != 1 : distribution.step != 0)
    rest = ",step=" + number(distribution.step);
  return fmt::format("{}={}({},{}{})", parameter.name, integer ? "int" : "float", number(distribution.low),
                     number(distribution.high), rest);
}

Result<Parameter> parse_parameter(std::string_view text) {
  const std::string where = shown(text);
  if (text.size() > most_text_bytes)
    return failure(fmt::format("{}: longer than 1 MiB", where), "write a range instead of a choice");
  const auto equals = text.find('=');
  if (equals == std::string_view::npos)
    return failure(fmt::format("{}: = is missing", where), "write NAME=DISTRIBUTION, for example max_depth=int(2,9)");
  const std::string_view name = trimmed(text.substr(0, equals));
  if (auto checked = check_parameter_name(name, where); !checked) return tl::unexpected(checked.error());
  const std::string_view body = trimmed(text.substr(equals + 1));
  if (body.empty())
    return failure(fmt::format("{}: nothing follows =", where), "write a value or a distribution, as int(2,9)");
  auto distribution = parse_distribution(body, where);
  if (!distribution) return tl::unexpected(distribution.error());
  return Parameter{std::string(name), std::move(*distribution)};
}

const Parameter* find_parameter(const Space& space, std::string_view name) {
  const auto at = std::find_if(space.parameters.begin(), space.parameters.end(),
                               [&](const Parameter& parameter) { return parameter.name == name; });
  return at == space.parameters.end() ? nullptr : &*at;
}

}   // namespace warptune
