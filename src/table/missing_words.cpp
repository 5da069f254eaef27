#include "table/missing_words.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "table/cell.h"
#include "table/number.h"

namespace warptune {
namespace {

constexpr std::size_t most_bits = 64;

std::uint64_t bit(std::size_t i) { return i < most_bits ? std::uint64_t{1} << i : 0; }

std::vector<std::string> once_each(std::vector<std::string> words) {
  std::vector<std::string> once;
  for (std::string& word : words)
    if (std::find(once.begin(), once.end(), word) == once.end()) once.push_back(std::move(word));
  return once;
}

}   // namespace

bool is_missing_word(std::string_view word) {
  switch (word.size()) {
    case 0: return true;
    case 1: return word[0] == '?';
    case 2: return equal_ignoring_case(word, "na");
    case 3: return equal_ignoring_case(word, "nan") || word == "N/A" || word == "n/a" || word == "#NA";
    case 4:
      return equal_ignoring_case(word, "null") || word == "None" || word == "<NA>" || word == "#N/A" ||
             word == "-NaN" || word == "-nan";
    case 6: return word == "1.#IND";
    case 7: return word == "-1.#IND" || word == "1.#QNAN";
    case 8: return word == "-1.#QNAN" || word == "#N/A N/A";
    default: return false;
  }
}

MissingWords::MissingWords(std::vector<std::string> added, std::vector<std::string> removed)
    : added_(once_each(std::move(added))),
      removed_(once_each(std::move(removed))),
      usual_(added_.empty() && removed_.empty()) {
  for (std::size_t i = 0; i < added_.size(); ++i) {
    const Number number = parse_number(added_[i]);
    if (number.kind != NumberKind::number) continue;
    const auto known = std::find_if(numbers_.begin(), numbers_.end(),
                                    [&](const MissingNumber& other) { return other.value == number.value; });
    if (known == numbers_.end())
      numbers_.push_back({number.value, bit(i)});
    else
      known->words |= bit(i);
  }
}

bool MissingWords::contains_special(std::string_view word, Seen& seen) const {
  const auto removed = std::find(removed_.begin(), removed_.end(), word);
  if (removed != removed_.end()) {
    seen.removed |= bit(static_cast<std::size_t>(removed - removed_.begin()));
    return false;
  }
  const auto added = std::find(added_.begin(), added_.end(), word);
  if (added != added_.end()) seen.added |= bit(static_cast<std::size_t>(added - added_.begin()));
  return added != added_.end() || is_missing_word(word);
}

void MissingWords::clear_numbers(double* values, std::size_t count, Seen& seen) const {
  for (const MissingNumber& number : numbers_) {
    bool any = false;
    for (std::size_t i = 0; i < count; ++i) {
      const bool hit = values[i] == number.value;
      any = any || hit;
      values[i] = hit ? std::numeric_limits<double>::quiet_NaN() : values[i];
    }
    if (any) seen.added |= number.words;
  }
}

std::vector<std::string> MissingWords::unseen(const std::vector<std::string>& words, std::uint64_t seen) {
  std::vector<std::string> left;
  for (std::size_t i = 0; i < words.size() && i < most_bits; ++i)
    if ((seen & bit(i)) == 0) left.push_back(words[i]);
  return left;
}

}   // namespace warptune
