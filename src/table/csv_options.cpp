#include "table/csv_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/setting_mark.h"
#include "base/shown.h"

namespace warptune {

Result<void> check_csv_options(const CsvOptions& options) {
  constexpr std::string_view separators = ",;\t|: ";
  if (options.separator != 0 && separators.find(options.separator) == std::string_view::npos) {
    return failure(fmt::format("'{}' cannot be a separator", options.separator), "use one of , ; tab | : space");
  }
  constexpr std::string_view thousands[] = {"", ",", ".", "'", "_", "space"};
  if (std::find(std::begin(thousands), std::end(thousands), options.thousands) == std::end(thousands))
    return failure(fmt::format("'{}' cannot be a thousands separator", shown(options.thousands)),
                   "use one of , . ' _ space");
  if (options.decimal != "." && options.decimal != ",")
    return failure(fmt::format("'{}' cannot be a decimal sign", shown(options.decimal)), "use . or ,");
  if (options.decimal == options.thousands)
    return failure(fmt::format("'{}' is both the decimal sign and the thousands separator", options.decimal),
                   options.decimal == "."
                       ? fmt::format("say {} too, if that is what the numbers have", setting_mark("data.decimal", ","))
                       : "use another one");
  for (const std::string& word : options.na)
    if (std::find(options.no_na.begin(), options.no_na.end(), word) != options.no_na.end())
      return failure(fmt::format("'{}' means a missing value by {}, and none by {}", shown(word),
                                 setting_mark("data.na"), setting_mark("data.no_na")),
                     "name it by one of them");
  return {};
}

}   // namespace warptune
