// Many words do not fit a cache, and a sort that looks up both words at every step waits for memory. So they are dealt to
// buckets in one pass, in the order they lie in; a bucket's words are then looked up once, for their keys: the 8 bytes
// after what all words begin with.
#include "table/word_order.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <string_view>

namespace warptune {
namespace {

constexpr std::size_t bucket_words = 8192;   // on average
constexpr std::size_t samples_a_bucket = 16;
constexpr std::size_t most_keyed = 16 * bucket_words;   // keys take memory: 16 bytes a word

// Bytes that all words begin with.
std::size_t common_prefix(const PackedNames& words) {
  const std::string_view first = words[0];
  std::size_t length = first.size();
  for (std::size_t i = 1; i < words.size() && length > 0; ++i) {
    const std::string_view word = words[i];
    length = std::min(length, word.size());
    if (word.substr(0, length) == first.substr(0, length)) continue;
    length = static_cast<std::size_t>(std::mismatch(word.begin(), word.begin() + length, first.begin()).first -
                                      word.begin());
  }
  return length;
}

// Bytes from `begin` on as a number, the first one on top; zeros after the word's end.
std::uint64_t key_of(std::string_view word, std::size_t begin) {
  std::uint64_t key = 0;
  for (std::size_t i = begin; i < begin + 8; ++i) {
    key = key << 8 | (i < word.size() ? static_cast<unsigned char>(word[i]) : 0u);
  }
  return key;
}

struct Keyed {
  std::uint64_t key;
  std::uint32_t number;
};

void sort_bucket(const PackedNames& words, std::size_t prefix, std::span<std::uint32_t> bucket,
                 std::vector<Keyed>& keyed) {
  if (bucket.size() > most_keyed) {   // of words that begin alike
    std::sort(bucket.begin(), bucket.end(), [&](std::uint32_t a, std::uint32_t b) { return words[a] < words[b]; });
    return;
  }
  keyed.clear();
  for (const std::uint32_t number : bucket) keyed.push_back({key_of(words[number], prefix), number});
  std::sort(keyed.begin(), keyed.end(), [&](const Keyed& a, const Keyed& b) {
    return a.key != b.key ? a.key < b.key : words[a.number] < words[b.number];
  });
  for (std::size_t i = 0; i < bucket.size(); ++i) bucket[i] = keyed[i].number;
}

}   // namespace

std::vector<std::uint32_t> word_order(const PackedNames& words) {
  std::vector<std::uint32_t> order(words.size());
  if (words.empty()) return order;
  const std::size_t prefix = common_prefix(words);
  // Buckets end where the keys of some words say.
  std::vector<std::uint64_t> ends;
  const std::size_t samples = words.size() / bucket_words * samples_a_bucket;
  for (std::size_t i = 0; i < samples; ++i) ends.push_back(key_of(words[i * words.size() / samples], prefix));
  std::sort(ends.begin(), ends.end());
  for (std::size_t i = 0; i < samples / samples_a_bucket; ++i) ends[i] = ends[i * samples_a_bucket];
  ends.resize(samples / samples_a_bucket);
  const auto bucket_of = [&](std::size_t number) {
    return static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), key_of(words[number], prefix)) -
                                    ends.begin());
  };
  std::vector<std::uint32_t> bucket_ends(ends.size() + 1);
  for (std::size_t i = 0; i < words.size(); ++i) ++bucket_ends[bucket_of(i)];
  std::exclusive_scan(bucket_ends.begin(), bucket_ends.end(), bucket_ends.begin(), 0u);
  for (std::size_t i = 0; i < words.size(); ++i) order[bucket_ends[bucket_of(i)]++] = static_cast<std::uint32_t>(i);
  std::vector<Keyed> keyed;
  std::uint32_t begin = 0;
  for (const std::uint32_t end : bucket_ends) {
    sort_bucket(words, prefix, std::span(order).subspan(begin, end - begin), keyed);
    begin = end;
  }
  return order;
}

}   // namespace warptune
