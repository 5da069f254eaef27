// parse_short_number's steps on four 64-bit lanes, a cell in each.
#include "table/number_run.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace warptune {

#if defined(__x86_64__)
namespace {

// 8 bytes from each place.
[[gnu::target("avx2")]] inline __m256i load_words(const char* a, const char* b, const char* c, const char* d) {
  const auto word = [](const char* p) { return reinterpret_cast<const __m128i*>(p); };
  const auto half = [](const char* p) { return reinterpret_cast<const double*>(p); };
  const __m128d low = _mm_loadh_pd(_mm_castsi128_pd(_mm_loadl_epi64(word(a))), half(b));
  const __m128d high = _mm_loadh_pd(_mm_castsi128_pd(_mm_loadl_epi64(word(c))), half(d));
  return _mm256_castpd_si256(_mm256_insertf128_pd(_mm256_castpd128_pd256(low), high, 1));
}

// The upper 32 bits of 10^0 .. 10^7 as doubles; the lower ones are 0.
[[gnu::target("avx2")]] inline __m256i upper_halves_of_powers() {
  return _mm256_setr_epi32(0x3ff00000, 0x40240000, 0x40590000, 0x408f4000, 0x40c38800, 0x40f86a00, 0x412e8480,
                           0x416312d0);
}

struct FourNumbers {
  __m256d values;
  unsigned good;   // bit i: values[i] is valid
};

// first: the first 8 bytes of each cell, last: the last 8, length: in bytes.
[[gnu::target("avx2")]] inline FourNumbers four_numbers(__m256i first, __m256i last, __m256i length) {
  const __m256i zero = _mm256_setzero_si256(), one = _mm256_set1_epi64x(1), eight = _mm256_set1_epi64x(8);
  const __m256i negative =
      _mm256_cmpeq_epi64(_mm256_and_si256(first, _mm256_set1_epi64x(0xff)), _mm256_set1_epi64x('-'));
  length = _mm256_add_epi64(length, negative);   // -1 for a sign
  const __m256i wrong_length = _mm256_or_si256(_mm256_cmpgt_epi64(length, eight), _mm256_cmpgt_epi64(one, length));

  // Digits become 0..9, and so do the bytes in front of them: zeros.
  const __m256i in_front = _mm256_slli_epi64(_mm256_sub_epi64(eight, length), 3);   // bits
  const __m256i cell = _mm256_and_si256(_mm256_xor_si256(last, _mm256_set1_epi8('0')),
                                        _mm256_sllv_epi64(_mm256_set1_epi64x(-1), in_front));
  // The digits before the first point move up over it. Another point then fails as no digit.
  const __m256i points = _mm256_cmpeq_epi8(cell, _mm256_set1_epi8('.' ^ '0'));
  const __m256i point_bit = _mm256_and_si256(points, _mm256_sub_epi64(zero, points));
  const __m256i to_point =
      _mm256_andnot_si256(_mm256_cmpeq_epi64(points, zero), _mm256_sub_epi64(_mm256_slli_epi64(point_bit, 8), one));
  const __m256i digits = _mm256_blendv_epi8(cell, _mm256_slli_epi64(cell, 8), to_point);
  const __m256i no_digits = _mm256_or_si256(_mm256_subs_epu8(digits, _mm256_set1_epi8(9)),
                                            _mm256_and_si256(points, _mm256_cmpeq_epi64(length, one)));
  const __m256i good = _mm256_cmpeq_epi64(_mm256_or_si256(no_digits, wrong_length), zero);

  const __m256i pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(0x010a));   // 10, 1
  const __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00010064));   // 100, 1
  const __m256i mantissa =
      _mm256_add_epi64(_mm256_mul_epu32(fours, _mm256_set1_epi64x(10000)), _mm256_srli_epi64(fours, 32));
  // An integer below 2^52 in the lower bits of the double 2^52 is added to it.
  const __m256d two_52 = _mm256_set1_pd(0x1p52);
  const __m256d value =
      _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(mantissa, _mm256_castpd_si256(two_52))), two_52);
  // Bytes after the point; 8 without one, which the permutation takes for 0.
  const __m256i fraction = _mm256_sad_epu8(_mm256_andnot_si256(to_point, _mm256_set1_epi8(1)), zero);
  const __m256i power = _mm256_slli_epi64(_mm256_permutevar8x32_epi32(upper_halves_of_powers(), fraction), 32);
  const __m256d scaled = _mm256_div_pd(value, _mm256_castsi256_pd(power));
  const __m256d sign = _mm256_and_pd(_mm256_castsi256_pd(negative), _mm256_set1_pd(-0.0));
  return {_mm256_or_pd(scaled, sign), static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(good)))};
}

[[gnu::target("avx2")]] NumberRun run_of_fours(const char* text, const std::uint32_t* ends, std::size_t count,
                                               double* values, std::size_t stride) {
  NumberRun run;
  const char* cell = text + ends[-1] + 1;
  while (run.cells + number_run_step <= count) {
    const std::uint32_t* const end = ends + run.cells;
    const char *const a = text + end[0], *const b = text + end[1], *const c = text + end[2], *const d = text + end[3];
    if (*a == '\n' || *b == '\n' || *c == '\n') break;
    const __m128i before = _mm_loadu_si128(reinterpret_cast<const __m128i*>(end - 1));
    const __m128i after = _mm_loadu_si128(reinterpret_cast<const __m128i*>(end));
    const __m256i length = _mm256_cvtepi32_epi64(_mm_sub_epi32(_mm_sub_epi32(after, before), _mm_set1_epi32(1)));
    const FourNumbers four =
        four_numbers(load_words(cell, a + 1, b + 1, c + 1), load_words(a - 8, b - 8, c - 8, d - 8), length);
    const __m128d low = _mm256_castpd256_pd128(four.values), high = _mm256_extractf128_pd(four.values, 1);
    _mm_storel_pd(values, low);
    _mm_storeh_pd(values + stride, low);
    _mm_storel_pd(values + 2 * stride, high);
    _mm_storeh_pd(values + 3 * stride, high);
    values += 4 * stride;
    cell = d + 1;
    run.cells += number_run_step;
    run.missed = four.good ^ 0xfu;
    if (run.missed != 0 || *d == '\n') break;
  }
  return run;
}

}   // namespace

bool has_number_runs() { return __builtin_cpu_supports("avx2"); }

NumberRun parse_number_run(const char* text, const std::uint32_t* ends, std::size_t count, double* values,
                           std::size_t stride) {
  return run_of_fours(text, ends, count, values, stride);
}

#else

bool has_number_runs() { return false; }

NumberRun parse_number_run(const char*, const std::uint32_t*, std::size_t, double*, std::size_t) { return {}; }

#endif

}   // namespace warptune
