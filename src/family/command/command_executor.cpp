#include "family/command/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/environment.h"
#include "base/setting_mark.h"
#include "base/shown.h"
#include "family/command/data.h"
#include "family/command/worker_process.h"
#include "family/command/worker_protocol.h"
#include "family/library/gpu_list.h"
#include "family/library/open_library.h"
#include "family/library/seed.h"
#include "family/unused_settings.h"
#include "metric/prediction_score.h"

namespace warptune {

namespace {

namespace fs = std::filesystem;
using Clock = WorkerProcess::Clock;

constexpr std::size_t most_first_failures = 5;   // before anything is scored: then it is the command, not a trial
constexpr int most_failed_starts = 5;            // in a row at any time: then the command is gone
// Predictions of more than these are not read to say how many there are.
constexpr std::size_t more_columns = 64, more_rows = 1 << 20;
constexpr std::size_t most_steps = 1000;             // whose intermediate scores are kept: a journal's line is bounded
constexpr auto farewell = std::chrono::seconds(1);   // for workers to end by themselves after the study

Clock::time_point after(double seconds) {
  constexpr double most = 1e9;   // a time_point has an end
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                            std::chrono::duration<double>(seconds > 0 && seconds < most ? seconds : most));
}

class CommandExecutor;

// What the executors of a study share.
struct CommandStudy {
  CommandStudy(const Study& its_study, const StudyData& its_data, CommandData written, const FamilyStart& start)
      : study(its_study),
        files(std::move(written)),
        observer(start.observer),
        pruner(start.pruner),
        classes(its_data.dataset.target.classes.size()) {
    for (int fold = 0; fold < its_data.split.count(); ++fold) {
      std::vector<std::uint8_t>& of_fold = labels.emplace_back();
      for (const std::uint32_t row : fold_rows(its_data, fold).validation)
        of_fold.push_back(its_data.dataset.target.labels[row]);
    }
  }

  const Study study;
  CommandData files;
  Observer& observer;
  const Pruner& pruner;
  const std::size_t classes;
  std::vector<std::vector<std::uint8_t>> labels;   // [folds][validation rows]

  std::atomic<bool> scored{false};     // anything
  std::atomic<int> failed_starts{0};   // in a row
  std::atomic<bool> noted_trained_on{false};
  std::atomic<bool> ending{false};   // StudyEnds is thrown: nobody waits for a worker any more
  std::vector<CommandExecutor*> executors;
  std::optional<Clock::time_point> last_moment;   // for workers to end by themselves, from when the first is let go

  std::mutex mutex;                             // of what follows
  std::map<std::int64_t, std::string> failed;   // why trials failed, on any fold
};

// What a library prints while it is loaded is not: it is passed on as standard error.
bool may_be_json(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first != std::string_view::npos && line[first] == '{';
}

std::string with_last_lines(std::string text, const std::string& lines) {
  return lines.empty() ? text : fmt::format("{}; its last lines:\n{}", text, lines);
}

class CommandExecutor final : public Executor {
 public:
  CommandExecutor(std::shared_ptr<CommandStudy> shared, std::size_t number, WorkerStart start)
      : shared_(std::move(shared)), number_(number), start_(std::move(start)) {}
  ~CommandExecutor() override { end_worker(); }
  CommandExecutor(const CommandExecutor&) = delete;
  CommandExecutor& operator=(const CommandExecutor&) = delete;

  [[nodiscard]] std::string name() const override { return shown(start_.command); }
  [[nodiscard]] std::uint64_t memory_bytes() const override { return 0; }   // its own affair
  [[nodiscard]] Counters counters() const override { return counters_; }
  void run(std::span<const FitTask> tasks, const std::stop_token& stop, const OnTaskResult& on_result) override {
    const WorkerProcess::Stop ends = [this, &stop] { return stop.stop_requested() || shared_->ending; };
    for (const FitTask& task : tasks) {
      if (std::string why = failure_of(task.planned->first_trial); !why.empty()) {   // on another fold
        on_result({task, {}, std::move(why)});
        continue;
      }
      const Result<double> score = train(task, ends);
      if (ends()) return;
      ++counters_.fits;
      TaskResult result{.task = task, .scores = {}, .failure = {}, .steps = std::move(steps_)};
      if (score) {
        result.scores.assign(task.last_query() - task.first_query(), *score);
        if (pruned_) result.pruned.assign(result.scores.size(), 1);
        result.notes = std::exchange(notes_, {});
        if (!shared_->scored) shared_->scored = true;
      } else {
        result.failure = score.error().message;
      }
      on_result(std::move(result));
      if (!score && too_many_failed(task.planned->first_trial, score.error().message))
        throw ended(fmt::format("the first {} trials failed, so the study ends", most_first_failures),
                    score.error().message);
    }
  }

  // The process, which says that it is ready only in greet(): so that all of them load their libraries at once.
  [[nodiscard]] Result<void> start() {
    Result<std::unique_ptr<WorkerProcess>> started =
        WorkerProcess::start(start_, [this](const std::string& line) { shared_->observer.worker_line(number_, line); });
    if (!started) return tl::unexpected(started.error());
    worker_ = std::move(*started);
    return {};
  }

  // The first line that it wrote before it answered the hello, and that was no answer; empty: none.
  [[nodiscard]] const std::string& printed() const { return printed_; }

  [[nodiscard]] Result<void> greet(const WorkerProcess::Stop& stop) {
    const std::string hello = shared_->files.hello(number_, shared_->pruner.prunes());
    const Clock::time_point until = after(shared_->study.model.command.start_timeout_seconds);
    WorkerProcess::Outcome outcome = worker_->send(hello, until, stop);
    Result<WorkerReady> ready;
    if (outcome == WorkerProcess::Outcome::good) {
      WorkerProcess::Line line = worker_->read_line(until, stop);
      for (; line.outcome == WorkerProcess::Outcome::good && !may_be_json(line.text);
           line = worker_->read_line(until, stop)) {
        if (printed_.empty()) printed_ = shown(line.text, 100);
        worker_->add_to_log(line.text);
        if (stop() || Clock::now() >= until) break;   // of one that prints without end
      }
      outcome = line.outcome;
      if (outcome == WorkerProcess::Outcome::good) ready = parse_ready(line.text);
    }
    if (outcome != WorkerProcess::Outcome::good)
      ready = failure(outcome == WorkerProcess::Outcome::timeout
                          ? fmt::format("it did not say that it is ready within {} s",
                                        shared_->study.model.command.start_timeout_seconds)
                          : trouble(outcome));
    if (ready) {
      prunes_ = ready->prunes;
      return {};
    }
    const std::string why = with_last_lines(ready.error().message, last_lines());
    worker_.reset();
    return failure(why);
  }

 private:
  // One fit on one fold; an error is why the trial fails.
  [[nodiscard]] Result<double> train(const FitTask& task, const WorkerProcess::Stop& stop) {
    Result<double> score = train_once(task, stop);
    // One that has answered before and left with exit code 0 did not want this trial: another one gets it.
    if (!score && left_ && !stop()) score = train_once(task, stop);
    return score;
  }

  [[nodiscard]] Result<double> train_once(const FitTask& task, const WorkerProcess::Stop& stop) {
    left_ = false;
    if (worker_ == nullptr) {
      answered_ = false;
      Result<void> ready = start();
      if (ready) ready = greet(stop);
      if (!ready) {
        if (!stop() && ++shared_->failed_starts >= most_failed_starts && shared_->scored)
          throw ended(fmt::format("the worker can't be started any more: {}", start_.command), ready.error().message);
        return failure("the worker can't be started: " + ready.error().message);
      }
    }
    shared_->failed_starts = 0;
    worker_->clear_log();
    last_step_.reset();
    steps_.clear();
    pruned_ = false;
    busy_ = true;
    counters_.threads = 1;
    const Clock::time_point asked = Clock::now();
    Result<double> score = ask(task, stop);
    counters_.trainer_seconds += std::chrono::duration<double>(Clock::now() - asked).count();
    if (stop()) return score;
    // However its training ended after that: it was not to go on.
    if (pruned_) score = last_step_->score;
    busy_ = false;
    answered_ |= score.has_value();
    return score;
  }

  [[nodiscard]] Result<double> ask(const FitTask& task, const WorkerProcess::Stop& stop) {
    const Clock::time_point until = after(shared_->study.model.command.trial_timeout_seconds);
    const std::int64_t trial = task.planned->first_trial;
    const std::string line = trial_line(trial, task.fold, library_fit(task).settings);
    if (const auto outcome = worker_->send(line, until, stop); outcome != WorkerProcess::Outcome::good)
      return give_up(trouble(outcome, "input"));
    while (true) {
      const WorkerProcess::Line got = worker_->read_line(until, stop);
      if (got.outcome != WorkerProcess::Outcome::good) return give_up(trouble(got.outcome));
      const Result<WorkerAnswer> answer = parse_answer(got.text);
      if (!answer) return give_up(answer.error().message);
      if (answer->trial != trial || answer->fold != task.fold)
        return give_up(fmt::format("it answered for trial {}, fold {}, when it was asked for trial {}, fold {}",
                                   answer->trial, answer->fold, trial, task.fold));
      switch (answer->kind) {
        case WorkerAnswer::Kind::score: return answer->score;
        case WorkerAnswer::Kind::predictions: return score_of(answer->text, task.fold);
        case WorkerAnswer::Kind::error: return failure(with_last_lines(said(answer->text), last_lines()));
        case WorkerAnswer::Kind::intermediate:
          if (pruned_) break;
          last_step_ = *answer;
          if (steps_.size() < most_steps || steps_.contains(answer->step)) steps_[answer->step] = answer->score;
          if (!shared_->pruner.prunes()) break;
          if (const auto outcome = ask_pruner(task, until, stop); outcome != WorkerProcess::Outcome::good)
            return give_up(trouble(outcome, "input"));
          break;
      }
      // A worker that sends them without end is not kept from its timeout by its own lines.
      if (Clock::now() >= until) return give_up(trouble(WorkerProcess::Outcome::timeout));
      if (stop()) return failure({});
    }
  }

  // After last_step_: whether to go on. A worker that asks is told; another one trains to its end for nothing.
  [[nodiscard]] WorkerProcess::Outcome ask_pruner(const FitTask& task, Clock::time_point until,
                                                  const WorkerProcess::Stop& stop) {
    const FitPruner pruner{shared_->pruner, task.planned->number, task.fold};
    pruned_ = !pruner.goes_on(0, last_step_->step, last_step_->score);
    if (pruned_ && !prunes_ && !shared_->noted_trained_on.exchange(true))
      notes_.emplace_back(
          "the command does not ask whether to go on: trials that are pruned are trained to their end, "
          "see docs/command.md");
    if (!prunes_) return WorkerProcess::Outcome::good;
    return worker_->send(go_on_line(task.planned->first_trial, task.fold, !pruned_), until, stop);
  }

  [[nodiscard]] Result<double> score_of(const std::string& path, int fold) const {
    const auto& labels = shared_->labels[static_cast<std::size_t>(fold)];
    const fs::path file = fs::path(path).is_absolute() ? fs::path(path) : fs::path(start_.folder) / path;
    const Result<NpyArray> predictions =
        read_npy(file.string(), labels.size() * (shared_->classes + more_columns) + more_rows);
    const std::string where = "its predictions in " + shown(path, 200);
    if (!predictions) return failure(fmt::format("{}: {}", where, predictions.error().message));
    Result<double> score = score_predictions(shared_->study.evaluation.metric, *predictions, labels, shared_->classes);
    if (!score) return failure(fmt::format("{}: {}", where, score.error().message));
    return score;
  }

  static std::string said(const std::string& error) { return "the worker says: " + error; }

  // stream: on which it was seen.
  [[nodiscard]] std::string trouble(WorkerProcess::Outcome outcome, const char* stream = "output") {
    switch (outcome) {
      case WorkerProcess::Outcome::ended: return worker_->end_text(stream);
      case WorkerProcess::Outcome::timeout:
        return fmt::format("it took more than {} s", shared_->study.model.command.trial_timeout_seconds);
      case WorkerProcess::Outcome::too_long:
        return fmt::format("it wrote a line of more than {} bytes", WorkerProcess::most_line_bytes);
      case WorkerProcess::Outcome::good:
      case WorkerProcess::Outcome::stopped: break;
    }
    return "the study was stopped";
  }

  [[nodiscard]] std::string last_lines() const { return worker_->last_lines(); }

  // Of a worker that cannot be asked again: the next trial gets another one.
  [[nodiscard]] tl::unexpected<Error> give_up(const std::string& why) {
    std::string text = "the worker failed: " + why;
    if (last_step_) text += fmt::format("; at step {} its score was {}", last_step_->step, last_step_->score);
    text = with_last_lines(std::move(text), last_lines());
    left_ = answered_ && !last_step_ && worker_->ended_well();
    worker_.reset();
    return failure(text);
  }

  // Empty: it has not failed.
  [[nodiscard]] std::string failure_of(std::int64_t trial) const {
    const std::lock_guard lock(shared_->mutex);
    const auto found = shared_->failed.find(trial);
    return found == shared_->failed.end() ? std::string() : found->second;
  }

  // Counts it; whether so many failed before anything was scored that it is the command's fault.
  [[nodiscard]] bool too_many_failed(std::int64_t trial, const std::string& why) const {
    const std::lock_guard lock(shared_->mutex);
    shared_->failed.emplace(trial, why);
    return !shared_->scored && shared_->failed.size() >= most_first_failures;
  }

  [[nodiscard]] StudyEnds ended(const std::string& message, const std::string& why) const {
    shared_->ending = true;
    return {{message, why, ErrorKind::no_score}};
  }

  // All workers of the study may end at the same time, a second long; then they are ended. No executor runs any more.
  void end_worker() {
    if (!shared_->last_moment) {
      shared_->last_moment = Clock::now() + farewell;
      for (CommandExecutor* executor : shared_->executors)
        if (executor->worker_ != nullptr) executor->worker_->close_input();
    }
    if (worker_ != nullptr && !busy_) worker_->wait(*shared_->last_moment);
    worker_.reset();
  }

  std::shared_ptr<CommandStudy> shared_;
  std::size_t number_;
  WorkerStart start_;
  std::unique_ptr<WorkerProcess> worker_;   // null: the next trial starts one
  bool busy_ = false;                       // was asked and has not answered
  bool answered_ = false;                   // this worker has scored something
  bool left_ = false;                       // it ended by itself, with exit code 0, before it answered
  bool prunes_ = false;                     // this worker asks whether to go on
  bool pruned_ = false;                     // this trial was not to go on after last_step_
  std::optional<WorkerAnswer> last_step_;   // of this trial
  std::string printed_;
  std::map<std::int64_t, double> steps_;   // of this trial, the last score of each
  std::vector<std::string> notes_;
  Counters counters_;
};

int count_of_workers(const Study& study, std::size_t gpus, int folds) {
  const int wanted = study.model.command.workers > 0 ? study.model.command.workers
                     : gpus > 0                      ? static_cast<int>(gpus)
                                                     : cpu_threads(study);
  if (study.search.trials == 0) return wanted;   // of a grid: all
  return static_cast<int>(std::min<std::int64_t>(wanted, study.search.trials * folds));
}

// A worker finds warptune_worker.py without being told where it is: beside the installed program, or in the source tree.
std::string python_folder(const std::string& keeper) {
  std::error_code error;
  const fs::path program = fs::canonical(keeper, error).parent_path();
  for (const char* folder : {"../share/warptune/python", "../../python"}) {
    const fs::path python = (program / folder).lexically_normal();
    if (fs::exists(python / "warptune_worker.py", error)) return python.string();
  }
  return {};
}

// Workers share the cores: a library that would take all of them in each worker is told.
std::vector<std::string> worker_environment(const Study& study, int workers, const std::vector<int>& gpus, int worker) {
  std::vector<std::string> variables{fmt::format("WARPTUNE_WORKER={}", worker)};   // for warptune_worker.py
  if (!environment("OMP_NUM_THREADS")) {
    variables.push_back(fmt::format("OMP_NUM_THREADS={}", std::max(1, cpu_threads(study) / workers)));
  }
  if (!gpus.empty())
    variables.push_back("CUDA_VISIBLE_DEVICES=" + visible_device(gpus[static_cast<std::size_t>(worker) % gpus.size()]));
  variables.insert(variables.end(), study.model.command.environment.begin(), study.model.command.environment.end());
  constexpr std::string_view path_of_python = "PYTHONPATH=";
  std::string given = environment("PYTHONPATH").value_or("");
  for (const std::string& variable : study.model.command.environment)
    if (variable.starts_with(path_of_python)) given = variable.substr(path_of_python.size());
  if (const std::string folder = python_folder(study.model.command.keeper); !folder.empty())
    variables.push_back(fmt::format("{}{}{}{}", path_of_python, given, given.empty() ? "" : ":", folder));
  return variables;
}

class OpenCommand final : public OpenLibrary {
 public:
  using OpenLibrary::OpenLibrary;

  [[nodiscard]] Result<void> start(const FamilyStart& start) override {
    Observer& observer = start.observer;
    // Nothing is said about GPUs unless they are asked for: the command may not want any.
    const std::string device = study_.run.device == "auto" ? "cpu" : study_.run.device;
    const Result<TrainerDevices> chosen = choose_gpus(device, "the command", true);
    if (!chosen) return tl::unexpected(chosen.error());
    if (study_.model.command.keeper.empty())
      return failure("the family command needs the program warptune, which keeps its workers",
                     "set the study's model.command.keeper to the program's path");
    const std::string& folder = study_.model.command.folder;
    std::error_code error;
    if (!folder.empty() && !fs::is_directory(folder, error))
      return failure(fmt::format("{}: the command's folder is not there", folder),
                     "give another " + setting_mark("model.folder"));
    const int workers = count_of_workers(study_, chosen->gpus.size(), data_.split.count());
    Result<CommandData> files = start.dry_run ? Result<CommandData>(CommandData()) : CommandData::in_new_folder();
    if (!files) return tl::unexpected(files.error());
    const auto shared = std::make_shared<CommandStudy>(study_, data_, std::move(*files), start);
    make_executors(shared, workers, chosen->gpus);
    if (!start.dry_run) {
      if (Result<void> ready = start_workers(*shared); !ready) return ready;
      note_workers(*shared, workers, chosen->gpus);
    }
    note_unused_memory(study_, observer);
    note_unused_streams(study_, observer);
    return {};
  }

 private:
  void make_executors(const std::shared_ptr<CommandStudy>& shared, int workers, const std::vector<int>& gpus) {
    for (int i = 0; i < workers; ++i) {
      WorkerStart start;
      start.keeper = study_.model.command.keeper;
      start.data = shared->files.folder();
      start.folder = study_.model.command.folder;
      start.command = study_.model.command.line;
      start.environment = worker_environment(study_, workers, gpus, i);
      auto executor = std::make_unique<CommandExecutor>(shared, static_cast<std::size_t>(i), std::move(start));
      shared->executors.push_back(executor.get());
      executors_.push_back(std::move(executor));
    }
  }

  // They load their libraries while the data are written, and their keepers already answer for the folder.
  [[nodiscard]] Result<void> start_workers(CommandStudy& shared) const {
    for (CommandExecutor* executor : shared.executors)
      if (Result<void> running = executor->start(); !running) return running;
    if (Result<void> written = shared.files.write(study_, data_); !written) return written;
    const auto never = [] { return false; };
    for (CommandExecutor* executor : shared.executors)
      if (Result<void> ready = executor->greet(never); !ready)
        return failure(fmt::format("{}: the worker is not ready: {}", shown(study_.model.command.line),
                                   ready.error().message),
                       "it must answer the hello with {\"ready\":true}, see docs/command.md");
    return {};
  }

  void note_workers(const CommandStudy& shared, int workers, const std::vector<int>& gpus) const {
    Observer& observer = shared.observer;
    for (const CommandExecutor* executor : shared.executors)
      if (!executor->printed().empty()) {
        observer.note(
            fmt::format("the command printed '{}' before it was ready: it is taken as standard error, but standard "
                        "output is for answers only, see docs/command.md",
                        executor->printed()));
        break;
      }
    const std::uint64_t seed = study_.search.seed;
    if (const std::uint64_t handed = seed_of_bits(seed, 32); handed != seed)
      observer.note(fmt::format("workers get seeds below 2^32, as NumPy takes them: of {} the hash {}", seed, handed));
    observer.note(
        fmt::format("{} worker{} {}", workers, workers == 1 ? "" : "s",
                    gpus.empty() ? std::string("on the CPU") : fmt::format("on GPU {}", fmt::join(gpus, ", "))));
  }
};

}   // namespace

Result<std::unique_ptr<OpenFamily>> open_command(const Study& study, const StudyData& data, Devices&) {
  return std::make_unique<OpenCommand>(study, data);
}

}   // namespace warptune
