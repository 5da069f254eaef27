#include "trainer/handed_on.h"

namespace warptune {

HandedOn parse_set(const std::vector<std::string>& given) {
  HandedOn settings;
  for (const std::string& text : given) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos && !settings.empty())
      settings.back().second += "," + text;
    else
      settings.emplace_back(text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1));
  }
  return settings;
}

std::string value_in(const HandedOn& settings, const std::string& name, const std::string& otherwise) {
  std::string value = otherwise;
  for (const auto& [known, text] : settings)
    if (known == name) value = text;
  return value;
}

}   // namespace warptune
