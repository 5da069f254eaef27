// The words of a text column, numbered as they come; sorted only at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "table/packed_names.h"

namespace warptune {

// Known words are found by a hash table. It takes no more memory than a quarter of the words' bytes: in a column where hardly
// any word comes twice it forgets words, and then one word has several numbers.
class WordNumbers {
 public:
  // A number of the word, a new one if it is not known.
  [[nodiscard]] std::uint32_t number(std::string_view word);
  [[nodiscard]] std::size_t size() const { return words_.size(); }
  [[nodiscard]] std::string_view word(std::uint32_t number) const { return words_[number]; }

  // Sorts the words: from now on there are code() and categories(), and no number() and word().
  void sort();
  // The index of the number's word in the bytewise order of the different words.
  [[nodiscard]] std::uint32_t code(std::uint32_t number) const;
  // The words in that order.
  [[nodiscard]] PackedNames categories() &&;

 private:
  [[nodiscard]] bool may_grow() const;
  void grow();

  PackedNames words_;                  // by number
  std::vector<std::uint64_t> slots_;   // open addressing: 32 bits of the hash and number + 1, 0 is free
  std::size_t used_ = 0;               // slots that are not free
  std::uint64_t bytes_ = 0;            // of all words that were asked for
  // After sort(). A number's place is its index among all numbers, sorted by their words; equal words lie side by side.
  std::vector<std::uint32_t> place_;          // [numbers]
  std::vector<std::uint64_t> fresh_;          // a bit for each place: no equal word before it
  std::vector<std::uint32_t> fresh_before_;   // [fresh_] bits in the words before
};

}   // namespace warptune
