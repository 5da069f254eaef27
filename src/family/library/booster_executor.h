// What the executors of XGBoost and LightGBM have in common: a booster at a time on each executor's thread, its learning
// curve, what is done when memory runs out, and what the library warns of.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "family/library/fits.h"
#include "family/library/gate.h"
#include "family/library/gpu_list.h"
#include "family/library/library_error.h"
#include "family/library/seed.h"
#include "family/library/values.h"
#include "metric/metric.h"
#include "run/executor.h"
#include "search/pruner.h"
#include "warptune/search.h"

namespace warptune {

// A booster while it trains. Made, used and freed by one thread. All functions throw TrainerError.
class Booster {
 public:
  Booster() = default;
  virtual ~Booster() = default;
  Booster(const Booster&) = delete;
  Booster& operator=(const Booster&) = delete;

  virtual void update() = 0;   // by one round
  // The library's own metric of the validation rows.
  [[nodiscard]] virtual double evaluate() const = 0;
  // Of the validation rows: probabilities of all classes, of two of the second one.
  [[nodiscard]] virtual Predictions predict() const = 0;
};

// What messages that differ in numbers only have in common.
[[nodiscard]] std::string without_digits(std::string text);

// What is the same for all executors of a study.
struct BoosterStudy {
  // in_library: a metric's part that is this library's. places: of its executors, see booster_places.
  BoosterStudy(std::string its_library, LibraryMetric Metric::*in_library, const Study& study,
               const StudyData& its_data, const Pruner& its_pruner, const std::vector<int>& places)
      : library(std::move(its_library)),
        data(its_data),
        pruner(its_pruner),
        metric(metric_of(study.evaluation.metric)),
        library_metric(metric.*in_library),
        classes(its_data.dataset.target.classes.size()),
        seed(seed_of_bits(study.search.seed, 31)),
        memory_bytes(study.run.memory_bytes) {
    for (const int place : places) ++places_[place];
  }
  virtual ~BoosterStudy() = default;

  // The library's name of the metric.
  [[nodiscard]] const char* metric_name() const { return classes == 2 ? library_metric.two : library_metric.more; }

  // Whether nothing of this kind was noted before.
  [[nodiscard]] bool first_of(const std::string& kind) {
    const std::lock_guard lock(mutex_);
    return noted_.insert(kind).second;
  }

  // Whether a training failed like this with the whole device to itself, and not for lack of memory.
  [[nodiscard]] bool fails_alone(const std::string& message) {
    const std::lock_guard lock(mutex_);
    return fails_alone_.contains(without_digits(message));
  }
  void failed_alone(const std::string& message) {
    const std::lock_guard lock(mutex_);
    fails_alone_.insert(without_digits(message));
  }

  // One for each device. memory: asked once, by the first that comes, for the bytes that its boosters may use together.
  [[nodiscard]] Gate& gate(int gpu, const std::function<std::uint64_t()>& memory) {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Gate>& gate = gates_[gpu];
    if (gate == nullptr) gate = std::make_unique<Gate>(places_.at(gpu), memory());
    return *gate;
  }

  const std::string library;   // XGBoost 3.2.0
  const StudyData& data;
  const Pruner& pruner;
  const Metric& metric;
  const LibraryMetric& library_metric;
  const std::size_t classes;
  const std::uint64_t seed;           // of 31 bits, which the libraries take
  const std::uint64_t memory_bytes;   // of a device that the user allows; 0: as much as is free

 private:
  std::map<int, int> places_;   // executors of each device
  std::mutex mutex_;
  std::set<std::string> noted_, fails_alone_;
  std::map<int, std::unique_ptr<Gate>> gates_;
};

class BoosterExecutor : public Executor {
 public:
  static constexpr int on_cpu = -1;

  BoosterExecutor(BoosterStudy& study, int gpu) : study_(study), gpu_(gpu) {}
  [[nodiscard]] std::string name() const final;
  [[nodiscard]] std::uint64_t memory_bytes() const final { return memory_; }
  [[nodiscard]] Counters counters() const final { return counters_; }
  void run(std::span<const FitTask> tasks, const std::stop_token& stop, const OnTaskResult& on_result) final;

 protected:
  struct Made {
    std::unique_ptr<Booster> booster;
    const std::vector<std::uint8_t>* validation_labels = nullptr;
  };
  // Before the first fit, on the thread that trains all of them.
  virtual void begin() = 0;
  // Counts the matrices that it makes.
  [[nodiscard]] virtual Made make(const FitTask& task) = 0;
  // Whether early_stopping_rounds stops such a fit, as it does in the library's own Python package; if not, why: a note.
  [[nodiscard]] virtual std::string why_not_stopped(const FitTask&) const { return {}; }
  // Bytes of device memory that a fit's booster is expected to need; of the CPU's nothing is expected.
  [[nodiscard]] virtual std::uint64_t expected_bytes(const FitTask&) const { return 0; }
  // Bytes of this device that boosters may use together, beside what they share. `task`: the first one.
  [[nodiscard]] virtual std::uint64_t room_for_boosters(const FitTask&) const { return Gate::unlimited; }
  // What is to be noted of a log.
  struct Warning {
    std::string kind, text;   // a kind is noted once in a study
  };
  [[nodiscard]] virtual std::vector<Warning> warnings_of(const std::string& log) const = 0;

  // For the library's callback: adds to the log of the calling thread's fit.
  static void keep_log(std::string_view text);
  [[nodiscard]] int gpu() const { return gpu_; }
  [[nodiscard]] std::string device() const;   // cpu, cuda:0
  void count_matrices() { ++counters_.matrices; }

 private:
  using Warnings = std::map<std::string, std::string>;   // by kind
  // Why a fit could not be trained, and beside whom.
  struct Trouble {
    std::string message;
    bool alone = false;   // from its start on
    Gate::Crowd crowd;
  };
  [[nodiscard]] TaskResult train(const FitTask& task, const std::stop_token& stop);
  [[nodiscard]] std::optional<Trouble> train_once(const FitTask& task, const std::stop_token& stop, Gate& gate,
                                                  Gate::Company company, Warnings& warnings, TaskResult& result);
  void train_one(const FitTask& task, const std::stop_token& stop, Warnings& warnings, TaskResult& result);
  void note_fewer(const std::optional<int>& at_once, TaskResult& result);
  [[nodiscard]] double score_of(const Made& made) const;

  BoosterStudy& study_;
  int gpu_;
  std::uint64_t memory_ = std::uint64_t{1} << 40;
  Counters counters_;
};

// Tells the observer which library, devices and seed are used, and why.
void note_trainer(const std::string& library, const std::string& path, const Study& study,
                  const TrainerDevices& devices, Observer& observer);
// Where executors are: one for each thread of the CPU, or so many for each GPU, the first ones of all GPUs first.
[[nodiscard]] std::vector<int> booster_places(const Study& study, const TrainerDevices& devices, int of_each_gpu);
// "XGBoost 3.2.0, built with CUDA (/path/libxgboost.so)", and what it runs on.
[[nodiscard]] Result<std::string> describe_trainer(const std::string& library, const std::string& path, bool has_cuda);

}   // namespace warptune
