// Are all values that a space can give values that the family takes?
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "base/nearest.h"
#include "base/setting_mark.h"
#include "base/shown.h"
#include "space/distribution.h"
#include "space/where.h"
#include "warptune/family.h"

namespace warptune {
namespace {

constexpr double endless = 1e300;   // written as "or more"

bool in_real(const ParameterInfo& info, double value) {
  return info.real && (info.real_low_open ? value > info.real_low : value >= info.real_low) &&
         (info.real_high_open ? value < info.real_high : value <= info.real_high);
}

// An integer is a count where counts are allowed, and a number otherwise: max_features=1 is one feature, ccp_alpha=1 is
// 1.0.
bool takes_integer(const ParameterInfo& info, double value) {
  return info.integer ? value >= info.low && value <= info.high : in_real(info, value);
}

struct Takes {
  const ParameterInfo& info;
  bool operator()(None) const { return info.none; }
  bool operator()(bool) const { return info.boolean; }
  bool operator()(std::int64_t value) const { return takes_integer(info, static_cast<double>(value)); }
  bool operator()(double value) const { return in_real(info, value); }
  bool operator()(const std::string& word) const {
    return std::find(info.words.begin(), info.words.end(), word) != info.words.end();
  }
  bool operator()(const List&) const { return false; }
};

std::string hint_for(const Family& family, const ParameterInfo& info, const Value& value) {
  const auto* word = std::get_if<std::string>(&value);
  if (std::holds_alternative<List>(value))
    return fmt::format("{} takes no lists; {} hands them to a program", family.name,
                       setting_mark("model.family", "command"));
  if (const auto* real = std::get_if<double>(&value);
      real != nullptr && info.integer && *real == std::floor(*real) && takes_integer(info, *real))
    return fmt::format("write {:.0f}: it is a count", *real);
  std::vector<std::string> words = info.words;
  if (info.none) words.emplace_back("none");
  if (info.boolean) words.insert(words.end(), {"true", "false"});
  const std::string near = word == nullptr ? std::string() : nearest(*word, words);
  return near.empty() ? fmt::format("warptune families {} shows what each parameter takes", family.name)
                      : fmt::format("did you mean {}?", near);
}

tl::unexpected<Error> not_allowed(const Family& family, const std::string& name, const ParameterInfo& info,
                                  const Value& value, const std::string& where) {
  return failure(fmt::format("{}: {} can't be {}; allowed: {}", where, name, shown(to_string(value)),
                             allowed_values(info)),
                 hint_for(family, info, value));
}

// A range of reals for a parameter that counts: the same one of integers.
tl::unexpected<Error> counts_only(const Parameter& parameter, const ParameterInfo& info, const std::string& where) {
  const Distribution& range = parameter.distribution;
  const double least = std::max(std::ceil(range.low), info.low), most = std::min(std::floor(range.high), info.high);
  const std::string message =
      fmt::format("{}: {} can't be a real; allowed: {}", where, parameter.name, allowed_values(info));
  if (least > most) return failure(message, "write a range of integers");
  if (where.starts_with("--param "))
    return failure(message,
                   fmt::format("write {}=int({:.0f},{:.0f}{})", parameter.name, least, most, range.log ? ",log" : ""));
  return failure(message, fmt::format("write {} = {{ int = [{:.0f}, {:.0f}]{} }}", parameter.name, least, most,
                                      range.log ? ", log = true" : ""));
}

// The columns of a results file that are not parameters. A second one of the same name could not be told from them.
Result<void> check_column_name(const std::string& name, const std::string& where) {
  const auto numbered = [&](std::string_view prefix) {
    return name.size() > prefix.size() && name.starts_with(prefix) &&
           name.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
  };
  const bool taken = name == "rank" || name == "trial" || name == "score" || name == "fit" || name == "rounds" ||
                     numbered("fold_") || numbered("rounds_");
  if (!taken) return {};
  return failure(fmt::format("{}: {} is a column of the results", where, name),
                 fmt::format("call the parameter otherwise, as {}_; results have rank, trial, score, fold_0 ..., fit, "
                             "rounds and rounds_0 ... of their own",
                             name));
}

}   // namespace

std::string allowed_values(const ParameterInfo& info) {
  std::vector<std::string> parts;
  if (info.integer) parts.push_back(fmt::format("integer {:.0f}..{:.0f}", info.low, info.high));
  if (info.real && info.real_high >= endless)
    parts.push_back(info.real_low_open ? fmt::format("real, more than {}", info.real_low)
                                       : fmt::format("real {} or more", info.real_low));
  else if (info.real)
    parts.push_back(fmt::format("real {}{}, {}{}", info.real_low_open ? '(' : '[', info.real_low, info.real_high,
                                info.real_high_open ? ')' : ']'));
  if (info.boolean) parts.emplace_back("true, false");
  parts.insert(parts.end(), info.words.begin(), info.words.end());
  if (info.none) parts.emplace_back("none");
  return fmt::format("{}", fmt::join(parts, ", "));
}

Result<void> check_parameter(const Family& family, const Parameter& parameter, const std::string& where) {
  const ParameterInfo* info = find_parameter(family, parameter.name);
  if (auto checked = check_column_name(parameter.name, where); !checked) return checked;
  if (info == nullptr && family.any_parameter) return check_distribution(parameter.distribution, where);
  if (info == nullptr) {
    std::vector<std::string> names;
    for (const ParameterInfo& known : family.parameters) {
      names.push_back(known.name);
      names.insert(names.end(), known.aliases.begin(), known.aliases.end());
    }
    const std::string near = nearest(parameter.name, names);
    return failure(fmt::format("{}: {} has no parameter {}", where, family.name, shown(parameter.name)),
                   near.empty() ? fmt::format("warptune families {} lists them", family.name)
                                : fmt::format("did you mean {}?", near));
  }
  const Distribution& distribution = parameter.distribution;
  if (auto checked = check_distribution(distribution, where); !checked) return checked;
  switch (distribution.kind) {
    case Distribution::Kind::fixed:
    case Distribution::Kind::choice:
      for (const Value& value : distribution.choices)
        if (!std::visit(Takes{*info}, value)) return not_allowed(family, parameter.name, *info, value, where);
      return {};
    case Distribution::Kind::integer:   // ranges have no holes: their ends are enough
      for (const double value : {distribution.low, distribution.high})
        if (!takes_integer(*info, value))
          return not_allowed(family, parameter.name, *info, static_cast<std::int64_t>(value), where);
      return {};
    case Distribution::Kind::real:
      if (info->integer && !info->real) return counts_only(parameter, *info, where);
      for (const double value : {distribution.low, distribution.high})
        if (!in_real(*info, value)) return not_allowed(family, parameter.name, *info, value, where);
      return {};
  }
  return {};
}

Result<void> check_space(const Family& family, const Space& space, const Origins& origins) {
  struct Seen {
    std::string name, written, where;   // the family's name; as the user wrote it
  };
  std::vector<Seen> seen;
  for (const Parameter& parameter : space.parameters) {
    const std::string where = where_of(origins, "space." + parameter.name);
    const ParameterInfo* info = find_parameter(family, parameter.name);
    const std::string& name = info != nullptr ? info->name : parameter.name;
    const auto twice = std::find_if(seen.begin(), seen.end(), [&](const Seen& it) { return it.name == name; });
    if (twice != seen.end() && twice->written == parameter.name)
      return failure(fmt::format("{}: {} is given twice", where, shown(name)), "give each parameter once");
    if (twice != seen.end())
      return failure(fmt::format("{}: {} is another name of {}, which {} gives", where, shown(parameter.name),
                                 twice->written, twice->where),
                     "give each parameter once, by one of its names");
    seen.push_back({name, parameter.name, where});
    if (auto checked = check_parameter(family, parameter, where); !checked) return checked;
  }
  return family.check_together != nullptr ? family.check_together(space, origins) : Result<void>();
}

}   // namespace warptune
