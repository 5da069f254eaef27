#include "table/decimal_codes.h"

#include <cstddef>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace warptune {
namespace {

std::int32_t lower_half(double value) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(value)));
}

bool codes_one_by_one(std::span<const double> values, const CodeForm& form, std::int32_t* codes) {
  bool all = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool absent = values[i] != values[i];
    codes[i] = absent ? form.missing : lower_half(values[i] * form.power + to_integer);
    all = all && (absent || is_code(values[i], form));
  }
  return all;
}

#if defined(__x86_64__)
// values: a multiple of 4.
[[gnu::target("avx2")]] bool codes_by_fours(std::span<const double> values, const CodeForm& form, std::int32_t* codes) {
  const __m256d power = _mm256_set1_pd(form.power), shift = _mm256_set1_pd(to_integer);
  const __m256d least = _mm256_set1_pd(-form.most), most = _mm256_set1_pd(form.most);
  const __m256d missing = _mm256_castsi256_pd(_mm256_set1_epi64x(form.missing));
  const __m256i lower_halves = _mm256_setr_epi32(0, 2, 4, 6, 0, 0, 0, 0);
  __m256d all = _mm256_castsi256_pd(_mm256_set1_epi64x(-1));
  for (std::size_t i = 0; i < values.size(); i += 4) {
    const __m256d value = _mm256_loadu_pd(values.data() + i);
    const __m256d shifted = _mm256_add_pd(_mm256_mul_pd(value, power), shift);
    const __m256d n = _mm256_sub_pd(shifted, shift);
    const __m256d absent = _mm256_cmp_pd(value, value, _CMP_UNORD_Q);
    const __m256d in_range = _mm256_and_pd(_mm256_cmp_pd(n, least, _CMP_GE_OQ), _mm256_cmp_pd(n, most, _CMP_LE_OQ));
    const __m256d exact = _mm256_cmp_pd(_mm256_div_pd(n, power), value, _CMP_EQ_OQ);
    all = _mm256_and_pd(all, _mm256_or_pd(absent, _mm256_and_pd(in_range, exact)));
    const __m256i code = _mm256_castpd_si256(_mm256_blendv_pd(shifted, missing, absent));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + i),
                     _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(code, lower_halves)));
  }
  return _mm256_movemask_pd(all) == 0xf;
}
#endif

}   // namespace

bool decimal_codes(std::span<const double> values, const CodeForm& form, std::int32_t* codes) {
#if defined(__x86_64__)
  const std::size_t fours = values.size() / 4 * 4;
  if (fours > 0 && __builtin_cpu_supports("avx2")) {
    const bool first = codes_by_fours(values.first(fours), form, codes);
    return codes_one_by_one(values.subspan(fours), form, codes + fours) && first;
  }
#endif
  return codes_one_by_one(values, form, codes);
}

}   // namespace warptune
