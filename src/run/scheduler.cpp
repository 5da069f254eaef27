#include "run/scheduler.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "base/setting_mark.h"

namespace warptune {

namespace {

// The two halves of a batch that was too large: of its tasks, else of its only task's variants; one if it cannot be cut.
std::vector<Batch> halves(const Batch& batch) {
  if (batch.tasks.size() > 1) {
    const auto middle = batch.tasks.begin() + static_cast<std::ptrdiff_t>(batch.tasks.size() / 2);
    return {Batch{{batch.tasks.begin(), middle}}, Batch{{middle, batch.tasks.end()}}};
  }
  const FitTask& task = batch.tasks.front();
  const std::uint32_t variants = task.last_variant - task.first_variant;
  if (variants < 2) return {batch};
  FitTask first = task, second = task;
  first.last_variant = second.first_variant = task.first_variant + variants / 2;
  std::vector<Batch> parts;
  for (const FitTask& part : {first, second})   // variants that end before the last range have no part in it
    if (part.then != nullptr || !part.queries().empty()) parts.push_back({{part}});
  return parts;
}

std::size_t tasks_and_variants(const Batch& batch) {
  std::size_t count = 0;
  for (const FitTask& task : batch.tasks) count += 1 + task.last_variant - task.first_variant;
  return count;
}

// An executor that failed with less than this has no use for its memory: a batch of one fit needs more than that, or fits.
constexpr std::uint64_t least_memory = 1 << 16;

// The queue that the executors' threads share.
class Queue {
 public:
  Queue(std::vector<Batch> batches, const std::vector<std::unique_ptr<Executor>>& executors,
        const std::function<void(const TaskResult&)>& on_result, const std::function<void(const std::string&)>& on_note,
        const std::stop_token& stop)
      : waiting_(std::make_move_iterator(batches.begin()), std::make_move_iterator(batches.end())),
        usable_(executors.size()),
        on_result_(on_result),
        on_note_(on_note),
        stop_(stop) {
    for (const auto& executor : executors) ++devices_[executor->device_number()].free;
  }

  void serve(Executor& executor) {
    Batch batch;
    while (take(batch, executor)) {
      const auto started = std::chrono::system_clock::now();
      std::ptrdiff_t ended = 0;   // of its tasks
      const auto left = [&] { return Batch{{batch.tasks.begin() + ended, batch.tasks.end()}}; };
      try {
        executor.run(batch.tasks, stop_, [&](TaskResult result) {
          ++ended;
          record(std::move(result), started);
        });
        finish(batch, executor);
      } catch (const BatchTooLarge& large) {
        tell(large.note);
        if (left().tasks.empty())
          finish(batch, executor);
        else if (!split(batch, left(), executor, large))
          return;
      } catch (const BatchWaits&) {
        put_back(batch, left(), executor);
      } catch (const DeviceLost& lost) {
        give_up(batch, left(), executor, lost.message);
        return;
      } catch (StudyEnds& end) {
        end_with_error(batch, executor, std::move(end.error));
        return;
      } catch (...) {
        fail(batch, executor, std::current_exception());
        return;
      }
    }
  }

  // The executors from this one on have no thread.
  void go_without(const std::vector<std::unique_ptr<Executor>>& executors, std::size_t first) {
    const std::lock_guard lock(mutex_);
    on_note_(note_of_fewer_threads(first, executors.size()));
    usable_ -= executors.size() - first;   // others may be lost by now
    for (std::size_t i = first; i < executors.size(); ++i) --devices_[executors[i]->device_number()].free;
    changed_.notify_all();
  }

  [[nodiscard]] Result<SchedulerCounters> result() const {
    if (fault_) std::rethrow_exception(fault_);
    if (end_) return tl::unexpected(*end_);
    if (usable_ == 0 && !waiting_.empty() && !stop_.stop_requested())
      return failure(fmt::format("{}", fmt::join(losses_, "; ")),
                     fmt::format("no device is left; {} needs none", setting_mark("run.device", "cpu")),
                     ErrorKind::device);
    return counters_;
  }

 private:
  bool take(Batch& batch, const Executor& executor) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return stop_.stop_requested() || fault_ || end_ || (waiting_.empty() ? running_ == 0 : has_least(executor));
    });
    if (waiting_.empty() || stop_.stop_requested() || fault_ || end_) return false;
    batch = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    DeviceLoad& load = devices_[executor.device_number()];
    --load.free;
    ++load.running;
    for (const FitTask& task : batch.tasks)
      if (task.then != nullptr) task.then->begin(task.first_variant, task.last_variant);
    changed_.notify_all();
    return true;
  }

  // Whether no device with a free executor has less to do: few batches are to be dealt out over all devices.
  [[nodiscard]] bool has_least(const Executor& executor) const {
    const std::size_t running = devices_.at(executor.device_number()).running;
    return std::none_of(devices_.begin(), devices_.end(),
                        [&](const auto& device) { return device.second.free > 0 && device.second.running < running; });
  }

  // The executor runs the batch no longer. goes_on: it takes others.
  void leave_locked(const Batch& batch, const Executor& executor, bool goes_on) {
    --running_;
    DeviceLoad& load = devices_[executor.device_number()];
    --load.running;
    load.free += goes_on;
    usable_ -= !goes_on;
    for (const FitTask& task : batch.tasks)
      if (task.then != nullptr) task.then->end(task.first_variant, task.last_variant);
    changed_.notify_all();
  }

  using Time = std::chrono::system_clock::time_point;

  void finish(const Batch& batch, const Executor& executor) {
    const std::lock_guard lock(mutex_);
    if (!stop_.stop_requested()) ++counters_.batches;
    leave_locked(batch, executor, true);
  }

  void record(TaskResult result, Time started) {
    const std::lock_guard lock(mutex_);
    if (stop_.stop_requested()) return;
    // Said only now that another executor did finish something: the streams of a lost device are lost one by one.
    for (; noted_ < losses_.size(); ++noted_) on_note_(losses_[noted_] + "; its work goes to the others");
    result.started = started;
    result.ended = std::max(started, std::chrono::system_clock::now());   // a clock may be set back
    for (const std::string& text : result.notes) on_note_(text);
    on_result_(result);
  }

  void tell(const std::string& note) {
    const std::lock_guard lock(mutex_);
    if (!note.empty()) on_note_(note);
  }

  // left: what of the batch has not ended. False if the executor is to end: it cannot be cut further and the executor has as
  // good as no memory left to try it with. Other executors may have more, not least because this one's is free now.
  bool split(const Batch& batch, const Batch& left, const Executor& executor, const BatchTooLarge& large) {
    std::vector<Batch> parts = halves(left);
    const bool cut = tasks_and_variants(parts.front()) < tasks_and_variants(left);
    if (!cut && executor.memory_bytes() < least_memory) {
      const std::string why = large.message + "; the smallest batch does not fit";
      if (large.of_host)
        end_with_error(batch, executor,
                       {why,
                        "allow the process more memory (ulimit -v, the container's limit), or take fewer threads, rows "
                        "or features, or smaller models",
                        ErrorKind::no_score});
      else
        give_up(batch, left, executor, why);
      return false;
    }
    const std::lock_guard lock(mutex_);
    counters_.batches_split += cut;
    waiting_.insert(waiting_.begin(), std::make_move_iterator(parts.begin()), std::make_move_iterator(parts.end()));
    leave_locked(batch, executor, true);
    return true;
  }

  // Behind what gives it what it goes on from.
  void put_back(const Batch& batch, Batch left, const Executor& executor) {
    const std::lock_guard lock(mutex_);
    const auto gives = [&](const Batch& queued) {
      return std::any_of(queued.tasks.begin(), queued.tasks.end(), [&](const FitTask& task) {
        return task.then != nullptr && task.then == left.tasks.front().before;
      });
    };
    const auto last = std::find_if(waiting_.rbegin(), waiting_.rend(), gives);
    waiting_.insert(last.base(), std::move(left));
    leave_locked(batch, executor, true);
  }

  void give_up(const Batch& batch, Batch left, const Executor& executor, const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (!left.tasks.empty()) waiting_.push_front(std::move(left));
    if (std::find(losses_.begin(), losses_.end(), why) == losses_.end()) losses_.push_back(why);
    leave_locked(batch, executor, false);
  }

  void end_with_error(const Batch& batch, const Executor& executor, Error error) {
    const std::lock_guard lock(mutex_);
    if (!end_) end_ = std::move(error);
    leave_locked(batch, executor, false);
  }

  void fail(const Batch& batch, const Executor& executor, std::exception_ptr fault) {
    const std::lock_guard lock(mutex_);
    if (!fault_) fault_ = std::move(fault);
    leave_locked(batch, executor, false);
  }

  // What the executors of a device do.
  struct DeviceLoad {
    std::size_t running = 0, free = 0;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> waiting_;
  std::size_t running_ = 0, usable_;
  std::map<int, DeviceLoad> devices_;
  std::vector<std::string> losses_;   // each once
  std::size_t noted_ = 0;             // of them, told to the user
  std::exception_ptr fault_;
  std::optional<Error> end_;
  SchedulerCounters counters_;
  const std::function<void(const TaskResult&)>& on_result_;
  const std::function<void(const std::string&)>& on_note_;
  const std::stop_token& stop_;
};

}   // namespace

std::vector<Batch> single_batches(const Plan& plan, int folds) {
  std::vector<Batch> batches;
  for (const auto& fit : plan.fits) {
    if (fit->queries.empty()) continue;
    for (int fold = 0; fold < folds; ++fold) batches.push_back({{{fit.get(), fold, 0, fit->variant_count()}}});
  }
  return batches;
}

Result<SchedulerCounters> run_batches(std::vector<Batch> batches,
                                      const std::vector<std::unique_ptr<Executor>>& executors,
                                      const std::function<void(const TaskResult&)>& on_result,
                                      const std::function<void(const std::string&)>& on_note,
                                      const std::stop_token& stop, const ThreadStarter& starter) {
  Queue queue(std::move(batches), executors, on_result, on_note, stop);
  std::vector<std::thread> threads;
  threads.reserve(executors.size());
  for (std::size_t i = 1; i < executors.size(); ++i) {
    if (start_another(
            threads, [&, i] { queue.serve(*executors[i]); }, starter))
      continue;
    queue.go_without(executors, i);
    break;
  }
  queue.serve(*executors[0]);
  for (std::thread& thread : threads) thread.join();
  return queue.result();
}

}   // namespace warptune
