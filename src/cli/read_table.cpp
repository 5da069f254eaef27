#include "cli/read_table.h"

#include <string>

#include "base/has.h"
#include "device/devices.h"

namespace warptune {

Result<Table> read_table(const Study& study) {
  CsvOptions options = study.input.csv;
  options.threads = cpu_threads(study);
  options.labels = {study.dataset.target};
  for (const std::string& column : {study.dataset.fold_column, study.dataset.group_column})
    if (!column.empty()) options.labels.push_back(column);
  options.drop = study.dataset.drop;
  options.keep = study.dataset.keep;
  if (const std::string& time = study.dataset.time_column; !time.empty()) {   // read, feature or not
    std::erase(options.drop, time);
    if (!options.keep.empty() && !has(options.keep, time)) options.keep.push_back(time);
  }
  return read_csv(study.input.path, options);
}

}   // namespace warptune
