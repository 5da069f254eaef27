#include "table/block_pipeline.h"

#include <utility>

namespace warptune {
namespace {

void parse(BlockWork& work) {
  try {
    work.parsed = parse_block(work.block, work.skip, work.layout, std::move(work.parsed));
  } catch (...) {
    work.error = std::current_exception();
  }
}

}   // namespace

BlockPipeline::BlockPipeline(int threads, const ThreadStarter& starter) {
  if (threads < 2) return;
  workers_.reserve(static_cast<std::size_t>(threads) - 1);
  for (int i = 1; i < threads; ++i)
    if (!start_another(
            workers_, [this] { work(); }, starter))
      break;
}

BlockPipeline::~BlockPipeline() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  started_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void BlockPipeline::start(std::unique_ptr<BlockWork> work) {
  work->done = false;
  if (workers_.empty()) {
    parse(*work);
    work->done = true;
    order_.push_back(std::move(work));
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(work.get());
    order_.push_back(std::move(work));
  }
  started_.notify_one();
}

std::unique_ptr<BlockWork> BlockPipeline::finish() {
  std::unique_lock lock(mutex_);
  // Nobody has begun with the oldest block when it is still waiting: this thread parses it.
  if (!waiting_.empty() && waiting_.front() == order_.front().get()) {
    waiting_.pop_front();
    lock.unlock();
    parse(*order_.front());
    order_.front()->done = true;   // no worker knows this block
  } else {
    parsed_.wait(lock, [&] { return order_.front()->done; });
  }
  std::unique_ptr<BlockWork> work = std::move(order_.front());
  order_.pop_front();
  if (work->error) std::rethrow_exception(work->error);
  return work;
}

void BlockPipeline::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    started_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    BlockWork* const next = waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    parse(*next);
    lock.lock();
    next->done = true;
    parsed_.notify_one();
  }
}

}   // namespace warptune
