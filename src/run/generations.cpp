#include "run/generations.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "run/scheduler.h"
#include "run/score_board.h"
#include "run/stage.h"
#include "run/watch.h"

namespace warptune {

namespace {

using Clock = std::chrono::steady_clock;

// A generation of trials on its way to scores.
struct Generation {
  std::size_t first = 0;   // number of its first trial
  Points points;
  KnownTrials known;      // of its trials
  std::size_t open = 0;   // trials that are not known
  Plan plan;
};

// Each trial moved once, to where its number belongs.
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

class SearchRun {
 public:
  SearchRun(SearchParts parts, Observer& observer, const std::stop_token& stop, KnownBefore known)
      : parts_(std::move(parts)),
        observer_(observer),
        source_(std::move(known.source)),
        trials_(by_number(std::move(known.trials))),
        known_(trials_.size()),
        stop_asked_(stop, [this] { stop_.request_stop(); }) {}

  [[nodiscard]] Result<SearchResult> run();

 private:
  [[nodiscard]] Result<Generation> next();
  [[nodiscard]] Result<void> find_known(Generation& generation);
  [[nodiscard]] Result<void> begin(const Generation& first);
  void run(Generation& generation);
  void record(ScoreBoard& board, const TaskResult& result);
  void look();
  void fail(Error error);
  [[nodiscard]] SearchResult result();

  SearchParts parts_;
  Observer& observer_;
  std::string source_;          // of the trials known before
  std::vector<Trial> trials_;   // that ended, in that order; those known before first, by number
  std::size_t known_;           // trials known before
  std::size_t placed_ = 0;      // of them, in the generations so far
  std::uint32_t fits_ = 0;      // of the generations so far
  std::size_t asked_ = 0;       // trials of the generations so far
  bool started_ = false;        // the family's executors
  Clock::time_point begin_;
  std::stop_source stop_;
  bool out_of_time_ = false;
  std::optional<Error> failure_;
  std::mutex mutex_;   // trials and observer
  std::stop_callback<std::function<void()>> stop_asked_;
};

Result<SearchResult> SearchRun::run() {
  Result<Generation> generation = next();
  if (!generation) return tl::unexpected(generation.error());
  if (Result<void> begun = begin(*generation); !begun) return tl::unexpected(begun.error());
  while (!generation->points.empty()) {
    const std::size_t before = trials_.size();
    if (generation->open > 0) run(*generation);
    if (failure_ || trials_.size() - before < generation->open) break;
    generation = next();
    if (!generation) {
      fail(generation.error());
      break;
    }
  }
  observer_.finished(trials_);
  return result();
}

// Asked from whole generations only: all trials of those before have ended.
Result<Generation> SearchRun::next() {
  Generation generation;
  generation.first = asked_;
  const History history(trials_, asked_);
  parts_.pruner.see(history);
  Result<Points> points = parts_.sampler.ask(history);
  if (!points) return tl::unexpected(points.error());
  generation.points = std::move(*points);
  asked_ += generation.points.size();
  if (Result<void> found = find_known(generation); !found) return tl::unexpected(found.error());
  generation.plan = parts_.family.plan(generation.points, generation.known);
  for (const auto& fit : generation.plan.fits) {
    fit->number += fits_;
    fit->first_trial += static_cast<std::int64_t>(generation.first);
  }
  fits_ += static_cast<std::uint32_t>(generation.plan.fits.size());
  return generation;
}

// Each must be the one that the study's seed gives. They are in the order of their numbers, so those of a generation follow
// those of the one before.
Result<void> SearchRun::find_known(Generation& generation) {
  const auto refused = [this](const std::string& why) {
    return failure(source_ + why, "the journal was changed by hand, or by another program");
  };
  const std::int64_t planned = parts_.sampler.trials();
  if (known_ > 0 && trials_[known_ - 1].number >= planned)
    return refused(fmt::format(" has a trial {}, its study has {} trials", trials_[known_ - 1].number, planned));
  generation.known = KnownTrials(generation.points.size());
  generation.open = generation.points.size();
  for (; placed_ < known_ && static_cast<std::size_t>(trials_[placed_].number) < asked_; ++placed_) {
    const Trial& trial = trials_[placed_];
    const std::size_t place = static_cast<std::size_t>(trial.number) - generation.first;
    if (generation.known[place]) return refused(fmt::format(" has trial {} twice", trial.number));
    if (!std::ranges::equal(trial.point, generation.points[place]))
      return refused(fmt::format(": trial {} is not the one that the study's seed gives", trial.number));
    generation.known.add(place);
    --generation.open;
  }
  return {};
}

// Executors are started where something is left to train, which they may look at.
Result<void> SearchRun::begin(const Generation& first) {
  if (first.open > 0) {
    started_ = true;
    if (Result<void> started = parts_.family.start({first.plan, parts_.pruner, observer_}); !started) return started;
  }
  for (const std::string& text : parts_.sampler.notes()) observer_.note(text);
  begin_ = Clock::now();
  return observer_.begin({parts_.sampler.trials(), parts_.family.trainer(), parts_.counters});
}

void SearchRun::run(Generation& generation) {
  OpenFamily& family = parts_.family;
  if (!started_) {   // all of the generations before were known
    started_ = true;
    if (Result<void> started = family.start({generation.plan, parts_.pruner, observer_}); !started)
      return fail(started.error());
  }
  std::vector<Batch> batches = family.batches(generation.plan);
  ScoreBoard board(generation.plan, generation.points, generation.first, parts_.folds, generation.known);
  trials_.reserve(trials_.size() + generation.open);
  const Stage stage(parts_.counters, "fit");
  const Watch watch([this] { look(); });
  const Result<SchedulerCounters> counters = run_batches(
      std::move(batches), family.executors(), [&](const TaskResult& result) { record(board, result); },
      [this](const std::string& text) {
        const std::lock_guard lock(mutex_);
        observer_.note(text);
      },
      stop_.get_token());
  if (!counters) return fail(counters.error());
  parts_.counters.batches += counters->batches;
  parts_.counters.batches_split += counters->batches_split;
}

void SearchRun::record(ScoreBoard& board, const TaskResult& result) {
  const std::lock_guard lock(mutex_);
  const std::size_t before = trials_.size();
  board.add(result, trials_);
  if (trials_.size() == before || failure_) return;
  if (Result<void> taken = observer_.ended(trials_, trials_.size() - before); !taken) {
    failure_ = taken.error();
    stop_.request_stop();
  }
}

void SearchRun::look() {
  const std::lock_guard lock(mutex_);
  const double limit = parts_.time_limit_seconds;
  if (limit > 0 && std::chrono::duration<double>(Clock::now() - begin_).count() > limit && !stop_.stop_requested()) {
    out_of_time_ = true;
    stop_.request_stop();
  }
  if (failure_) return;
  if (Result<void> looked = observer_.look(trials_); !looked) {
    failure_ = looked.error();
    stop_.request_stop();
  }
}

void SearchRun::fail(Error error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(error);
}

SearchResult SearchRun::result() {
  SearchResult result;
  using End = SearchResult::End;
  result.planned = parts_.sampler.trials();
  const bool whole = static_cast<std::int64_t>(trials_.size()) >= result.planned;
  result.end = failure_ ? End::failed : whole ? End::complete : out_of_time_ ? End::time_limit : End::stopped;
  result.error = std::move(failure_);
  result.trials = by_number(std::move(trials_));
  result.counters = std::move(parts_.counters);
  for (const auto& executor : parts_.family.executors()) result.counters.work += executor->counters();
  return result;
}
}   // namespace

Result<SearchResult> run_generations(SearchParts parts, Observer& observer, const std::stop_token& stop,
                                     KnownBefore known) {
  return SearchRun(std::move(parts), observer, stop, std::move(known)).run();
}

}   // namespace warptune
