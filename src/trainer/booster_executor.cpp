#include "trainer/booster_executor.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "run/devices.h"
#include "trainer/in_library.h"
#include "trainer/learning_curve.h"
#include "trainer/mean_recall.h"

namespace warptune {

namespace {

thread_local std::string* thread_log = nullptr;

// Keeps what the library logs on this thread.
class KeptLog {
 public:
  explicit KeptLog(std::string& log) { thread_log = &log; }
  ~KeptLog() { thread_log = nullptr; }
  KeptLog(const KeptLog&) = delete;
  KeptLog& operator=(const KeptLog&) = delete;
};

bool is_out_of_memory(const std::string& message) {
  for (const char* words :
       {"out of memory", "Memory allocation error", "bad_alloc", "bad allocation", "cudaErrorMemoryAllocation"})
    if (message.find(words) != std::string::npos) return true;
  return false;
}

}   // namespace

void BoosterExecutor::keep_log(std::string_view text) {
  if (thread_log != nullptr) *thread_log += text;
}

std::string BoosterExecutor::device() const { return gpu_ == on_cpu ? "cpu" : fmt::format("cuda:{}", gpu_); }

std::string BoosterExecutor::name() const { return fmt::format("{} on {}", study_.library, device()); }

std::vector<TaskResult> BoosterExecutor::run(std::span<const FitTask> tasks, const std::atomic<bool>& stop) {
  if (counters_.threads == 0) {
    begin();
    counters_.threads = 1;
  }
  std::vector<TaskResult> results;
  for (const FitTask& task : tasks) results.push_back(train(task, stop));
  return results;
}

TaskResult BoosterExecutor::train(const FitTask& task, const std::atomic<bool>& stop) {
  TaskResult result{task, {}, {}};
  std::string log;
  Gate& gate = study_.gate(gpu_, [&] { return room_for_boosters(task); });
  const std::uint64_t bytes = expected_bytes(task);
  const Gate::Place place(gate, bytes);
  if (place.beside() > 0 && study_.first_of("room on " + device()))
    result.notes.push_back(
        fmt::format("{}: no room for more than {} at once of the size of trial {}'s, which is expected to need {} MB",
                    name(), place.beside(), task.planned->first_trial, (bytes + 500'000) / 1'000'000));
  try {
    train_one(task, stop, log, result);
  } catch (const TrainerError& error) {
    if (is_out_of_memory(error.message)) {
      if (!gate.narrow()) memory_ = 0;   // it was alone
      throw OutOfDeviceMemory{fmt::format("{}: {}", name(), error.message)};
    }
    result.failure = error.message;
  }
  for (const Warning& warning : warnings_of(log))
    if (study_.first_of(warning.kind)) result.notes.push_back(warning.text);
  return result;
}

void BoosterExecutor::train_one(const FitTask& task, const std::atomic<bool>& stop, std::string& log,
                                TaskResult& result) {
  std::optional<KeptLog> kept(log);
  const Made made = make(task);
  if (!keeps_log_of_trees()) kept.reset();
  LearningCurve curve(task.planned->queries, task.planned->patiences, maximise(study_.metric));
  while (!curve.done()) {
    if (stop) return;
    const InLibrary timed(counters_.trainer_seconds);
    made.booster->update();
    if (curve.wanted())   // a score takes up to a third of a round's time
      curve.add(score_of(made));
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

double BoosterExecutor::score_of(const Made& made) const {
  if (study_.metric == "balanced_accuracy")
    return mean_recall(made.booster->predict(), *made.validation_labels, study_.classes);
  const double value = made.booster->evaluate();
  // The libraries say the share of errors: a whole number of rows.
  const auto rows = static_cast<double>(made.validation_labels->size());
  return study_.metric == "accuracy" ? (rows - std::round(value * rows)) / rows : value;
}

void note_trainer(const std::string& library, const std::string& path, const TrainerDevices& devices,
                  const std::function<void(const std::string&)>& on_note) {
  on_note(fmt::format("training with {} ({})", library, path));
  if (!devices.note.empty()) on_note(devices.note);
}

std::vector<int> booster_places(const Study& study, const TrainerDevices& devices, int of_each_gpu) {
  if (devices.gpus.empty())
    return std::vector<int>(static_cast<std::size_t>(cpu_threads(study)), BoosterExecutor::on_cpu);
  std::vector<int> places;
  for (int i = 0; i < of_each_gpu; ++i) places.insert(places.end(), devices.gpus.begin(), devices.gpus.end());
  return places;
}

Result<std::string> describe_trainer(const std::string& library, const std::string& path, bool has_cuda) {
  const Result<TrainerDevices> chosen = choose_gpus("auto", library, has_cuda);
  if (!chosen) return tl::unexpected(chosen.error());
  return fmt::format("{}, built {} CUDA ({})\n{}", library, has_cuda ? "with" : "without", path, chosen->note);
}

}   // namespace warptune
