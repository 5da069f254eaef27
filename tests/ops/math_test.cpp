// log and exp are accurate, exact where a number has an exact answer, and have the same bits in every CPU backend.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "tests/ops/cpu_backends.h"
#include "tests/ops/host_math.h"

namespace warptune::test {
namespace {

using namespace kernels::host_math;

// Distance in units of the last place of the true value.
double ulps(double found, long double truth) {
  const auto nearest = static_cast<double>(truth);
  const double unit = std::nextafter(std::fabs(nearest), INFINITY) - std::fabs(nearest);
  return static_cast<double>(std::fabs(static_cast<long double>(found) - truth) / unit);
}

// Positive normal numbers with uniform exponents in [-power, power].
std::vector<double> random_numbers(int power, int count) {
  std::mt19937_64 rng(1);
  std::uniform_real_distribution<double> exponent(-power, power);
  std::vector<double> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(std::exp2(exponent(rng)));
  return numbers;
}

TEST(Logarithm, IsAsNearToTheTrueValueAsItsHeaderSays) {
  for (const int power : {1, 20, 1022})
    for (const double x : random_numbers(power, 100000)) {
      ASSERT_LE(ulps(log_of(x), std::log(static_cast<long double>(x))), 2) << "x = " << x;
      ASSERT_LE(ulps(log2_of(x), std::log2(static_cast<long double>(x))), 3) << "x = " << x;   // one more product
    }
}

TEST(Logarithm, OfNumbersAroundOneIsWithinTwoUlp) {
  for (double x = 1; x < 1 + 1e-12; x = std::nextafter(x, 2))
    ASSERT_LE(ulps(log_of(x), std::log(static_cast<long double>(x))), 2) << x - 1;
  for (double x = 1; x > 1 - 1e-12; x = std::nextafter(x, 0))
    ASSERT_LE(ulps(log_of(x), std::log(static_cast<long double>(x))), 2) << x - 1;
}

TEST(Logarithm, ToBaseTwoOfAPowerOfTwoIsExact) {
  for (int power = -1022; power <= 1023; ++power) ASSERT_EQ(log2_of(std::ldexp(1.0, power)), power);
  EXPECT_EQ(log_of(1.0), 0.0);
}

TEST(Exponential, IsWithinTwoUlpOfTheTrueValue) {
  std::mt19937_64 rng(2);
  for (const double range : {0.5, 20.0, 700.0}) {
    std::uniform_real_distribution<double> uniform(-range, range);
    for (int i = 0; i < 100000; ++i) {
      const double x = uniform(rng);
      ASSERT_LE(ulps(exp_of(x), std::exp(static_cast<long double>(x))), 2) << "x = " << x;
    }
  }
  EXPECT_EQ(exp_of(0.0), 1.0);
}

TEST(EntropyTerms, AreRoundedAsTheFormulaSays) {
  constexpr std::uint32_t count = 100001;
  std::vector<kernels::i64> terms(count);
  cpu_backends().front()->entropy_terms(terms.data(), count);
  for (std::uint32_t c = 2; c < count; ++c) {
    const long double truth = c * std::log2(static_cast<long double>(c)) * 4294967296.0L;
    ASSERT_LE(std::fabs(static_cast<long double>(terms[c]) - truth), 0.5001L + truth * 0x1p-51L) << "c = " << c;
  }
  EXPECT_EQ(terms[0], 0);
  EXPECT_EQ(terms[1], 0);
  EXPECT_EQ(terms[65536], 65536ll * 16 << 32);
}

TEST(CpuBackends, AgreeToTheLastBit) {
  const auto backends = cpu_backends();
  if (backends.size() < 2) GTEST_SKIP() << "this processor has only " << backends.front()->name;
  constexpr std::uint32_t count = 20000;
  std::vector<kernels::i64> expected(count), found(count);
  backends.front()->entropy_terms(expected.data(), count);
  for (const kernels::CpuKernels* backend : backends) {
    SCOPED_TRACE(backend->name);
    backend->entropy_terms(found.data(), count);
    EXPECT_EQ(found, expected);
    for (const double x : random_numbers(300, 10000)) ASSERT_EQ(backend->log(x), log_of(x)) << "x = " << x;
  }
}

}   // namespace
}   // namespace warptune::test
