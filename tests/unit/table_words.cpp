#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "sanitizer.h"
#include "table/packed_names.h"
#include "table/word_numbers.h"
#include "table/word_order.h"

namespace warptune {
namespace {

std::vector<std::string> random_words(unsigned seed, std::size_t count) {
  std::mt19937_64 random(seed);
  const std::string begin = seed % 3 == 0 ? "" : std::string(seed % 40, 'p');
  const std::size_t range = seed % 2 == 0 ? count * 1000 : count / 3;
  std::vector<std::string> words(count);
  for (std::string& word : words) {
    word = begin + fmt::format("{:x}", random() % range);
    if (random() % 100 == 0) word += std::string("\0\xff", 1 + random() % 2);
    if (random() % 1000 == 0) word += std::string(300, 'l') + fmt::format("{}", random() % 50);
    if (random() % 1000 == 0) word = word.substr(0, random() % word.size());
  }
  return words;
}

TEST(Words, CategoriesKeepTexts) {
  const std::vector<std::string> words = random_words(7, 5000);
  PackedNames categories;
  for (const std::string& word : words) categories.append(word);
  ASSERT_EQ(categories.size(), words.size());
  for (std::size_t i = 0; i < words.size(); ++i) ASSERT_EQ(categories[i], words[i]);
  PackedNames copy = categories;
  EXPECT_EQ(copy, categories);
  copy.reorder({3, 1});
  copy.reorder({1, 0, 1});
  EXPECT_EQ(copy, (PackedNames{words[1], words[3], words[1]}));
  EXPECT_FALSE(copy == categories);
  EXPECT_TRUE(PackedNames{}.empty());
}

TEST(Words, OrderIsThatOfStrings) {
  const unsigned seeds = test::under_sanitizer ? 8 : 12;
  for (unsigned seed = 0; seed < seeds; ++seed) {
    const std::vector<std::string> words = random_words(seed, seed < 6 ? 100 : 100000);
    PackedNames categories;
    for (const std::string& word : words) categories.append(word);
    std::vector<std::string> sorted = words, found;
    std::sort(sorted.begin(), sorted.end());
    for (const std::uint32_t i : word_order(categories)) found.push_back(words[i]);
    ASSERT_EQ(found, sorted) << "seed " << seed;
  }
  EXPECT_TRUE(word_order({}).empty());
}

TEST(Words, EqualWordsGetOneCode) {
  for (unsigned seed = 0; seed < 8; ++seed) {
    const std::vector<std::string> words = random_words(seed, 100000);
    WordNumbers numbers;
    std::vector<std::uint32_t> number_of;
    for (const std::string& word : words) number_of.push_back(numbers.number(word));
    numbers.sort();
    std::vector<std::uint32_t> code_of;
    for (const std::uint32_t number : number_of) code_of.push_back(numbers.code(number));
    const PackedNames categories = std::move(numbers).categories();
    const std::set<std::string> distinct(words.begin(), words.end());
    ASSERT_EQ(categories.size(), distinct.size()) << "seed " << seed;
    std::size_t i = 0;
    for (const std::string& word : distinct) ASSERT_EQ(categories[i++], word) << "seed " << seed;
    for (std::size_t w = 0; w < words.size(); ++w) ASSERT_EQ(categories[code_of[w]], words[w]) << "seed " << seed;
  }
}

// What comes often is found again, however little of the other words is remembered.
TEST(Words, FewWordsHaveOneNumberEach) {
  WordNumbers numbers;
  for (int i = 0; i < 100000; ++i) (void)numbers.number(fmt::format("w{}", i % 300));
  EXPECT_EQ(numbers.size(), 300u);
}

}   // namespace
}   // namespace warptune
