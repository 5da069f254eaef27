#include "run/prepare.h"

#include <string>
#include <utility>
#include <vector>

#include "dataset/cells_digest.h"
#include "dataset/column_sorter.h"
#include "run/evaluation_notes.h"
#include "run/stage.h"

namespace warptune {

Result<StudyData> prepare(const Study& study, Table table, Devices& devices, Observer& observer,
                          SearchCounters& counters) {
  const Stage stage(counters, "bin");
  const bool on_values = family_entry(study.model.family).on_values;
  DatasetOptions options = study.dataset;
  options.threads = cpu_threads(study);
  Result<Dataset> dataset = make_dataset(table, options, devices.column_sorter());
  if (!dataset) return tl::unexpected(dataset.error());
  std::vector<std::string> notes = std::move(table.notes);
  notes.insert(notes.end(), dataset->notes.begin(), dataset->notes.end());
  StudyData data;
  if (on_values) data.table.emplace(std::move(table));
  table = {};   // its memory is the fits' now
  Result<Split> split = make_split(*dataset, study.evaluation.split, study.search.seed);
  if (!split) return tl::unexpected(split.error());
  for (std::string& text : evaluation_notes(study, *dataset, *split)) notes.push_back(std::move(text));
  if (Result<void> checked = check_target(study, *dataset); !checked) return tl::unexpected(checked.error());
  data.dataset = std::move(*dataset);
  data.split = std::move(*split);
  if (on_values) data.dataset.hash += cells_digest(*data.table, data.dataset);
  for (const std::string& text : notes) observer.note(text);
  if (Result<void> taken = observer.prepared(data.dataset); !taken) return tl::unexpected(taken.error());
  if (Result<void> checked = check_folds(study, data.dataset, data.split); !checked)
    return tl::unexpected(checked.error());
  return data;
}

}   // namespace warptune
