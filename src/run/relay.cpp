#include "run/relay.h"

#include <algorithm>

namespace warptune {

void Relay::begin(std::uint32_t first, std::uint32_t last) { change(first, last, State::waiting, State::trained); }
void Relay::end(std::uint32_t first, std::uint32_t last) { change(first, last, State::trained, State::waiting); }

void Relay::change(std::uint32_t first, std::uint32_t last, State from, State to) {
  const std::lock_guard lock(mutex_);
  std::replace(state_.begin() + (first - first_), state_.begin() + (last - first_), from, to);
  changed_.notify_all();
}

void Relay::give(std::uint32_t first, std::uint32_t last, std::span<const std::uint64_t> given) {
  const std::lock_guard lock(mutex_);
  given_.resize(state_.size() * numbers_);
  for (std::uint32_t variant = first; variant < last; ++variant) {
    const std::size_t place = variant - first_;
    if (state_[place] == State::given) continue;   // who goes on may be reading it
    const auto its = given.subspan((variant - first) * numbers_, numbers_);
    std::copy(its.begin(), its.end(), given_.begin() + static_cast<std::ptrdiff_t>(place * numbers_));
    state_[place] = State::given;
  }
  changed_.notify_all();
}

std::span<const std::uint64_t> Relay::wait(std::uint32_t first, std::uint32_t last, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const auto begin = state_.begin() + (first - first_), end = state_.begin() + (last - first_);
  const auto all_given = [&] { return std::all_of(begin, end, [](State s) { return s == State::given; }); };
  const auto some_waiting = [&] { return std::find(begin, end, State::waiting) != end; };
  changed_.wait(lock, std::move(stop), [&] { return all_given() || some_waiting(); });
  if (!all_given()) return {};
  return std::span<const std::uint64_t>(given_).subspan((first - first_) * numbers_, (last - first) * numbers_);
}

}   // namespace warptune
