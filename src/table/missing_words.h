// Which words of a table are missing values: the usual ones, those that its user adds, without those that he takes away.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace warptune {

// Empty, ?, and NA, NaN, null in any letter case; and the other words that pandas takes for missing, written as there:
// N/A n/a #NA #N/A "#N/A N/A" <NA> None -NaN -nan 1.#IND -1.#IND 1.#QNAN -1.#QNAN.
[[nodiscard]] bool is_missing_word(std::string_view word);

// Nearly all words begin otherwise than every missing one: what is asked of each cell first.
[[nodiscard]] inline bool may_be_missing(std::string_view word) {
  return word.empty() || std::string_view("Nn?#<-1").find(word.front()) != std::string_view::npos;
}

class MissingWords {
 public:
  // One bit for each of the first 64 words that were added, and taken away: which of them stand in the table.
  struct Seen {
    std::uint64_t added = 0, removed = 0;
  };

  MissingWords() = default;
  // Words as they stand in the table, without blanks around them. One that is a number, as -999, is that number, however it
  // is written, in a numeric column.
  MissingWords(std::vector<std::string> added, std::vector<std::string> removed);

  [[nodiscard]] bool contains(std::string_view word, Seen& seen) const {
    return usual_ ? may_be_missing(word) && is_missing_word(word) : contains_special(word, seen);
  }
  // Missing cells of a numeric column become NaN. values: any; not NaN where it is no number.
  void clear_numbers(double* values, std::size_t count, Seen& seen) const;
  [[nodiscard]] bool has_numbers() const { return !numbers_.empty(); }
  // The words that `seen` lacks.
  [[nodiscard]] std::vector<std::string> unseen_added(const Seen& seen) const { return unseen(added_, seen.added); }
  [[nodiscard]] std::vector<std::string> unseen_removed(const Seen& seen) const {
    return unseen(removed_, seen.removed);
  }

 private:
  struct MissingNumber {
    double value = 0;
    std::uint64_t words = 0;   // bits of those in added_ that are this number, as 5 and 5.0
  };

  [[nodiscard]] bool contains_special(std::string_view word, Seen& seen) const;
  [[nodiscard]] static std::vector<std::string> unseen(const std::vector<std::string>& words, std::uint64_t seen);

  std::vector<std::string> added_, removed_;
  std::vector<MissingNumber> numbers_;
  bool usual_ = true;
};

}   // namespace warptune
