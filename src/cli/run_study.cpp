// Ties the stages together: table -> dataset -> points -> plan -> fits -> journal -> results.
#include "cli/run_study.h"

#include <fmt/format.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "base/message.h"
#include "base/shown.h"
#include "base/standard_output.h"
#include "cli/columns_text.h"
#include "cli/interrupt.h"
#include "dataset/column_sorter.h"
#include "device/devices.h"
#include "family/forest/draw_limits.h"
#include "family/forest/prepared_fit.h"
#include "family/library/values.h"
#include "family/plan_text.h"
#include "result/data_shape.h"
#include "result/journal.h"
#include "result/leaderboard.h"
#include "result/progress.h"
#include "result/results_file.h"
#include "result/stats_file.h"
#include "run/evaluation_notes.h"
#include "run/scheduler.h"
#include "run/score_board.h"
#include "run/watch.h"
#include "search/grid.h"
#include "study/study_json.h"
#include "warptune/family.h"
#include "warptune/version.h"

namespace warptune {

namespace {

using Clock = std::chrono::steady_clock;

// After an interrupt for the trees that are being grown: of a very large table one takes longer, and Ctrl-C shall end
// within a second.
constexpr double patience_seconds = 0.6;

// Trials that end faster are written into the journal together: each write takes its lock and gives it back.
constexpr std::chrono::milliseconds journal_group{100};

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Adds the time until its end to a stage.
class Stage {
 public:
  Stage(Stats& stats, std::string name) : stats_(stats), name_(std::move(name)) {}
  ~Stage() { stats_.add_seconds(name_, seconds_since(start_)); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

 private:
  Stats& stats_;
  std::string name_;
  Clock::time_point start_ = Clock::now();
};

struct Data {
  Dataset dataset;
  Split split;
  std::optional<Table> table;       // for trainers, which want values, not bins
  std::vector<std::string> notes;   // of reading, binning and splitting: for stderr
  std::string columns;              // of a dry run: what the table's columns are
};

bool is_forest(const Study& study) { return (*find_family(study.model.family))->trainer == Trainer::forest; }

// Where the table's columns are sorted and trials are drawn: on the study's device if its kernels are ours, else on the CPU.
Study for_preparation(Study study) {
  if (!is_forest(study)) study.run.device = "cpu";
  return study;
}

Result<Data> load(const Study& study, int threads, Stats& stats) {
  Result<Table> table = [&] {
    const Stage stage(stats, "read");
    CsvOptions options = study.input.csv;
    options.threads = threads;
    options.labels = {study.dataset.target};
    if (!study.dataset.fold_column.empty()) options.labels.push_back(study.dataset.fold_column);
    options.drop = study.dataset.drop;
    options.keep = study.dataset.keep;
    return read_csv(study.input.path, options);
  }();
  if (!table) return tl::unexpected(table.error());
  const Stage stage(stats, "bin");
  DatasetOptions options = study.dataset;
  options.threads = threads;
  const Study preparation = for_preparation(study);
  Result<Dataset> dataset = make_dataset(*table, options, column_sorter(preparation));
  if (!dataset) return tl::unexpected(dataset.error());
  std::vector<std::string> notes = std::move(table->notes);
  notes.insert(notes.end(), dataset->notes.begin(), dataset->notes.end());
  std::string columns;
  if (study.output.dry_run)   // roles that a dataset was made from are right
    columns = columns_text(*table, *column_roles(*table, options));
  std::optional<Table> kept;
  if (is_forest(study))
    *table = {};   // its memory is the fits' now
  else
    kept.emplace(std::move(*table));
  SplitOptions split_options = study.evaluation.split;
  split_options.seed = study.search.seed;
  Result<Split> split = make_split(*dataset, split_options);
  if (!split) return tl::unexpected(split.error());
  for (std::string& text : evaluation_notes(study, *dataset, *split)) notes.push_back(std::move(text));
  if (Result<void> scored = check_target(study, *dataset); !scored) return tl::unexpected(scored.error());
  if (is_forest(study))
    if (Result<void> countable = check_draws(study.space, *dataset, *split); !countable)
      return tl::unexpected(countable.error());
  Data loaded{std::move(*dataset), std::move(*split), std::move(kept), std::move(notes), std::move(columns)};
  if (loaded.table) loaded.dataset.hash += cells_digest({&*loaded.table, &loaded.dataset, &loaded.split});
  return loaded;
}

Result<std::vector<Point>> propose(const Study& study) {
  if (study.search.sampler == "grid")
    return grid_points(study.space, study.search.trials_given ? study.search.trials : 0);
  return draw_points(for_preparation(study));
}

// What should not be missed: shown to those who want quiet, too.
void warn(const std::string& text) { write_message(text); }

void note(const Study& study, const std::string& text) {
  if (!study.output.quiet) warn(text);
}

// A space that has not as many settings as there are to be trials.
void note_of_space(const Study& study, std::size_t points) {
  const double settings = count_of_settings(study.space);
  if (settings < static_cast<double>(points))
    note(study, fmt::format("the space has {:.0f} different setting{}, so {} of {} trials repeat one; --sampler grid "
                            "takes each once",
                            settings, settings == 1 ? "" : "s", points - static_cast<std::size_t>(settings), points));
  if (study.search.sampler == "grid" && study.search.trials_given &&
      static_cast<double>(study.search.trials) > settings)
    note(study, fmt::format("the grid has {} setting{}, so there are not {} trials", points, points == 1 ? "" : "s",
                            study.search.trials));
}

FitContext context_of(const Study& study, const Data& data) {
  return {&data.dataset, &data.split, &metric_of(study.evaluation.metric), study.search.seed,
          draw_needs(study.space, data.dataset.rows)};
}

TrainerData trainer_data(const Data& data) { return {&*data.table, &data.dataset, &data.split}; }

Plan plan_of(const Study& study, const Data& data, const std::vector<Point>& points, const KnownTrials& known) {
  if (is_forest(study))
    return make_plan(ForestReader(study.model.family, study.space, data.dataset.features.size()), points, known);
  return make_trainer_plan(**find_family(study.model.family), study.space, points, known);
}

std::vector<Batch> batches_of(const Study& study, const Data& data, const Plan& plan, const Devices& devices) {
  if (!is_forest(study)) return single_batches(plan.fits, data.split.count());
  std::uint64_t memory = devices.executors.front()->memory_bytes();
  for (const auto& executor : devices.executors) memory = std::min(memory, executor->memory_bytes());
  return make_batches(context_of(study, data), plan.fits, devices.executors.size(), devices.work_per_batch, memory / 2);
}

struct OpenedDevices {
  std::optional<Devices> devices;   // none when there is nothing left to fit
  std::vector<std::string> notes;   // which ones, and why: for stderr when nothing can be wrong any more
};

// Before any file is made.
Result<OpenedDevices> open(const Study& study, const Data& data, std::size_t known, std::size_t points) {
  OpenedDevices opened;
  if (known == points) return opened;
  const auto on_note = [&](const std::string& text) { opened.notes.push_back(text); };
  Result<Devices> devices = is_forest(study) ? open_devices(study, context_of(study, data), on_note)
                                             : open_trainer(study, trainer_data(data), on_note);
  if (!devices) return tl::unexpected(devices.error());
  const Trainer trainer = (*find_family(study.model.family))->trainer;
  const bool streams = devices->cuda && (trainer == Trainer::forest || trainer == Trainer::xgboost);
  if (study.run.streams != Study().run.streams && !streams)
    opened.notes.push_back(
        fmt::format("--streams {} does nothing here: streams are of GPUs, and there of forests and "
                    "XGBoost's boosters",
                    study.run.streams));
  opened.devices = std::move(*devices);
  return opened;
}

struct Outputs {
  std::optional<Journal> journal;
  std::optional<ResultsFile> results;
  std::optional<StatsFile> stats;
};

Result<void> open_files(const Study& study, Outputs& outputs) {
  if (!study.output.results.empty()) {
    Result<ResultsFile> file = ResultsFile::open(study.output.results);
    if (!file) return tl::unexpected(file.error());
    outputs.results.emplace(std::move(*file));
  }
  if (!study.output.stats.empty()) {
    Result<StatsFile> file = StatsFile::open(study.output.stats);
    if (!file) return tl::unexpected(file.error());
    outputs.stats.emplace(std::move(*file));
  }
  return {};
}

// Trials as results and table have them: each moved once, to where its number belongs.
std::vector<Trial> by_number(std::vector<Trial> trials) {
  const auto lower = [](const Trial& a, const Trial& b) { return a.number < b.number; };
  if (std::is_sorted(trials.begin(), trials.end(), lower)) return trials;
  std::vector<std::pair<std::int64_t, std::size_t>> order;
  order.reserve(trials.size());
  for (std::size_t i = 0; i < trials.size(); ++i) order.emplace_back(trials[i].number, i);
  std::sort(order.begin(), order.end());
  std::vector<Trial> sorted;
  sorted.reserve(trials.size());
  for (const auto& [number, at] : order) sorted.push_back(std::move(trials[at]));
  return sorted;
}

class StudyRun {
 public:
  // known: trials that an earlier run scored.
  StudyRun(const Study& study, std::vector<Trial> known, Outputs outputs)
      : study_(study),
        trials_(std::move(known)),
        outputs_(std::move(outputs)),
        known_(trials_.size()),
        written_(trials_.size()) {}

  Result<void> run(const Data& data, const std::vector<Point>& points, const OpenedDevices& opened, Stats& stats);

 private:
  Result<void> fit(const Data& data, const std::vector<Point>& points, const Devices& devices, Stats& stats);
  void note_journal();
  void record(ScoreBoard& board, const TaskResult& result, Progress& progress);
  void write_ended(std::chrono::milliseconds group);
  void close_journal();
  Result<void> write_outputs(Stats& stats);
  Result<void> end(std::size_t points);
  [[nodiscard]] std::string resume_command() const;   // empty without a journal
  [[nodiscard]] Error interruption(std::size_t points) const;
  [[noreturn]] void leave(std::size_t points, Progress& progress, Stats& stats);

  const Study& study_;
  std::vector<Trial> trials_;   // that ended, in that order; those before this run first
  Outputs outputs_;
  std::size_t known_;     // of them, before this run
  std::size_t written_;   // of them, in the journal
  Clock::time_point written_at_;
  std::size_t noted_ = 0;   // notes of the journal that are on stderr
  Clock::time_point start_ = Clock::now();
  std::atomic<bool> stop_{false};
  bool interrupted_ = false, out_of_time_ = false;
  Clock::time_point interrupted_at_;
  std::optional<Error> failure_;
  std::mutex mutex_;   // journal and progress
};

Result<void> StudyRun::run(const Data& data, const std::vector<Point>& points, const OpenedDevices& opened,
                           Stats& stats) {
  for (const std::string& text : data.notes) note(study_, text);
  for (const std::string& text : opened.notes) note(study_, text);
  note_of_space(study_, points.size());
  note_journal();
  if (opened.devices) {
    Result<void> fitted = fit(data, points, *opened.devices, stats);
    note_journal();
    if (!fitted) {   // what is scored is the user's, however the study ended; why it did matters more than a full disk
      static_cast<void>(write_outputs(stats));
      return fitted;
    }
  }
  if (Result<void> written = write_outputs(stats); !written) return written;
  return end(points.size());
}

// What the user should know of the journal since the last call.
void StudyRun::note_journal() {
  if (!outputs_.journal) return;
  const std::vector<std::string>& notes = outputs_.journal->notes();
  for (; noted_ < notes.size(); ++noted_) note(study_, notes[noted_]);
}

void StudyRun::record(ScoreBoard& board, const TaskResult& result, Progress& progress) {
  const std::lock_guard lock(mutex_);
  const std::size_t before = trials_.size();
  board.add(result, trials_);
  if (trials_.size() == before) return;
  progress.add(std::span(trials_).subspan(before));
  write_ended(journal_group);
}

// Trials that ended go into the journal at once, those that end within `group` of each other together.
void StudyRun::write_ended(std::chrono::milliseconds group) {
  if (!outputs_.journal || failure_ || written_ == trials_.size() || Clock::now() - written_at_ < group) return;
  const Result<bool> written = outputs_.journal->append(std::span(trials_).subspan(written_));
  written_at_ = Clock::now();
  if (!written) {
    failure_ = written.error();
    stop_ = true;
  } else if (*written) {
    written_ = trials_.size();
  }
}

Result<void> StudyRun::fit(const Data& data, const std::vector<Point>& points, const Devices& devices, Stats& stats) {
  KnownTrials known(points.size());
  for (const Trial& trial : trials_) known.add(static_cast<std::size_t>(trial.number));
  const Plan plan = plan_of(study_, data, points, known);
  std::vector<Batch> batches = batches_of(study_, data, plan, devices);

  const Result<ProgressChoice> choice = parse_progress(study_.output.progress, "--progress");
  if (!choice) return tl::unexpected(choice.error());
  const std::unique_ptr<ProgressSink> sink = study_.output.quiet ? nullptr : progress_sink(*choice);
  Progress progress(sink.get(), {static_cast<std::int64_t>(points.size()), static_cast<std::int64_t>(known_),
                                 maximise(study_.evaluation.metric)});
  ScoreBoard board(plan, points, data.split.count(), known);
  trials_.reserve(points.size());
  Result<SchedulerCounters> counters = [&] {
    const Stage stage(stats, "fit");
    const Watch watch([&] {
      if (InterruptGuard::interrupted() && !interrupted_) {
        interrupted_ = stop_ = true;
        interrupted_at_ = Clock::now();
      }
      if (interrupted_ && seconds_since(interrupted_at_) > patience_seconds) leave(points.size(), progress, stats);
      if (study_.run.time_limit_seconds > 0 && seconds_since(start_) > study_.run.time_limit_seconds && !stop_)
        out_of_time_ = stop_ = true;
      const std::lock_guard lock(mutex_);
      progress.tick();
      if (!outputs_.journal || failure_) return;
      write_ended(journal_group);
      if (Result<void> tended = outputs_.journal->tend(); !tended) {
        failure_ = tended.error();
        stop_ = true;
      }
    });
    return run_batches(
        std::move(batches), devices.executors, [&](const TaskResult& result) { record(board, result, progress); },
        [&](const std::string& text) { note(study_, text); }, stop_);
  }();
  progress.finish();
  if (InterruptGuard::interrupted()) interrupted_ = true;
  Counters total;
  for (const auto& executor : devices.executors) total += executor->counters();
  stats.fits = static_cast<std::int64_t>(total.fits);
  stats.matrices = static_cast<std::int64_t>(total.matrices);
  stats.boosters = static_cast<std::int64_t>(total.boosters);
  stats.threads = static_cast<std::int64_t>(total.threads);
  stats.trainer_seconds = total.trainer_seconds;
  stats.trees = static_cast<std::int64_t>(total.trees);
  stats.launches = static_cast<std::int64_t>(total.launches);
  stats.uploads = static_cast<std::int64_t>(total.uploads);
  stats.bytes_to_device = total.bytes_to_device;
  stats.bytes_from_device = total.bytes_from_device;
  stats.peak_bytes_device = total.peak_device_bytes;
  if (counters) {
    stats.batches = counters->batches;
    stats.batches_split = counters->batches_split;
  }
  if (outputs_.journal) {
    const Stage stage(stats, "journal");
    close_journal();
  }
  if (failure_) return tl::unexpected(*failure_);
  if (!counters) {
    Error error = counters.error();
    if (outputs_.journal && error.exit == Exit::device)
      error.hint += fmt::format("; {} trials are kept, go on with: warptune resume {} --device cpu", trials_.size(),
                                shell_word(outputs_.journal->path()));
    return tl::unexpected(std::move(error));
  }
  return {};
}

std::string StudyRun::resume_command() const {
  return outputs_.journal ? fmt::format("warptune resume {}", shell_word(outputs_.journal->path())) : std::string();
}

Error StudyRun::interruption(std::size_t points) const {
  const std::string resume = resume_command();
  const char* const why = InterruptGuard::signal() == SIGXCPU ? ": its processor time is used up (ulimit -t)" : "";
  return {fmt::format("interrupted after {} of {} trials{}", trials_.size(), points, why),
          resume.empty() ? "without --journal there is nothing to resume" : "go on with: " + resume, Exit::interrupted};
}

// After the last trial: waits for who holds the journal's lock, which append() does not for ever.
void StudyRun::close_journal() {
  while (outputs_.journal && !failure_ && written_ < trials_.size()) write_ended(std::chrono::milliseconds(0));
  if (!outputs_.journal) return;
  if (const Result<void> closed = outputs_.journal->close(); !closed && !failure_) failure_ = closed.error();
}

// Ends the process while fits still run: nothing of an unfinished batch is kept, so nothing is lost.
void StudyRun::leave(std::size_t points, Progress& progress, Stats& stats) {
  const std::lock_guard lock(mutex_);
  progress.finish();
  close_journal();
  static_cast<void>(write_outputs(stats));
  const Error error = failure_ ? *failure_ : interruption(points);
  write_error(error);
  std::_Exit(static_cast<int>(error.exit));
}

// Results, counters and the table of what has ended, in whatever way the study did.
Result<void> StudyRun::write_outputs(Stats& stats) {
  stats.trials = static_cast<std::int64_t>(trials_.size() - known_);
  trials_ = by_number(std::move(trials_));
  const Ranking ranking = rank(trials_, maximise(study_.evaluation.metric));
  Result<void> first;   // that failed: the others are written nevertheless
  const auto keep = [&](const Result<void>& written) {
    if (first && !written) first = written;
  };
  if (outputs_.results && !trials_.empty()) {
    const Stage stage(stats, "results");
    keep(outputs_.results->write(study_.space, trials_, ranking));
  }
  if (outputs_.stats) {
    stats.peak_bytes_host = peak_host_bytes();
    keep(outputs_.stats->write(stats));
  }
  if (!study_.output.quiet && !trials_.empty()) {
    const std::string text = leaderboard(study_.space, study_.evaluation.metric, trials_, ranking,
                                         static_cast<std::size_t>(study_.output.top)) +
                             summary(count(trials_), seconds_since(start_), stats.trials) + "\n";
    keep(write_output(text));
  }
  if (ranking.scored > 0)
    for (const std::string& text : failure_notes(trials_)) warn(text);
  return first;
}

// How the study ended, once everything is written.
Result<void> StudyRun::end(std::size_t points) {
  const bool unfinished = trials_.size() < points;
  const std::string resume = resume_command();
  if (interrupted_ && unfinished)   // one that comes after the last trial changes nothing
    return tl::unexpected(interruption(points));
  if (out_of_time_ && trials_.empty())
    return failure("the time limit ended the study before its first trial",
                   resume.empty() ? "give it more time" : "go on with: " + resume, Exit::no_score);
  if (out_of_time_ && unfinished)   // said to those who want quiet, too: the results are not the study's
    warn(fmt::format("the time limit ended the study after {} of {} trials{}", trials_.size(), points,
                     resume.empty() ? "" : "; go on with: " + resume));
  if (std::all_of(trials_.begin(), trials_.end(), [](const Trial& trial) { return trial.failed; }))
    return failure("no trial could be scored", trials_.empty() ? std::string() : trials_.front().reason,
                   Exit::no_score);
  return {};
}

Result<void> dry_run(const Study& study, const Data& data, const std::vector<Point>& points) {
  const Plan plan = plan_of(study, data, points, {});
  const Result<OpenedDevices> opened = open(study, data, 0, points.size());
  if (!opened) return tl::unexpected(opened.error());
  for (const std::string& text : data.notes) note(study, text);
  for (const std::string& text : opened->notes) note(study, text);
  note_of_space(study, points.size());
  const std::optional<Devices>& devices = opened->devices;
  const std::vector<Batch> batches = batches_of(study, data, plan, *devices);
  const std::string device = devices->executors.front()->name();
  if (!is_forest(study))
    return write_output(data.columns + trainer_plan_text(data.dataset, data.split.count(), plan, batches.size(), device,
                                                         devices->executors.size()));
  return write_output(data.columns + plan_text(context_of(study, data), plan, batches, device,
                                               devices->executors.front()->memory_bytes()));
}

}   // namespace

Result<void> run_study(const Study& study, const std::string& study_file) {
  Stats stats;
  const Result<Data> data = load(study, cpu_threads(study), stats);
  if (!data) return tl::unexpected(data.error());
  if (Result<void> checked = check_folds(study, data->dataset, data->split); !checked) return checked;
  const Result<std::vector<Point>> points = propose(study);
  if (!points) return tl::unexpected(points.error());
  if (study.output.dry_run) return dry_run(study, *data, *points);
  const Result<OpenedDevices> devices = open(study, *data, 0, points->size());
  if (!devices) return tl::unexpected(devices.error());
  const InterruptGuard guard;   // from here on there are files to clear away
  Outputs outputs;
  if (Result<void> opened = open_files(study, outputs); !opened) return opened;
  if (!study.output.journal.empty()) {
    JournalHeader header;
    header.name = study.input.path + ": " + study.model.family;
    header.maximise = maximise(study.evaluation.metric);
    header.metric = study.evaluation.metric;
    header.space = study.space;
    header.version = version;
    header.dataset = data->dataset.hash;
    header.seed = study.search.seed;
    header.study = {{"settings", kept_settings(study)}, {"data", data_shape(data->dataset)}, {"file", study_file}};
    if (devices->devices && !devices->devices->trainer.empty()) header.study["trainer"] = devices->devices->trainer;
    Result<Journal> journal = Journal::create(study.output.journal, header);
    if (!journal) return tl::unexpected(journal.error());
    outputs.journal.emplace(std::move(*journal));
  }
  StudyRun run(study, {}, std::move(outputs));
  return run.run(*data, *points, *devices, stats);
}

namespace {

// Another version of XGBoost may score the same trial differently.
Result<void> check_trainer(const JournalHeader& header, const OpenedDevices& opened, const std::string& path) {
  const auto was = header.study.find("trainer");
  if (!opened.devices || was == header.study.end() || *was == opened.devices->trainer) return {};
  return failure(fmt::format("{} was trained with {}, here is {}", path,
                             was->is_string() ? was->get<std::string>() : "?", opened.devices->trainer),
                 "go on with the version that the study began with, or start a new study");
}

// The journal's trials that need not be trained again. Each must be the one that the study's seed gives.
Result<std::vector<Trial>> known_trials(std::vector<Trial> trials, const Study& study, const std::vector<Point>& points,
                                        const std::string& path) {
  const char* const changed = "the journal was changed by hand, or by another program";
  for (const Trial& trial : trials) {
    const auto number = static_cast<std::size_t>(trial.number);
    if (number >= points.size())
      return failure(fmt::format("{} has a trial {}, its study has {} trials", path, number, points.size()), changed);
    if (trial.point != points[number])
      return failure(fmt::format("{}: trial {} is not the one that the study's seed gives", path, number), changed);
  }
  if (study.output.retry_failed) std::erase_if(trials, [](const Trial& trial) { return trial.failed; });
  return trials;
}

}   // namespace

Result<void> resume_study(const std::string& path, const GivenSettings& given) {
  Stats stats;
  Result<ReopenedJournal> reopened = Journal::reopen(path);
  if (!reopened) return tl::unexpected(reopened.error());
  const JournalHeader& header = reopened->contents.header;
  if (header.version != version)
    return failure(fmt::format("{} was written by warptune {}, this is {}", path, header.version, version),
                   "go on with that version: another one may score the same trial differently");
  if (!header.study.contains("settings") || !header.study.contains("data"))
    return failure(fmt::format("{}: the study's settings are missing", path),
                   "the journal was changed by hand, or by another program");
  const Result<Study> settings = study_from_json(header.study["settings"]);
  if (!settings) return failure(fmt::format("{}: {}", path, settings.error().message), settings.error().hint);
  Study study = *settings;
  const std::int64_t total = std::max(study.search.trials, header.trials);
  study.search.trials = total;
  const SettingValue* const trials = find_given(given, "search.trials");
  if (study.search.sampler == "grid" && !study.search.trials_given && trials != nullptr)
    return failure(fmt::format("--trials {}: the study tries all of its grid, there are no more",
                               std::get<std::int64_t>(*trials)),
                   fmt::format("to end it: warptune resume {}", shell_word(path)));
  study = with_given(std::move(study), given);
  if (study.search.trials < total)
    return failure(fmt::format("--trials {}: the study has {} trials already", study.search.trials, total),
                   "give a larger number to go on beyond them, or none to end those");
  study.output.journal = path;
  std::error_code ignored;
  if (study.input.path != "-" && find_given(given, "data.path") == nullptr &&
      !std::filesystem::exists(study.input.path, ignored))
    return failure(fmt::format("{}: the study's data are not there", study.input.path),
                   fmt::format("if they were moved: warptune resume {} --data FILE", shell_word(path)));
  const Result<Data> data = load(study, cpu_threads(study), stats);
  if (!data) return tl::unexpected(data.error());
  if (data->dataset.hash != header.dataset)
    return failure(fmt::format("{} is not the data that {} was made from: {}", study.input.path, path,
                               shape_difference(header.study["data"], data->dataset)),
                   "put the study's data back, or start a new study with a new journal");
  const Result<std::vector<Point>> points = propose(study);
  if (!points) return tl::unexpected(points.error());
  Result<std::vector<Trial>> known = known_trials(std::move(reopened->contents.trials), study, *points, path);
  if (!known) return tl::unexpected(known.error());
  const Result<OpenedDevices> devices = open(study, *data, known->size(), points->size());
  if (!devices) return tl::unexpected(devices.error());
  if (Result<void> same = check_trainer(header, *devices, path); !same) return same;
  const InterruptGuard guard;
  Outputs outputs;
  if (Result<void> opened = open_files(study, outputs); !opened) return opened;
  outputs.journal.emplace(std::move(reopened->journal));
  if (study.search.trials > total)
    if (Result<void> extended = outputs.journal->extend(study.search.trials); !extended) return extended;
  StudyRun run(study, std::move(*known), std::move(outputs));
  return run.run(*data, *points, *devices, stats);
}

}   // namespace warptune
