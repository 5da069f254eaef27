#include "family/forest/forest.h"

#include <fmt/format.h>

#include <algorithm>

#include "device/allotment.h"
#include "family/forest/batches.h"
#include "family/forest/cpu_executor.h"
#include "family/forest/cuda_executors.h"
#include "family/forest/draw_limits.h"
#include "family/forest/plan_text.h"
#include "family/forest/prepared_fit.h"
#include "family/forest/settings.h"
#include "family/forest/work.h"
#include "family/unused_settings.h"

namespace warptune {

namespace {

// Keep results coming and Ctrl-C quick.
constexpr double seconds_per_batch = 0.5;

// Half of what this process may still take.
std::uint64_t host_memory_for_batches() { return std::max<std::uint64_t>(allotment().memory_bytes / 2, 64u << 20); }

class OpenForest final : public OpenFamily {
 public:
  OpenForest(const Study& study, const StudyData& data, Devices& devices)
      : study_(study),
        devices_(devices),
        context_{&data.dataset, &data.split, &metric_of(study.evaluation.metric), study.search.seed,
                 draw_needs(study.space, data.dataset.rows)},
        reader_(study.model.family, study.space, data.dataset.features.size()) {}

  [[nodiscard]] Plan plan(const Points& points, const KnownTrials& known) const override {
    return make_plan(reader_, points, known);
  }

  [[nodiscard]] Result<void> start(const FamilyStart& start) override {
    Observer& observer = start.observer;
    if (start.pruner.prunes()) context_.pruner = &start.pruner;
    const Result<ChosenDevices> chosen =
        devices_.choose(forest_job(context_, start.first), [this](const Gpu& gpu) { return take(gpu); });
    if (!chosen) return tl::unexpected(chosen.error());
    why_ = chosen->why;
    if (!chosen->note.empty()) observer.note(chosen->note);
    if (!chosen->gpus.empty()) {
      devices_taken_ = chosen->gpus.size();
      return {};
    }
    start_on_cpu(observer);
    note_unused_streams(study_, observer);
    return {};
  }

  [[nodiscard]] std::vector<Batch> batches(const Plan& plan) const override {
    std::uint64_t memory = executors_.front()->memory_bytes();
    for (const auto& executor : executors_) memory = std::min(memory, executor->memory_bytes());
    return make_batches(context_, plan,
                        {executors_.size(), devices_taken_, work_per_batch_, memory / 2, host_memory_for_batches()});
  }

  [[nodiscard]] std::string text(const Plan& plan) const override {
    return plan_text(context_, plan, batches(plan),
                     {executors_.front()->name(), why_, executors_.front()->memory_bytes()});
  }

 private:
  [[nodiscard]] Result<void> take(const Gpu& gpu) {
    auto executors = cuda_executors(context_, gpu.index, study_.run.streams, study_.run.memory_bytes);
    if (!executors) return tl::unexpected(executors.error());
    for (auto& executor : *executors) executors_.push_back(std::move(executor));
    const double work = gpu.speed.clocks_per_second * work_per_gpu_clock * seconds_per_batch;
    work_per_batch_ = work_per_batch_ > 0 ? std::min(work_per_batch_, work) : work;   // of the slowest
    return {};
  }

  void start_on_cpu(Observer& observer) {
    const int threads = cpu_threads(study_);
    const std::uint64_t memory = study_.run.memory_bytes > 0 ? study_.run.memory_bytes : host_memory_for_batches();
    auto executor = std::make_unique<CpuExecutor>(context_, threads, memory);
    if (executor->threads() < threads)
      observer.note(
          note_of_fewer_threads(static_cast<std::size_t>(executor->threads()), static_cast<std::size_t>(threads)));
    work_per_batch_ = cpu_work_per_second * seconds_per_batch * executor->threads();
    executors_.push_back(std::move(executor));
  }

  const Study& study_;
  Devices& devices_;
  FitContext context_;
  ForestReader reader_;
  std::string why_;   // it runs where it does
  std::size_t devices_taken_ = 1;
  double work_per_batch_ = 0;   // see fit_work
};

}   // namespace

Result<std::unique_ptr<OpenFamily>> open_forest(const Study& study, const StudyData& data, Devices& devices) {
  if (Result<void> countable = check_draws(study.space, data.dataset, data.split); !countable)
    return tl::unexpected(countable.error());
  return std::make_unique<OpenForest>(study, data, devices);
}

}   // namespace warptune
