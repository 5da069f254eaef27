// Parses the blocks of a table, on several threads if wanted, and hands them on in the file's order.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/start_thread.h"
#include "table/block_parser.h"
#include "table/row_blocks.h"

namespace warptune {

struct BlockWork {
  RowBlock block;
  std::size_t skip = 0;
  BlockLayout layout;
  ParsedBlock parsed;
  std::exception_ptr error;   // out of memory
  bool done = false;
};

class BlockPipeline {
 public:
  // threads: the caller's, which parses too while it would wait, and the others.
  // Fewer where the system has no more.
  explicit BlockPipeline(int threads, const ThreadStarter& starter = start_thread);
  BlockPipeline(const BlockPipeline&) = delete;
  BlockPipeline& operator=(const BlockPipeline&) = delete;
  ~BlockPipeline();

  // Blocks that should be in work at a time.
  [[nodiscard]] std::size_t depth() const { return workers_.empty() ? 1 : 2 * (workers_.size() + 1); }
  [[nodiscard]] std::size_t in_work() const { return order_.size(); }
  void start(std::unique_ptr<BlockWork> work);
  // The oldest started block, when it is parsed.
  [[nodiscard]] std::unique_ptr<BlockWork> finish();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable started_, parsed_;
  std::deque<std::unique_ptr<BlockWork>> order_;   // started, oldest first
  std::deque<BlockWork*> waiting_;
  bool stop_ = false;
  std::vector<std::thread> workers_;
};

}   // namespace warptune
