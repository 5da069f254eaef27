#include "base/nearest.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <vector>

namespace warptune {
namespace {

// Longer words are not names that somebody mistyped; the bound keeps the quadratic distance harmless on hostile input.
constexpr std::size_t max_length = 128;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Edit distance with swaps of neighbours (optimal string alignment), ignoring ASCII case.
std::size_t distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> before(width), last(width), row(width);
  for (std::size_t j = 0; j < width; ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j < width; ++j) {
      const char x = lower(a[i - 1]), y = lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (x == y ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y;
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::size_t case_differences(std::string_view a, std::string_view b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) count += a[i] != b[i] ? 1 : 0;
  return count;
}

}   // namespace

std::string nearest(std::string_view word, std::span<const std::string> known) {
  if (word.empty() || word.size() > max_length) return {};
  // A third of the letters, at least one, at most four; but never every letter of a one-letter word.
  const std::size_t allowed = word.size() == 1 ? 0 : std::clamp<std::size_t>(word.size() / 3, 1, 4);
  const std::string* best = nullptr;
  std::size_t best_distance = allowed + 1;
  std::size_t best_case = std::numeric_limits<std::size_t>::max();
  for (const std::string& name : known) {
    if (name.empty()) continue;
    const std::size_t lengths = name.size() > word.size() ? name.size() - word.size() : word.size() - name.size();
    if (lengths > allowed) continue;
    const std::size_t d = distance(word, name);
    if (d >= name.size() && d > 0) continue;   // nothing in common
    const std::size_t c = case_differences(word, name);
    if (d < best_distance || (d == best_distance && d <= allowed && c < best_case)) {
      best = &name;
      best_distance = d;
      best_case = c;
    }
  }
  return best == nullptr ? std::string{} : *best;
}

}   // namespace warptune
