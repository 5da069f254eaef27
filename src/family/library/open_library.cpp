#include "family/library/open_library.h"

#include <fmt/format.h>

#include "warptune/family.h"

namespace warptune {

OpenLibrary::OpenLibrary(const Study& study, const StudyData& data)
    : study_(study), data_(data), reader_(**find_family(study.model.family), study.space) {}

Plan OpenLibrary::plan(const Points& points, const KnownTrials& known) const {
  return make_plan(reader_, points, known);
}

std::vector<Batch> OpenLibrary::batches(const Plan& plan) const { return single_batches(plan, data_.split.count()); }

std::string OpenLibrary::text(const Plan& plan) const {
  std::size_t rounds = 0, queries = 0, fits = 0;
  for (const auto& fit : plan.fits) {
    if (fit->queries.empty()) continue;
    ++fits;
    queries += fit->queries.size();
    rounds += fit->longest();
  }
  const Dataset& dataset = data_.dataset;
  const auto folds = static_cast<std::size_t>(data_.split.count());
  std::string text;
  text += fmt::format("trainer         {}\n", executors_.front()->name());
  text += fmt::format("at once         {}\n", executors_.size());
  text += fmt::format("dataset         {} rows x {} features, {} classes\n", dataset.rows, dataset.features.size(),
                      dataset.target.classes.size());
  text += fmt::format("folds           {}\n", folds);
  text += fmt::format("trials          {}\n", plan.trials.size());
  text += fmt::format("  shared        {} (scored from another trial's fit)\n", plan.trials.size() - fits);
  text += fmt::format("  duplicates    {}\n", plan.trials.size() - queries);
  text += fmt::format("fits            {}\n", batches(plan).size());
  if (rounds > 0) text += fmt::format("rounds          {} at most\n", rounds * folds);
  return text;
}

}   // namespace warptune
