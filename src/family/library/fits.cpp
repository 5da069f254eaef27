#include "family/library/fits.h"

#include <string_view>

namespace warptune {

namespace {

constexpr std::string_view rounds_name = "n_estimators", patience_name = "early_stopping_rounds";

std::uint32_t count_of(const Value& value) {
  if (const auto* count = std::get_if<std::int64_t>(&value)) return static_cast<std::uint32_t>(*count);
  return unlimited;   // none
}

// Equal for equal settings only: all fits of a plan have the same names.
std::string key_of(const std::vector<NamedValue>& settings) {
  std::string key;
  for (const NamedValue& setting : settings) {
    key += static_cast<char>('a' + setting.value.index());
    key += to_string(setting.value);
    key += '\0';
  }
  return key;
}

}   // namespace

LibraryReader::LibraryReader(const Family& family, const Space& space) : space_(space) {
  defaults_.variant = unlimited;
  for (const Parameter& parameter : space.parameters) {
    const ParameterInfo* info = find_parameter(family, parameter.name);
    names_.push_back(info != nullptr ? info->name : parameter.name);
  }
  for (const ParameterInfo& info : family.parameters) {
    if (info.name == rounds_name) defaults_.length = count_of(info.default_value);
    if (info.name == patience_name) defaults_.variant = count_of(info.default_value);
    free_ |= info.name == rounds_name;
  }
}

LibraryParts LibraryReader::read(PointView point) const {
  LibraryParts parts = defaults_;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const Value value = value_of(space_.parameters[i], point[i]);
    if (free_ && names_[i] == rounds_name)
      parts.length = count_of(value);
    else if (free_ && names_[i] == patience_name)
      parts.variant = count_of(value);
    else
      parts.settings.push_back({names_[i], value});
  }
  parts.key = key_of(parts.settings);
  return parts;
}

}   // namespace warptune
