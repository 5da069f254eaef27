// Trains the fits of the family lightgbm: a booster at a time on each executor's thread, all on shared Datasets.
#include "trainer/lightgbm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "trainer/gate.h"
#include "trainer/gpu_list.h"
#include "trainer/in_library.h"
#include "trainer/learning_curve.h"
#include "trainer/lightgbm_booster.h"
#include "trainer/lightgbm_settings.h"

namespace warptune {

namespace {

constexpr int on_cpu = -1;

// What LightGBM logs while one thread works, in pieces: "[LightGBM] [Warning] ", the text, a line's end. Nothing is kept
// while trees grow: LightGBM warns of each that stays a leaf.
thread_local std::string* thread_log = nullptr;
void keep_log(const char* text) {
  if (thread_log != nullptr) *thread_log += text;
}
class KeptLog {
 public:
  explicit KeptLog(std::string& log) { thread_log = &log; }
  ~KeptLog() { thread_log = nullptr; }
  KeptLog(const KeptLog&) = delete;
  KeptLog& operator=(const KeptLog&) = delete;
};

bool is_out_of_memory(const std::string& message) {
  for (const char* words : {"out of memory", "bad_alloc", "bad allocation", "cudaErrorMemoryAllocation"})
    if (message.find(words) != std::string::npos) return true;
  return false;
}

// What is the same for all executors.
struct Shared {
  std::shared_ptr<const LightgbmApi> api;
  std::string library;   // LightGBM 4.7.0
  TrainerData data;
  LightgbmStudy study;
  std::string metric;   // warptune's
  LightgbmDatasets datasets;
  Gate gate;
  std::mutex mutex = {};
  std::set<std::string> noted = {};   // without digits

  // The warnings of a log that were not noted yet. Those that differ in numbers only are one.
  std::vector<std::string> new_warnings(const std::string& log) {
    constexpr std::string_view head = "[LightGBM] [Warning] ";
    std::vector<std::string> fresh;
    const std::lock_guard lock(mutex);
    for (std::size_t at = log.find(head); at != std::string::npos;) {
      const std::size_t next = log.find(head, at + head.size());
      std::string text = log.substr(at + head.size(), std::min(next, log.size()) - at - head.size());
      std::replace(text.begin(), text.end(), '\n', ' ');
      while (text.ends_with(' ')) text.pop_back();
      std::string kind = text;
      std::erase_if(kind, [](char c) { return c >= '0' && c <= '9'; });
      if (noted.insert(kind).second) fresh.push_back("LightGBM: " + text);
      at = next;
    }
    return fresh;
  }
};

class LightgbmExecutor : public Executor {
 public:
  LightgbmExecutor(std::shared_ptr<Shared> shared, int gpu) : shared_(std::move(shared)), gpu_(gpu) {}

  [[nodiscard]] std::string name() const override {
    return fmt::format("{} on {}", shared_->library, gpu_ == on_cpu ? "cpu" : fmt::format("cuda:{}", gpu_));
  }
  [[nodiscard]] std::uint64_t memory_bytes() const override { return memory_; }
  [[nodiscard]] Counters counters() const override {
    Counters counters = counters_;
    if (first_) counters.matrices = shared_->datasets.built();
    return counters;
  }
  void count_matrices() { first_ = true; }   // one executor of all says how many there are

  [[nodiscard]] std::vector<TaskResult> run(std::span<const FitTask> tasks, const std::atomic<bool>& stop) override {
    if (counters_.threads == 0) {
      shared_->api->check(shared_->api->register_log(keep_log));   // a thread's own
      counters_.threads = 1;
    }
    std::vector<TaskResult> results;
    for (const FitTask& task : tasks) results.push_back(train(task, stop));
    return results;
  }

 private:
  TaskResult train(const FitTask& task, const std::atomic<bool>& stop) {
    TaskResult result{task, {}, {}};
    std::string log;
    try {
      const Gate::Place place(shared_->gate);
      train_one(task, stop, log, result);
    } catch (const LightgbmError& error) {
      if (is_out_of_memory(error.message)) {
        if (!shared_->gate.narrow()) memory_ = 0;   // it was alone
        throw OutOfDeviceMemory{fmt::format("{}: {}", name(), error.message)};
      }
      result.failure = error.message;
    }
    result.notes = shared_->new_warnings(log);
    return result;
  }

  void train_one(const FitTask& task, const std::atomic<bool>& stop, std::string& log, TaskResult& result) {
    const PlannedFit& fit = *task.planned;
    const HandedOn settings = lightgbm_settings(shared_->study, fit, gpu_);
    const DatasetPair* datasets = nullptr;
    std::unique_ptr<LightgbmBooster> booster;
    {
      const KeptLog kept(log);
      datasets = &shared_->datasets.get({task.fold, settings_text(dataset_settings(settings))});
      booster = std::make_unique<LightgbmBooster>(*shared_->api, *datasets, settings_text(settings));
    }
    LearningCurve curve(fit.queries, fit.patiences, maximise(shared_->metric));
    while (!curve.done()) {
      if (stop) return;
      const InLibrary timed(counters_.trainer_seconds);
      booster->update();
      if (curve.wanted())
        curve.add(score_of(*booster, *datasets));
      else
        curve.skip();
    }
    for (const LearningCurve::Answer& answer : curve.answers()) {
      result.scores.push_back(answer.score);
      result.rounds.push_back(answer.rounds);
    }
    ++counters_.boosters;
    ++counters_.fits;
  }

  [[nodiscard]] double score_of(const LightgbmBooster& booster, const DatasetPair& datasets) const {
    if (shared_->metric == "balanced_accuracy") return booster.balanced_accuracy(shared_->study.classes);
    const double value = booster.evaluate();
    // LightGBM says the share of errors: a whole number of rows.
    const auto rows = static_cast<double>(datasets.validation_labels.size());
    return shared_->metric == "accuracy" ? (rows - std::round(value * rows)) / rows : value;
  }

  std::shared_ptr<Shared> shared_;
  int gpu_;
  std::uint64_t memory_ = std::uint64_t{1} << 40;
  Counters counters_;
  bool first_ = false;
};

std::string metric_of(const std::string& metric, bool two) {
  if (metric == "accuracy") return two ? "binary_error" : "multi_error";
  if (metric == "log_loss") return two ? "binary_logloss" : "multi_logloss";
  return metric == "roc_auc" ? "auc" : "None";
}

}   // namespace

Result<Devices> open_lightgbm(const Study& study, const TrainerData& data,
                              const std::function<void(const std::string&)>& on_note) {
  Result<std::shared_ptr<const LightgbmApi>> api = LightgbmApi::load(study.lightgbm_library);
  if (!api) return tl::unexpected(api.error());
  const std::string library = (*api)->name();
  const Result<TrainerDevices> chosen = choose_gpus(study.device, library, study.device != "cpu" && (*api)->has_cuda());
  if (!chosen) return tl::unexpected(chosen.error());
  const Result<HandedOn> set =
      settings_of_set(study.set, [&](const std::string& name) { return (*api)->main_name(name); });
  if (!set) return tl::unexpected(set.error());
  on_note(fmt::format("training with {} ({})", library, (*api)->path()));
  if (!chosen->note.empty()) on_note(chosen->note);

  // LightGBM's kernels wait for the whole device, so more than one booster at once would not help a GPU.
  std::vector<int> devices = chosen->gpus;
  if (devices.empty()) {
    devices.assign(static_cast<std::size_t>(cpu_threads(study)), on_cpu);
  }
  const std::size_t classes = data.dataset->classes.size();
  const std::shared_ptr<Shared> shared(new Shared{*api,
                                                  library,
                                                  data,
                                                  {metric_of(study.metric, classes == 2), classes, study.seed,
                                                   LightgbmDatasets::categorical(data), *set},
                                                  study.metric,
                                                  LightgbmDatasets(*api, data),
                                                  Gate(static_cast<int>(devices.size()))});
  Devices opened;
  opened.trainer = library;
  opened.cuda = !chosen->gpus.empty();
  for (const int device : devices) {
    auto executor = std::make_unique<LightgbmExecutor>(shared, device);
    if (opened.executors.empty()) executor->count_matrices();
    opened.executors.push_back(std::move(executor));
  }
  return opened;
}

Result<std::string> describe_lightgbm(const std::string& given) {
  const Result<std::shared_ptr<const LightgbmApi>> api = LightgbmApi::load(given);
  if (!api) return tl::unexpected(api.error());
  const std::string library = (*api)->name();
  const bool cuda = (*api)->has_cuda();
  const Result<TrainerDevices> chosen = choose_gpus("auto", library, cuda);
  if (!chosen) return tl::unexpected(chosen.error());
  return fmt::format("{}, built {} CUDA ({})\n{}", library, cuda ? "with" : "without", (*api)->path(), chosen->note);
}

}   // namespace warptune
