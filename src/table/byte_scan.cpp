#include "table/byte_scan.h"

#include <bit>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace warptune {
namespace {

// One bit for each of 64 bytes, the lowest for the first.
struct Masks {
  std::uint64_t ends = 0;   // separator or line feed
  std::uint64_t quotes = 0;
  std::uint64_t special = 0;   // not in 1..127
};

#if defined(__SSE2__)

std::uint64_t bits_of(__m128i a, __m128i b, __m128i c, __m128i d) {
  const auto bits = [](__m128i v) { return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(v))); };
  return bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48;
}

Masks masks_of(const char* p, char separator) {
  const auto* v = reinterpret_cast<const __m128i*>(p);
  const __m128i a = _mm_loadu_si128(v), b = _mm_loadu_si128(v + 1), c = _mm_loadu_si128(v + 2),
                d = _mm_loadu_si128(v + 3);
  const __m128i cut = _mm_set1_epi8(separator), feed = _mm_set1_epi8('\n'), quote = _mm_set1_epi8('"'),
                one = _mm_set1_epi8(1);
  const auto end = [&](__m128i x) { return _mm_or_si128(_mm_cmpeq_epi8(x, cut), _mm_cmpeq_epi8(x, feed)); };
  const auto is_quote = [&](__m128i x) { return _mm_cmpeq_epi8(x, quote); };
  const auto special = [&](__m128i x) { return _mm_cmplt_epi8(x, one); };   // signed: 0 and 128..255
  // Quotes and special bytes are only asked for anywhere in the 64 bytes.
  const __m128i any_quote =
      _mm_or_si128(_mm_or_si128(is_quote(a), is_quote(b)), _mm_or_si128(is_quote(c), is_quote(d)));
  const __m128i any_special = _mm_or_si128(_mm_or_si128(special(a), special(b)), _mm_or_si128(special(c), special(d)));
  return {bits_of(end(a), end(b), end(c), end(d)),
          static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(any_quote))),
          static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(any_special)))};
}

#else

Masks masks_of(const char* p, char separator) {
  Masks masks;
  for (int i = 0; i < 64; ++i) {
    const char c = p[i];
    masks.ends |= static_cast<std::uint64_t>(c == separator || c == '\n') << i;
    masks.quotes |= static_cast<std::uint64_t>(c == '"');
    masks.special |= static_cast<std::uint64_t>(static_cast<unsigned char>(c) - 1u >= 127u);
  }
  return masks;
}

#endif

// std::popcount is a call without the instruction, which the first x86-64 does not have.
int bit_count(std::uint64_t v) {
  v -= (v >> 1) & 0x5555555555555555u;
  v = (v & 0x3333333333333333u) + ((v >> 2) & 0x3333333333333333u);
  return static_cast<int>((((v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fu) * 0x0101010101010101u) >> 56);
}

// The offsets of the mask's bits. Eight at a time without a branch for each: most 64 bytes of numbers have about that many.
std::uint32_t* append_offsets(std::uint32_t* out, std::uint64_t mask, std::uint32_t base) {
  const int count = bit_count(mask);
  for (int done = 0; done < count; done += 8) {
    for (int i = 0; i < 8; ++i) {
      out[done + i] = base + static_cast<std::uint32_t>(std::countr_zero(mask | std::uint64_t{1} << 63));
      mask &= mask - 1;
    }
  }
  return out + count;
}

// What is known after some of a text.
struct Scanned {
  std::size_t bytes = 0;          // a multiple of 64
  std::uint32_t* out = nullptr;   // after the last offset
  std::uint64_t quotes = 0;
  std::uint64_t special = 0;
};

Scanned scan_words(std::string_view text, char separator, std::uint32_t* out) {
  Scanned scanned{0, out};
  for (; scanned.bytes + 64 <= text.size(); scanned.bytes += 64) {
    const Masks masks = masks_of(text.data() + scanned.bytes, separator);
    scanned.quotes |= masks.quotes;
    scanned.special |= masks.special;
    scanned.out = append_offsets(scanned.out, masks.ends, static_cast<std::uint32_t>(scanned.bytes));
  }
  return scanned;
}

#if defined(__x86_64__)

// The same with vectors of 32 bytes and the instructions that count and cut off bits.
[[gnu::target("avx2,bmi,popcnt")]] Scanned scan_words_avx2(std::string_view text, char separator, std::uint32_t* out) {
  const __m256i cut = _mm256_set1_epi8(separator), feed = _mm256_set1_epi8('\n'), quote = _mm256_set1_epi8('"');
  const __m256i one = _mm256_set1_epi8(1);
  __m256i quotes = _mm256_setzero_si256(), special = _mm256_setzero_si256();
  std::size_t i = 0;
  for (; i + 64 <= text.size(); i += 64) {
    const auto* v = reinterpret_cast<const __m256i*>(text.data() + i);
    const __m256i a = _mm256_loadu_si256(v), b = _mm256_loadu_si256(v + 1);
    quotes = _mm256_or_si256(quotes, _mm256_or_si256(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(b, quote)));
    // Signed: 0 and 128..255.
    special = _mm256_or_si256(special, _mm256_or_si256(_mm256_cmpgt_epi8(one, a), _mm256_cmpgt_epi8(one, b)));
    const __m256i a_ends = _mm256_or_si256(_mm256_cmpeq_epi8(a, cut), _mm256_cmpeq_epi8(a, feed));
    const __m256i b_ends = _mm256_or_si256(_mm256_cmpeq_epi8(b, cut), _mm256_cmpeq_epi8(b, feed));
    std::uint64_t mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(a_ends)) |
                         static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(b_ends))) << 32;
    const auto count = static_cast<int>(_mm_popcnt_u64(mask));
    for (int done = 0; done < count; done += 8) {
      for (int k = 0; k < 8; ++k) {
        out[done + k] = static_cast<std::uint32_t>(i + _tzcnt_u64(mask));
        mask = _blsr_u64(mask);
      }
    }
    out += count;
  }
  return {i, out, static_cast<std::uint32_t>(_mm256_movemask_epi8(quotes)),
          static_cast<std::uint32_t>(_mm256_movemask_epi8(special))};
}

#else

Scanned scan_words_avx2(std::string_view text, char separator, std::uint32_t* out) {
  return scan_words(text, separator, out);
}

#endif

}   // namespace

bool has_wide_scan() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
#else
  return false;
#endif
}

CellIndex index_cells(std::string_view text, char separator, CellIndex reuse, bool wide) {
  CellIndex index = std::move(reuse);
  if (index.ends.size() < text.size() + 64) index.ends.resize(text.size() + 64);
  auto [i, out, quotes, special] =
      wide ? scan_words_avx2(text, separator, index.ends.data()) : scan_words(text, separator, index.ends.data());
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == separator || c == '\n') *out++ = static_cast<std::uint32_t>(i);
    quotes |= c == '"' ? 1 : 0;
    special |= static_cast<unsigned char>(c) - 1u >= 127u ? 1 : 0;
  }
  index.count = static_cast<std::size_t>(out - index.ends.data());
  index.quotes = quotes != 0;
  index.plain_ascii = special == 0;
  return index;
}

std::size_t count_line_feeds(std::string_view text) {
  std::size_t count = 0, i = 0;
#if defined(__SSE2__)
  const __m128i feed = _mm_set1_epi8('\n'), zero = _mm_setzero_si128();
  while (i + 16 <= text.size()) {
    __m128i sums = zero;   // [16] bytes, each at most 255
    for (int k = 0; k < 255 && i + 16 <= text.size(); ++k, i += 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + i));
      sums = _mm_sub_epi8(sums, _mm_cmpeq_epi8(bytes, feed));
    }
    const __m128i halves = _mm_sad_epu8(sums, zero);
    count += static_cast<std::size_t>(_mm_cvtsi128_si64(halves)) +
             static_cast<std::size_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(halves, halves)));
  }
#endif
  for (; i < text.size(); ++i) count += text[i] == '\n' ? 1 : 0;
  return count;
}

}   // namespace warptune
