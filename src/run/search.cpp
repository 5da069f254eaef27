// What a search needs, opened in its order, and the loop over it.
#include "warptune/search.h"

#include <memory>

#include "run/generations.h"
#include "run/open_family.h"
#include "run/prepare.h"
#include "search/pruner.h"
#include "search/sampler.h"

namespace warptune {

namespace {

// What a study needs from its table to its first fit.
struct Opened {
  Study study;   // completed
  Devices devices;
  StudyData data;
  std::unique_ptr<Sampler> sampler;
  std::unique_ptr<Pruner> pruner;
  std::unique_ptr<OpenFamily> family;
  SearchCounters counters;
};

// Where the table's columns are sorted and trials are drawn: on the study's device if its kernels are ours, else on the CPU.
// GPUs that may be worth it begin to open.
Devices devices_of(const Study& study, const Table& table) {
  const FamilyEntry& entry = family_entry(study.model.family);
  Devices devices(entry.on_values ? "cpu" : study.run.device, cpu_threads(study), study.run.memory_bytes);
  if (!entry.on_values) devices.expect(entry.most(study, table.rows, table.columns.size()));
  return devices;
}

// Keeps its place: what is opened later borrows what was opened before.
Result<std::unique_ptr<Opened>> open(const Study& completed, Table table, Observer& observer) {
  if (const Result<void> checked = check_search(completed); !checked) return tl::unexpected(checked.error());
  auto opened = std::make_unique<Opened>(
      Opened{completed, devices_of(completed, table), {}, {}, std::make_unique<NeverPruner>(), {}, {}});
  const Study& study = opened->study;
  Result<StudyData> data = prepare(study, std::move(table), opened->devices, observer, opened->counters);
  if (!data) return tl::unexpected(data.error());
  opened->data = std::move(*data);
  opened->sampler = find_sampler(study.search.sampler)
                        ->make(study, [&devices = opened->devices](const Space& space, std::uint64_t seed,
                                                                   std::uint64_t first, std::uint32_t count) {
                          return devices.draw(space, seed, first, count);
                        });
  Result<std::unique_ptr<OpenFamily>> family =
      family_entry(study.model.family).open(study, opened->data, opened->devices);
  if (!family) return tl::unexpected(family.error());
  opened->family = std::move(*family);
  return opened;
}

}   // namespace

Result<SearchResult> search(const Study& study, Table table, Observer& observer, const std::stop_token& stop,
                            KnownBefore known) {
  Result<std::unique_ptr<Opened>> opened = open(complete_study(study), std::move(table), observer);
  if (!opened) return tl::unexpected(opened.error());
  Opened& o = **opened;
  return run_generations({*o.sampler, *o.pruner, *o.family, o.data.split.count(), study.run.time_limit_seconds,
                          o.counters},
                         observer, stop, std::move(known));
}

Result<std::string> describe_search(const Study& study, Table table, Observer& observer) {
  Result<std::unique_ptr<Opened>> opened = open(complete_study(study), std::move(table), observer);
  if (!opened) return tl::unexpected(opened.error());
  OpenFamily& family = *(*opened)->family;
  const Result<Points> points = (*opened)->sampler->ask({});
  if (!points) return tl::unexpected(points.error());
  const Plan plan = family.plan(*points, {});
  if (Result<void> started = family.start({plan, *(*opened)->pruner, observer, true}); !started)
    return tl::unexpected(started.error());
  for (const std::string& text : (*opened)->sampler->notes()) observer.note(text);
  return family.text(plan);
}

}   // namespace warptune
