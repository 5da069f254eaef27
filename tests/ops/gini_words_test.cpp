// Keys of two classes from integers: the bits of the doubles that the CPU computes, for every split of small nodes and for
// random ones up to the largest; and rough keys are as near to the exact ones as their heads say.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/ops/host_math.h"

namespace warptune::test {
namespace {

using namespace kernels::host_math;
using kernels::u32;
using kernels::u64;

struct Split {
  u32 l, l1, n, n1;
};

double entropy_of(u32 l, u32 l1, u32 n, u32 n1) {   // -(l H(l) + r H(r))
  const auto term = [](double x) { return x > 0 ? x * std::log2(x) : 0.0; };
  const double r = n - l, r1 = n1 - l1;
  return (term(l1) + term(l - l1) - term(l)) + (term(r1) + term(r - r1) - term(r));
}

void check(const Split& s) {
  const auto text = [&] { return testing::Message() << s.l1 << "/" << s.l << " of " << s.n1 << "/" << s.n; };
  const double key = gini_binary(s.l, s.l1, s.n, s.n1);
  ASSERT_EQ(gini_bits(s.l, s.l1, s.n, s.n1), bits_of(key)) << text();
  const double near = s.n * 0x1p-18;
  const double gini = rough_gini(s.l, s.l1, s.n, s.n1), entropy = rough_entropy(s.l, s.l1, s.n, s.n1);
  ASSERT_LE(std::fabs(gini - key), near) << text();
  ASSERT_LE(std::fabs(entropy - 2.0 * s.n - entropy_of(s.l, s.l1, s.n, s.n1)), near) << text();
  ASSERT_GT(std::min(gini, entropy), 0) << text();
}

TEST(GiniWords, AreTheDoublesBitsInEverySmallNode) {
  for (u32 n = 2; n <= 40; ++n)
    for (u32 l = 1; l < n; ++l)
      for (u32 l1 = 0; l1 <= l; ++l1)
        for (u32 r1 = 0; r1 <= n - l; ++r1) check({l, l1, n, l1 + r1});
}

TEST(GiniWords, AreTheDoublesBitsInRandomNodes) {
  std::mt19937_64 rng(1);
  const auto below = [&](u32 n) { return static_cast<u32>(rng() % n); };
  for (int i = 0; i < 1000000; ++i) {
    const u32 n = 2 + below(i % 3 == 0 ? 300 : 65534), l = i % 5 == 0 ? 1 + below(2) % (n - 1) : 1 + below(n - 1);
    const u32 l1 = i % 7 == 0 ? 0 : below(l + 1), r1 = i % 11 == 0 ? n - l : below(n - l + 1);
    check({l, l1, n, l1 + r1});
  }
  for (const u32 l : {1u, 2u, 3u, 32767u, 32768u, 65533u, 65534u}) check({l, l, 65535, l});
}

// Sums that are exactly between two doubles, and sums that reach a power of two.
TEST(GiniWords, RoundTiesToEvenAndCarryAsDoublesDo) {
  std::mt19937_64 rng(2);
  for (int i = 0; i < 300000; ++i) {
    const u32 l = 1u << rng() % 16, r = i % 2 == 0 ? 1u << rng() % 15 : 1 + static_cast<u32>(rng() % 64);
    if (l + r > 65535) continue;
    const u32 l1 = static_cast<u32>(rng() % (l + 1)), r1 = static_cast<u32>(rng() % (r + 1));
    check({l, l1, l + r, l1 + r1});
  }
}

}   // namespace
}   // namespace warptune::test
