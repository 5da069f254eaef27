// warptune split
#include <utility>

#include "base/message.h"
#include "base/standard_output.h"
#include "cli/read_table.h"
#include "cli/report_error.h"
#include "cli/run_command.h"
#include "device/devices.h"
#include "run/evaluation_notes.h"
#include "split/row_roles.h"

namespace warptune {
namespace {

Result<void> print_split(const Study& study) {
  const Result<Table> table = read_table(study);
  if (!table) return tl::unexpected(table.error());
  DatasetOptions options = study.dataset;
  options.threads = cpu_threads(study);
  const Result<Dataset> dataset = make_dataset(*table, options);
  if (!dataset) return tl::unexpected(dataset.error());
  const Result<Split> split = make_split(*dataset, study.evaluation.split, study.search.seed);
  if (!split) return tl::unexpected(split.error());
  if (!study.output.quiet)
    for (const auto& notes : {table->notes, dataset->notes, evaluation_notes(study, *dataset, *split)})
      for (const std::string& text : notes) say(text);
  return write_output(split_csv(dataset->rows, *split));
}

}   // namespace

int command_split(const Command& command) {
  const Result<void> printed = print_split(command.study);
  return printed ? 0 : report(printed.error());
}

}   // namespace warptune
