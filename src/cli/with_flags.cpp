#include "cli/with_flags.h"

#include <algorithm>

#include "base/setting_mark.h"
#include "cli/flag_table.h"

namespace warptune {
namespace {

constexpr std::string_view parameters = "space.";

// "data.thousands", "data.thousands = ,", "space.max_depth = 3"; as it is when no flag sets it.
std::string flag_of(std::string_view mark) {
  const std::size_t equals = mark.find(" = ");
  const std::string_view name = mark.substr(0, equals);
  const std::string value(equals == std::string_view::npos ? std::string_view() : mark.substr(equals + 3));
  if (name == "space") return "--param";
  if (name.starts_with(parameters))
    return std::string("--param ").append(name.substr(parameters.size())) + (value.empty() ? "" : "=" + value);
  const auto all = flags();
  const auto flag = std::find_if(all.begin(), all.end(), [&](const Flag& each) {
    return each.setting != nullptr && each.setting->name() == name;
  });
  if (flag == all.end()) return std::string(mark);
  return "--" + flag->name + (flag->is_switch() || value.empty() ? "" : " " + value);
}

}   // namespace

std::string with_flags(std::string_view text) {
  std::string out;
  for (;;) {
    const std::size_t begin = text.find(mark_begin), end = text.find(mark_end, begin);
    out += text.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    if (end == std::string_view::npos) return out.append(text.substr(begin));
    out += flag_of(text.substr(begin + 1, end - begin - 1));
    text.remove_prefix(end + 1);
  }
}

Error with_flags(Error error) {
  error.message = with_flags(error.message);
  error.hint = with_flags(error.hint);
  return error;
}

}   // namespace warptune
