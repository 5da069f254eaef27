#include "table/idle_settings.h"

#include <fmt/format.h>

#include "base/setting_mark.h"
#include "base/shown.h"

namespace warptune {

std::vector<std::string> idle_settings(const CsvOptions& options, const CellRules& rules,
                                       const MissingWords::Seen& seen, bool formatted, const std::string& name) {
  std::vector<std::string> notes;
  for (const std::string& word : rules.missing.unseen_added(seen))
    notes.push_back(fmt::format("{}: no cell is '{}', which {} names", name, shown(word), setting_mark("data.na")));
  for (const std::string& word : options.no_na)
    if (!is_missing_word(word))
      notes.push_back(fmt::format("'{}' means no missing value anyway: {} does nothing for it", shown(word),
                                  setting_mark("data.no_na")));
  for (const std::string& word : rules.missing.unseen_removed(seen))
    if (is_missing_word(word))
      notes.push_back(
          fmt::format("{}: no cell is '{}', which {} names", name, shown(word), setting_mark("data.no_na")));
  if (formatted) return notes;
  if (rules.format.thousands != 0)
    notes.push_back(fmt::format("{}: no number has the thousands separator '{}'", name, rules.format.thousands));
  if (rules.format.decimal != '.')
    notes.push_back(fmt::format("{}: no number has the decimal sign '{}'", name, rules.format.decimal));
  return notes;
}

}   // namespace warptune
