// Random search's draws: the known answers, the same bits on every backend, no bias, no value out of range.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "device/cuda_devices.h"
#include "device/draw.h"
#include "tests/ops/cpu_backends.h"
#include "tests/ops/host_math.h"
#include "tests/reference/point_list.h"

namespace warptune::test {
namespace {

using kernels::host_math::philox;
using kernels::host_math::unbiased_below;
using kernels::host_math::Words;

struct KnownDraw {
  std::uint64_t seed = 0, trial = 0;
  Point point;
};

struct KnownWords {
  std::uint64_t key = 0;
  std::uint32_t counter[4] = {}, words[4] = {};
};

struct KnownAnswers {
  std::vector<KnownWords> words;
  Space space;
  std::vector<KnownDraw> draws;
};

Space space_of(const std::vector<std::string>& parameters) {
  Space space;
  for (const std::string& text : parameters) {
    auto parameter = parse_parameter(text);
    EXPECT_TRUE(parameter) << text;
    space.parameters.push_back(std::move(*parameter));
  }
  return space;
}

KnownAnswers known_answers() {
  std::ifstream file(WARPTUNE_SOURCE_DIR "/tests/ops/known_answers.txt");
  EXPECT_TRUE(file) << "tests/ops/known_answers.txt is missing";
  KnownAnswers known;
  std::vector<std::string> parameters;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "words") {
      KnownWords& w = known.words.emplace_back();
      words >> std::hex >> w.key;
      for (std::uint32_t& c : w.counter) words >> c;
      for (std::uint32_t& c : w.words) words >> c;
      EXPECT_TRUE(words) << line;
    } else if (kind == "space") {
      words >> parameters.emplace_back();
    } else if (kind == "draw") {
      KnownDraw& d = known.draws.emplace_back();
      words >> d.seed >> d.trial;
      for (double value = 0; words >> value;) d.point.push_back(value);
    }
  }
  known.space = space_of(parameters);
  return known;
}

// Every kind of distribution, some of them at the edge of what a double holds.
Space every_kind() {
  return space_of({"a=int(50,499)", "b=int(8,256,step=8)", "c=choice(gini,entropy,log_loss)",
                   "d=float(0.1,0.7,step=0.2)", "e=float(-5,5)", "f=log(0.00001,0.3)", "g=int(1,1000,log)",
                   "h=int(-9007199254740991,9007199254740991)", "i=float(-1e300,1e300)", "j=fixed"});
}

bool same_bits(const Point& a, const Point& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

// What CUDA's tests need; says why they are skipped.
std::string no_cuda() {
  const auto devices = cuda_devices();
  return devices ? std::string() : devices.error().message;
}

// Chi-square of counts against expected shares.
double chi_square(const std::vector<double>& counts, const std::vector<double>& shares) {
  double total = 0, sum = 0;
  for (const double c : counts) total += c;
  for (std::size_t i = 0; i < counts.size(); ++i)
    sum += (counts[i] - total * shares[i]) * (counts[i] - total * shares[i]) / (total * shares[i]);
  return sum;
}

// A bound that chi-square exceeds about once in 10^5 seeds (Wilson and Hilferty).
double chi_square_bound(double freedom) {
  const double a = 2.0 / (9.0 * freedom);
  return freedom * std::pow(1 - a + 4.26 * std::sqrt(a), 3);
}

std::vector<Point> drawn(const Space& space, std::uint64_t seed, std::uint64_t first, std::uint32_t count) {
  return test::list_of(random_points(space, seed, first, count));
}

Result<std::vector<Point>> cuda_drawn(const Space& space, std::uint64_t seed, std::uint64_t first, std::uint32_t count,
                                      int device) {
  return cuda_draw(draw_specs(space), seed, first, count, device).map(test::list_of);
}

TEST(KnownAnswers, OfPhilox) {
  const KnownAnswers known = known_answers();
  ASSERT_GE(known.words.size(), 3U);
  for (const KnownWords& w : known.words) {
    const Words found = philox(w.key, w.counter[0], w.counter[1], w.counter[2], w.counter[3]);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(found.v[i], w.words[i]) << std::hex << w.key;
  }
}

TEST(KnownAnswers, OfTheCpu) {
  const KnownAnswers known = known_answers();
  ASSERT_GE(known.draws.size(), 8U);
  for (const KnownDraw& draw : known.draws)
    EXPECT_EQ(drawn(known.space, draw.seed, draw.trial, 1).front(), draw.point) << draw.seed << ' ' << draw.trial;
}

TEST(KnownAnswers, OfCuda) {
  if (const std::string why = no_cuda(); !why.empty()) GTEST_SKIP() << why;
  const KnownAnswers known = known_answers();
  for (const KnownDraw& draw : known.draws) {
    const auto found = cuda_drawn(known.space, draw.seed, draw.trial, 1, 0);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->front(), draw.point) << draw.seed << ' ' << draw.trial;
  }
}

TEST(Draws, OfCudaAndTheCpuHaveTheSameBitsAMillionTimes) {
  if (const std::string why = no_cuda(); !why.empty()) GTEST_SKIP() << why;
  const Space space = every_kind();
  const std::uint32_t count = 1000000 / static_cast<std::uint32_t>(space.parameters.size());
  const std::uint64_t first = (1ull << 32) - count / 2;   // over the end of the counter's third word
  const auto expected = drawn(space, 99, first, count);
  const auto found = cuda_drawn(space, 99, first, count, 0);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_TRUE(same_bits((*found)[i], expected[i])) << "trial " << first + i;
}

TEST(Draws, OfEveryCpuBackendHaveTheSameBits) {
  const Space space = every_kind();
  const auto specs = draw_specs(space);
  constexpr std::uint32_t count = 20000;
  const auto parameters = static_cast<std::uint32_t>(specs.size());
  std::vector<double> expected(count * specs.size()), found(expected.size());
  const auto backends = cpu_backends();
  backends.front()->draw({specs.data(), expected.data(), 3, 0, count, parameters});
  for (const kernels::CpuKernels* backend : backends) {
    backend->draw({specs.data(), found.data(), 3, 0, count, parameters});
    EXPECT_EQ(std::memcmp(found.data(), expected.data(), found.size() * sizeof(double)), 0) << backend->name;
  }
}

TEST(Draws, DependOnSeedAndTrialOnly) {
  const Space space = every_kind();
  const auto all = drawn(space, 5, 0, 100);
  const auto part = drawn(space, 5, 40, 10);
  for (std::size_t i = 0; i < part.size(); ++i) EXPECT_TRUE(same_bits(part[i], all[40 + i]));
  EXPECT_NE(drawn(space, 6, 0, 1).front(), all.front());
}

TEST(Draws, StayWithinTheirDistributionAndReachItsEnds) {
  const Space space = space_of({"a=int(-3,3)", "b=int(8,256,step=8)", "c=float(0.1,0.7,step=0.2)",
                                "d=float(0,0.3,step=0.1)", "e=float(-5,5)", "f=log(0.01,0.3)", "g=int(1,9,log)",
                                "h=choice(x,y)", "i=float(1,1.0000000000000002)", "j=int(7,7)"});
  std::vector<double> least(space.parameters.size(), INFINITY), most(space.parameters.size(), -INFINITY);
  for (const Point& point : drawn(space, 8, 0, 20000))
    for (std::size_t p = 0; p < point.size(); ++p) {
      ASSERT_TRUE(contains(space.parameters[p].distribution, point[p]))
          << space.parameters[p].name << " = " << point[p];
      least[p] = std::min(least[p], point[p]);
      most[p] = std::max(most[p], point[p]);
    }
  for (const std::size_t p : {0, 1, 2, 3, 6, 9}) {
    EXPECT_EQ(least[p], space.parameters[p].distribution.low) << space.parameters[p].name;
    EXPECT_EQ(most[p], space.parameters[p].distribution.high) << space.parameters[p].name;
  }
  EXPECT_LT(least[4], -4.99);
  EXPECT_GT(most[4], 4.99);
  EXPECT_EQ(most[7], 1);
}

TEST(Draws, OfIntegersStepsAndChoicesAreUniform) {
  const Space space = space_of({"a=int(0,99)", "b=float(0,2.4,step=0.1)", "c=choice(a,b,c,d,e,f,g)"});
  const std::vector<double> sizes = {100, 25, 7};
  std::vector<std::vector<double>> counts;
  for (const double size : sizes) counts.emplace_back(static_cast<std::size_t>(size));
  for (const Point& point : drawn(space, 11, 0, 100000)) {
    ++counts[0][static_cast<std::size_t>(point[0])];
    ++counts[1][static_cast<std::size_t>(std::lround(point[1] * 10))];
    ++counts[2][static_cast<std::size_t>(point[2])];
  }
  for (std::size_t p = 0; p < sizes.size(); ++p)
    EXPECT_LT(chi_square(counts[p], std::vector<double>(counts[p].size(), 1 / sizes[p])),
              chi_square_bound(sizes[p] - 1))
        << space.parameters[p].name;
}

TEST(Draws, OfRealsAreUniformOrUniformInTheirLogarithm) {
  const Space space = space_of({"a=float(-2,6)", "b=log(0.001,10)"});
  constexpr std::size_t parts = 50;
  std::vector<double> plain(parts), logs(parts);
  for (const Point& point : drawn(space, 12, 0, 100000)) {
    ++plain[std::min(parts - 1, static_cast<std::size_t>((point[0] + 2) / 8 * parts))];
    ++logs[std::min(parts - 1, static_cast<std::size_t>((std::log10(point[1]) + 3) / 4 * parts))];
  }
  const std::vector<double> shares(parts, 1.0 / parts);
  EXPECT_LT(chi_square(plain, shares), chi_square_bound(parts - 1));
  EXPECT_LT(chi_square(logs, shares), chi_square_bound(parts - 1));
}

TEST(Draws, OfLogIntegersFollowTheLogarithmOfTheirRange) {
  std::vector<double> counts(20), shares;
  for (int k = 1; k <= 20; ++k) shares.push_back(std::log((k + 0.5) / (k - 0.5)) / std::log(20.5 / 0.5));
  for (const Point& point : drawn(space_of({"a=int(1,20,log)"}), 13, 0, 100000))
    ++counts[static_cast<std::size_t>(point[0]) - 1];
  EXPECT_LT(chi_square(counts, shares), chi_square_bound(19));
}

TEST(Draws, OfTwoParametersAndOfNeighbouringTrialsAreIndependent) {
  const auto points = drawn(space_of({"a=float(-1,1)", "b=float(-1,1)"}), 14, 0, 100000);
  double parameters = 0, trials = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    parameters += points[i][0] * points[i][1];
    trials += points[i][0] * points[i - 1][0];
  }
  // The mean of products has a standard deviation of 1/3 / sqrt(n).
  EXPECT_LT(std::fabs(parameters) / 100000, 4.3 / 3 / std::sqrt(100000.0));
  EXPECT_LT(std::fabs(trials) / 100000, 4.3 / 3 / std::sqrt(100000.0));
}

// 2^64 = 4/3 n: a remainder would take the lower third twice as often, a bare multiplication every third index.
TEST(Draws, HaveNoBiasWhereARemainderWouldHaveOne) {
  for (const std::uint64_t n : {3ull << 62, (1ull << 63) + 1, (1ull << 63) - 25}) {
    std::vector<double> thirds(3), remainders(3);
    for (std::uint32_t i = 0; i < 60000; ++i) {
      const std::uint64_t index = unbiased_below(n, [&](std::uint32_t attempt) { return philox(n, attempt, 0, i, 0); });
      ASSERT_LT(index, n);
      ++thirds[std::min<std::size_t>(2, index / (n / 3))];
      ++remainders[index % 3];
    }
    const std::vector<double> shares(3, 1.0 / 3);
    EXPECT_LT(chi_square(thirds, shares), chi_square_bound(2)) << n;
    EXPECT_LT(chi_square(remainders, shares), chi_square_bound(2)) << n;
  }
  EXPECT_EQ(unbiased_below(1, [](std::uint32_t) { return Words{{~0U, ~0U, ~0U, ~0U}}; }), 0U);
}

}   // namespace
}   // namespace warptune::test
