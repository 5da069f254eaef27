// Hands on what the training of a fit has come to, where its length is cut into ranges that different executors train: from
// who had the range before to who goes on. Per variant, so that a range may be trained in parts of its variants.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <stop_token>
#include <vector>

namespace warptune {

class Relay {
 public:
  // Of variants [first, last), so many numbers each.
  Relay(std::uint32_t first, std::uint32_t last, std::size_t numbers)
      : first_(first), state_(last - first), numbers_(numbers) {}

  // Variants of the range before are being trained, or no longer are, given or not.
  void begin(std::uint32_t first, std::uint32_t last);
  void end(std::uint32_t first, std::uint32_t last);

  // given: [last - first][numbers]. What was given before is the same, and stays.
  void give(std::uint32_t first, std::uint32_t last, std::span<const std::uint64_t> given);

  // [last - first][numbers], once all of them are given; empty if nobody trains one that is missing, or stop was asked for.
  [[nodiscard]] std::span<const std::uint64_t> wait(std::uint32_t first, std::uint32_t last, std::stop_token stop);

 private:
  enum class State : std::uint8_t { waiting, trained, given };
  void change(std::uint32_t first, std::uint32_t last, State from, State to);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint32_t first_;
  std::vector<State> state_;   // [variants]
  std::size_t numbers_;
  std::vector<std::uint64_t> given_;   // [variants][numbers], once there is one
};

}   // namespace warptune
