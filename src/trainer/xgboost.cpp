// Trains the fits of the family xgboost: a booster at a time on each executor's thread, all on shared matrices.
#include "trainer/xgboost.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "trainer/gate.h"
#include "trainer/gpu_list.h"
#include "trainer/handed_on.h"
#include "trainer/in_library.h"
#include "trainer/learning_curve.h"
#include "trainer/xgboost_booster.h"
#include "trainer/xgboost_matrices.h"

namespace warptune {

namespace {

// What XGBoost logs while one thread works.
thread_local std::string* thread_log = nullptr;
void keep_log(const char* text) {
  if (thread_log != nullptr) *thread_log += std::string(text) + "\n";
}

bool is_out_of_memory(const std::string& message) {
  for (const char* words : {"out of memory", "Memory allocation error", "bad_alloc", "cudaErrorMemoryAllocation"})
    if (message.find(words) != std::string::npos) return true;
  return false;
}

std::string text_of(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "1" : "0";
  return to_string(value);
}

// What is the same for all executors.
struct Shared {
  std::shared_ptr<const XgboostApi> api;
  TrainerData data;
  HandedOn set;   // of --set
  std::string metric, objective, eval_metric;
  bool maximise = true;
  std::uint64_t seed = 0;
  XgboostMatrices matrices;
  Gate gate;
  std::mutex mutex;
  std::set<std::string> noted;

  // The warnings of a log that were not noted yet.
  std::vector<std::string> new_warnings(const std::string& log) {
    std::vector<std::string> fresh;
    const std::lock_guard lock(mutex);
    for (std::size_t at = log.find("WARNING: "); at != std::string::npos; at = log.find("WARNING: ", at + 1)) {
      std::string text = log.substr(at + 9, std::min(log.find("\n[", at), log.find("WARNING: ", at + 1)) - at - 9);
      if (const std::size_t colon = text.find(": "); text.starts_with('/') && colon != std::string::npos)
        text = text.substr(colon + 2);
      std::replace(text.begin(), text.end(), '\n', ' ');
      while (text.ends_with(' ')) text.pop_back();
      if (noted.insert(text).second) fresh.push_back("XGBoost: " + text);
    }
    return fresh;
  }
};

class XgboostExecutor : public Executor {
 public:
  XgboostExecutor(std::shared_ptr<Shared> shared, std::string device)
      : shared_(std::move(shared)), device_(std::move(device)) {}

  [[nodiscard]] std::string name() const override {
    return fmt::format("XGBoost {} on {}", shared_->api->version(), device_);
  }
  [[nodiscard]] std::uint64_t memory_bytes() const override { return memory_; }
  [[nodiscard]] Counters counters() const override {
    Counters counters = counters_;
    if (first_) counters.matrices = shared_->matrices.built();
    return counters;
  }
  void count_matrices() { first_ = true; }   // one executor of all says how many there are

  [[nodiscard]] std::vector<TaskResult> run(std::span<const FitTask> tasks, const std::atomic<bool>& stop) override {
    if (counters_.threads == 0) {
      shared_->api->check(shared_->api->register_log(keep_log));   // a thread's own
      // From 3.2 on memory comes from a pool that does not make the whole device wait.
      const bool pool = device_ != "cpu" && shared_->api->at_least(3, 2);
      shared_->api->check(shared_->api->set_global_config(pool ? R"({"verbosity":1,"use_cuda_async_pool":true})"
                                                               : R"({"verbosity":1})"));
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
    thread_log = &log;
    try {
      const Gate::Place place(shared_->gate);
      train_one(task, stop, result);
    } catch (const XgboostError& error) {
      thread_log = nullptr;
      if (is_out_of_memory(error.message)) {
        if (!shared_->gate.narrow()) memory_ = 0;   // it was alone
        throw OutOfDeviceMemory{fmt::format("{}: {}", name(), error.message)};
      }
      result.failure = error.message;
    }
    thread_log = nullptr;
    result.notes = shared_->new_warnings(log);
    return result;
  }

  [[nodiscard]] HandedOn settings_of(const PlannedFit& fit) const {
    HandedOn settings = {{"objective", shared_->objective},
                         {"eval_metric", shared_->eval_metric},
                         {"nthread", "1"},
                         {"seed", fmt::format("{}", shared_->seed & 0x7fffffff)},
                         {"validate_parameters", "1"}};
    const bool gpu = device_ != "cpu";
    if (shared_->api->at_least(2, 0)) {
      settings.emplace_back("tree_method", "hist");
      settings.emplace_back("device", device_);
    } else if (gpu) {
      settings.emplace_back("tree_method", "gpu_hist");
      settings.emplace_back("gpu_id", device_.substr(device_.find(':') + 1));
    } else {
      settings.emplace_back("tree_method", "hist");
    }
    if (shared_->objective == "multi:softprob")
      settings.emplace_back("num_class", fmt::format("{}", shared_->data.dataset->classes.size()));
    for (const NamedValue& setting : fit.settings) settings.emplace_back(setting.name, text_of(setting.value));
    settings.insert(settings.end(), shared_->set.begin(), shared_->set.end());
    return settings;
  }

  void train_one(const FitTask& task, const std::atomic<bool>& stop, TaskResult& result) {
    const PlannedFit& fit = *task.planned;
    const HandedOn settings = settings_of(fit);
    const std::string method = value_in(settings, "tree_method", "hist");
    const MatrixKey key{task.fold, value_in(settings, "max_bin", "256"), device_,
                        method == "hist" || method == "gpu_hist"};
    const MatrixPair& matrices = shared_->matrices.get(key, [&](const MatrixPair& pair) {
      XgboostBooster booster(*shared_->api, pair);
      booster.set(settings);
      booster.update(0);
      (void)booster.evaluate(0);
    });
    XgboostBooster booster(*shared_->api, matrices);
    booster.set(settings);
    LearningCurve curve(fit.queries, fit.patiences, shared_->maximise);
    for (int round = 0; !curve.done(); ++round) {
      if (stop) return;
      const InLibrary timed(counters_.trainer_seconds);
      booster.update(round);
      if (curve.wanted())   // a score takes up to a tenth of a round's time
        curve.add(score_of(booster, round, matrices));
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

  [[nodiscard]] double score_of(const XgboostBooster& booster, int round, const MatrixPair& matrices) const {
    const auto rows = static_cast<double>(matrices.validation_labels.size());
    if (shared_->metric == "balanced_accuracy") return booster.balanced_accuracy(shared_->data.dataset->classes.size());
    const double value = booster.evaluate(round);
    // XGBoost says the share of errors: a whole number of rows.
    return shared_->metric == "accuracy" ? (rows - std::round(value * rows)) / rows : value;
  }

  std::shared_ptr<Shared> shared_;
  std::string device_;
  std::uint64_t memory_ = std::uint64_t{1} << 40;
  Counters counters_;
  bool first_ = false;
};

}   // namespace

Result<Devices> open_xgboost(const Study& study, const TrainerData& data,
                             const std::function<void(const std::string&)>& on_note) {
  Result<std::shared_ptr<const XgboostApi>> api = XgboostApi::load(study.xgboost_library);
  if (!api) return tl::unexpected(api.error());
  const std::string library = "XGBoost " + (*api)->version();
  const Result<TrainerDevices> chosen = choose_gpus(study.device, library, (*api)->has_cuda());
  if (!chosen) return tl::unexpected(chosen.error());
  on_note(fmt::format("training with {} ({})", library, (*api)->path()));
  if (!chosen->note.empty()) on_note(chosen->note);

  const bool two = data.dataset->classes.size() == 2;
  std::string eval_metric = two ? "logloss" : "mlogloss";
  if (study.metric == "accuracy" || study.metric == "balanced_accuracy") eval_metric = two ? "error" : "merror";
  if (study.metric == "roc_auc") eval_metric = "auc";
  std::vector<std::string> devices;
  if (chosen->gpus.empty()) {
    devices.assign(static_cast<std::size_t>(cpu_threads(study)), "cpu");
  } else {
    // The first streams of all devices first, so that few fits are spread over them.
    for (int stream = 0; stream < study.streams; ++stream)
      for (const int gpu : chosen->gpus) devices.push_back(fmt::format("cuda:{}", gpu));
  }
  const std::shared_ptr<Shared> shared(new Shared{*api,
                                                  data,
                                                  parse_set(study.set),
                                                  study.metric,
                                                  two ? "binary:logistic" : "multi:softprob",
                                                  eval_metric,
                                                  maximise(study.metric),
                                                  study.seed,
                                                  XgboostMatrices(*api, data),
                                                  Gate(static_cast<int>(devices.size())),
                                                  {},
                                                  {}});
  Devices opened;
  opened.trainer = library;
  opened.cuda = !chosen->gpus.empty();
  for (const std::string& device : devices) {
    auto executor = std::make_unique<XgboostExecutor>(shared, device);
    if (opened.executors.empty()) executor->count_matrices();
    opened.executors.push_back(std::move(executor));
  }
  return opened;
}

Result<std::string> describe_xgboost(const std::string& given) {
  const Result<std::shared_ptr<const XgboostApi>> api = XgboostApi::load(given);
  if (!api) return tl::unexpected(api.error());
  const std::string library = "XGBoost " + (*api)->version();
  const Result<TrainerDevices> chosen = choose_gpus("auto", library, (*api)->has_cuda());
  if (!chosen) return tl::unexpected(chosen.error());
  return fmt::format("{}, built {} CUDA ({})\n{}", library, (*api)->has_cuda() ? "with" : "without", (*api)->path(),
                     chosen->note);
}

}   // namespace warptune
