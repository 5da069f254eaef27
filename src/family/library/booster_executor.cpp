#include "family/library/booster_executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <new>
#include <optional>

#include "device/devices.h"
#include "family/library/learning_curve.h"
#include "family/library/timed_call.h"

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

// Libraries say it in many ways: "Memory allocation error", "bad_malloc: Failed to allocate", "std::bad_alloc".
bool is_out_of_memory(std::string message) {
  std::transform(message.begin(), message.end(), message.begin(), [](unsigned char c) { return std::tolower(c); });
  return message.find("alloc") != std::string::npos || message.find("memory") != std::string::npos;
}

}   // namespace

std::string without_digits(std::string text) {
  std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return text;
}

void BoosterExecutor::keep_log(std::string_view text) {
  if (thread_log != nullptr) *thread_log += text;
}

std::string BoosterExecutor::device() const { return gpu_ == on_cpu ? "cpu" : fmt::format("cuda:{}", gpu_); }

std::string BoosterExecutor::name() const { return fmt::format("{} on {}", study_.library, device()); }

void BoosterExecutor::run(std::span<const FitTask> tasks, const std::stop_token& stop, const OnTaskResult& on_result) {
  if (counters_.threads == 0) {
    begin();
    counters_.threads = 1;
  }
  for (const FitTask& task : tasks) {
    TaskResult result = train(task, stop);
    if (stop.stop_requested()) return;
    on_result(std::move(result));
  }
}

// Whatever a library throws while others train beside may be for lack of memory, by whatever name: before it fails the
// trial, the fit is trained once more with the device to itself. What has failed like that with the device to itself is
// known to be something else.
TaskResult BoosterExecutor::train(const FitTask& task, const std::stop_token& stop) {
  TaskResult result{task, {}, {}};
  Warnings warnings;
  Gate& gate = study_.gate(gpu_, [&] { return room_for_boosters(task); });
  std::optional<Trouble> trouble = train_once(task, stop, gate, Gate::Company::others, warnings, result);
  if (trouble && !trouble->alone && !study_.fails_alone(trouble->message)) {
    const bool memory = is_out_of_memory(trouble->message);
    if (memory) note_fewer(gate.narrow(trouble->crowd), result);
    std::optional<Trouble> again = train_once(task, stop, gate, Gate::Company::none, warnings, result);
    if (!memory && !again && !stop.stop_requested()) note_fewer(gate.narrow(trouble->crowd), result);
    trouble = std::move(again);
  }
  if (trouble && trouble->alone && is_out_of_memory(trouble->message)) {
    memory_ = 0;
    throw BatchTooLarge{fmt::format("{}: {}", name(), trouble->message), gpu_ == on_cpu};
  }
  if (trouble) {
    result.failure = trouble->message;
    if (trouble->alone) study_.failed_alone(trouble->message);
  }
  for (const auto& [kind, text] : warnings)
    if (study_.first_of(kind)) result.notes.push_back(text);
  return result;
}

void BoosterExecutor::note_fewer(const std::optional<int>& at_once, TaskResult& result) {
  if (at_once)
    result.notes.push_back(
        fmt::format("{}: memory ran out; from now on no more than {} train at once, and what failed "
                    "is trained again",
                    name(), *at_once));
}

std::optional<BoosterExecutor::Trouble> BoosterExecutor::train_once(const FitTask& task, const std::stop_token& stop,
                                                                    Gate& gate, Gate::Company company,
                                                                    Warnings& warnings, TaskResult& result) {
  const std::uint64_t bytes = expected_bytes(task);
  const Gate::Place place(gate, bytes, company);
  if (place.beside() > 0 && study_.first_of("room on " + device()))
    result.notes.push_back(
        fmt::format("{}: no room for more than {} at once of the size of trial {}'s, which is expected to need {} MB",
                    name(), place.beside(), task.planned->first_trial, (bytes + 500'000) / 1'000'000));
  try {
    train_one(task, stop, warnings, result);
    return std::nullopt;
  } catch (const TrainerError& error) {
    return Trouble{error.message, place.was_alone(), place.crowd()};
  } catch (const std::bad_alloc&) {   // our own
    return Trouble{"out of memory", place.was_alone(), place.crowd()};
  }
}

void BoosterExecutor::train_one(const FitTask& task, const std::stop_token& stop, Warnings& warnings,
                                TaskResult& result) {
  std::string log;
  const KeptLog kept(log);
  // Round by round, for a library may say the same in each.
  const auto look_at_log = [&] {
    if (log.empty()) return;
    for (const Warning& warning : warnings_of(log)) warnings.try_emplace(warning.kind, warning.text);
    log.clear();
  };
  std::vector<std::uint32_t> patiences = library_fit(task).variants;
  const bool patient = std::any_of(patiences.begin(), patiences.end(), [](auto p) { return p != unlimited; });
  if (const std::string why = patient ? why_not_stopped(task) : ""; !why.empty()) {
    warnings.try_emplace(why, why);
    std::fill(patiences.begin(), patiences.end(), unlimited);
  }
  const Made made = make(task);
  look_at_log();
  LearningCurve curve(task.planned->queries, patiences, study_.metric.info.maximise,
                      {study_.pruner, task.planned->number, task.fold});
  while (!curve.done()) {
    if (stop.stop_requested()) return;
    const InLibrary timed(counters_.trainer_seconds);
    made.booster->update();
    if (curve.wanted())   // a score takes up to a third of a round's time
      curve.add(score_of(made));
    else
      curve.skip();
    look_at_log();
  }
  for (const LearningCurve::Answer& answer : curve.answers()) {
    result.scores.push_back(answer.score);
    result.rounds.push_back(answer.rounds);
    result.pruned.push_back(answer.pruned);
  }
  ++counters_.boosters;
  ++counters_.fits;
}

double BoosterExecutor::score_of(const Made& made) const {
  const std::vector<std::uint8_t>& labels = *made.validation_labels;
  if (study_.library_metric.score != nullptr)
    return study_.library_metric.score(made.booster->evaluate(), labels.size());
  const Result<double> score = study_.metric.from_predictions(made.booster->predict(), labels, study_.classes);
  if (!score) throw TrainerError{fmt::format("{}: {}", study_.library, score.error().message)};
  return *score;
}

void note_trainer(const std::string& library, const std::string& path, const Study& study,
                  const TrainerDevices& devices, Observer& observer) {
  observer.note(fmt::format("training with {} ({})", library, path));
  if (!devices.note.empty()) observer.note(devices.note);
  if (const std::uint64_t handed = seed_of_bits(study.search.seed, 31); handed != study.search.seed)
    observer.note(
        fmt::format("{} takes seeds below 2^31: of {} it gets the hash {}", library, study.search.seed, handed));
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
