// The distinct words of a text column, numbered as they come; sorted only at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace warptune {

class Categories {
 public:
  // The number of the word, a new one if it was not seen before.
  [[nodiscard]] std::uint32_t number(std::string_view word);
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] std::string_view word(std::uint32_t number) const;
  // The numbers in the bytewise order of their words.
  [[nodiscard]] std::vector<std::uint32_t> sorted() const;

 private:
  void grow();

  std::string text_;                   // all words, one after another
  std::vector<std::uint64_t> ends_;    // [size] where each word ends in text_
  std::vector<std::uint64_t> slots_;   // open addressing: upper half of the hash and number + 1, 0 is free
};

}   // namespace warptune
