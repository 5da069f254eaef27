#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/shown.h"
#include "space/distribution.h"
#include "warptune/space.h"

namespace warptune {
namespace {

using Kind = Distribution::Kind;

Distribution read(const std::string& text) {
  const auto parameter = parse_parameter(text);
  EXPECT_TRUE(parameter) << (parameter ? "" : parameter.error().message);
  return parameter ? parameter->distribution : Distribution{};
}

std::string error_of(const std::string& text) {
  const auto parameter = parse_parameter(text);
  EXPECT_FALSE(parameter) << text;
  return parameter ? "" : parameter.error().message + " | " + parameter.error().hint;
}

TEST(SpaceParameter, ReadsEveryForm) {
  EXPECT_EQ(read("n=int(50,499)"), (Distribution{Kind::integer, 50, 499, 1, false, {}}));
  EXPECT_EQ(read("n=int(8, 256, step=8)"), (Distribution{Kind::integer, 8, 256, 8, false, {}}));
  EXPECT_EQ(read("n=int(1,1000,log)"), (Distribution{Kind::integer, 1, 1000, 1, true, {}}));
  EXPECT_EQ(read("n=int(-5,-5)"), (Distribution{Kind::integer, -5, -5, 1, false, {}}));
  EXPECT_EQ(read("x=float(0,1)"), (Distribution{Kind::real, 0, 1, 0, false, {}}));
  EXPECT_EQ(read("x=float(0,1,step=0.1)"), (Distribution{Kind::real, 0, 1, 0.1, false, {}}));
  EXPECT_EQ(read("x=float(0.1,1,log)"), (Distribution{Kind::real, 0.1, 1, 0, true, {}}));
  EXPECT_EQ(read("x=log(0.01,0.3)"), (Distribution{Kind::real, 0.01, 0.3, 0, true, {}}));
  EXPECT_EQ(read("c = choice( a , 3, 0.5,none,true)"),
            (Distribution{Kind::choice, 0, 0, 0, false, {std::string("a"), std::int64_t{3}, 0.5, None{}, true}}));
  EXPECT_EQ(read("h=choice([64, 32],[32],[\"a,)\"])"),
            (Distribution{Kind::choice, 0, 0, 0, false, {List{"[64,32]"}, List{"[32]"}, List{"[\"a,)\"]"}}}));
  EXPECT_EQ(read("h=[\"choice(\",2]"), (Distribution{Kind::fixed, 0, 0, 0, false, {List{"[\"choice(\",2]"}}}));
  EXPECT_EQ(read("max_depth=none"), (Distribution{Kind::fixed, 0, 0, 0, false, {None{}}}));
  EXPECT_EQ(parse_parameter(" max_depth = 5")->name, "max_depth");
}

TEST(SpaceParameter, WrittenAsItIsRead) {
  for (const char* text : {"n=int(50,499)", "n=int(8,256,step=8)", "n=int(1,1000,log)", "x=float(0.0,1.0,step=0.1)",
                           "x=float(0.01,0.3,log)", "c=choice(a,3,0.5,none,true)", "c=none", "c=1.0",
                           "h=choice([64,32],[32])", "h=[[1.0],null]"})
    EXPECT_EQ(to_string(*parse_parameter(text)), text);
}

struct Bad {
  const char* text;
  const char* says;   // part of message and hint
};

TEST(SpaceParameter, ErrorsSayWhatIsWrong) {
  const std::vector<Bad> cases{
      {"", "= is missing"},
      {"max_depth", "= is missing"},
      {"=int(1,2)", "name is missing"},
      {"max depth=1", "max depth is not a parameter's name"},
      {"a=", "nothing follows ="},
      {"a=int(9,2)", "low 9 is above high 2"},
      {"a=int(1)", "needs a low and a high"},
      {"a=int()", "needs a low and a high"},
      {"a=int(1,2.5)", "high of int must be an integer, not 2.5"},
      {"a=int(x,2)", "low of int must be an integer, not x"},
      {"a=int(1,2", "closing )"},
      {"a=int(1,2)3", "3 follows the closing )"},
      {"a=int(1,2))", ") follows the closing )"},
      {"a=int(1,2,3)", "3 does not belong"},
      {"a=int(1,2,)", "an empty part does not belong"},
      {"a=int(1,9,step=4,step=4)", "step=4 does not belong"},
      {"a=int(2,9,step=2)", "does not reach 9 | the nearest ends it reaches are 8 and 10"},
      {"a=int(2,9,step=0)", "step must be above 0"},
      {"a=int(2,9,step=-1)", "step must be above 0"},
      {"a=int(2,9,step=0.5)", "step of int must be an integer"},
      {"a=int(0,9,log)", "log needs low above 0, not 0"},
      {"a=int(1,9,log,step=2)", "log and step"},
      {"a=int(1,9007199254740993)", "2^53"},
      {"a=float(0,1,step=0.3)", "does not reach 1.0"},
      {"a=float(0,1e300,step=1e-300)", "too small"},
      {"a=float(nan,1)", "low of float must be a number, not nan"},
      {"a=float(0,inf)", "high of float must be a number"},
      {"a=float(-1e308,1e308)", "1e300"},
      {"a=float(true,1)", "must be a number, not true"},
      {"a=log(0,1)", "log needs low above 0"},
      {"a=log(-1,1)", "log needs low above 0"},
      {"a=log(0.1,1,log)", "log does not belong"},
      {"a=choice()", "no values"},
      {"a=choice(a,)", "a value is empty"},
      {"a=choice(a,b,a)", "a twice"},
      {"a=choice(1,01)", "1 twice"},
      {"a=chioce(a)", "unknown distribution chioce | did you mean choice?"},
      {"a=uniform(0,1)", "unknown distribution uniform | distributions are"},
      {"a=(1,2)", "(1,2) is no value | a list is written [64,32]"},
      {"a=choice((64,32),(32,))", "(64,32) is no value | a list is written [64,32]"},
      {"a=choice([64,32],[32)", "closing ] is missing"},
      {"a=choice([a],b)", "[a] is no value | a list is written in JSON"},
      {"a=[1,2], [3]", "[1,2], [3] is no value"},
      {"a=choice(True,False)", "True is no value | write true"},
      {"a=choice(1,None)", "None is no value | write none"},
      {"a=null", "write none"},
      {"a=choice('a',b)", "'a' is no value | values have no quotes of their own: write a"},
      {"a=choice(\"a,b\",c)", "values have no quotes of their own, and no comma, bracket or backslash"},
      {"a=int[1,9]", "distributions are written int(1,9)"},
      {"a=\u201Cb\u201D", "values have no quotes of their own"},
      {"a=\u22125", "write -5"},
      {"a=+5", "write 5"},
      {"a=1_000", "write 1000"},
      {"a=0x10", "write 16"},
      {"a=1e999", "1.797e308"},
      {"a=-inf", "numbers are finite"},
      {"a={1:2}", "a list is written [64,32]"},
      {"a=b)", "neither a value nor a distribution"},
      {"a=1,2", "neither a value nor a distribution"},
      {"a=b\nc", "neither a value nor a distribution"},
      {"a=\xff", "not UTF-8"},
  };
  for (const Bad& bad : cases) {
    const std::string error = error_of(bad.text);
    EXPECT_NE(error.find(bad.says), std::string::npos) << bad.text << " -> " << error;
    EXPECT_TRUE(error.starts_with(shown(bad.text))) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos);
  }
}

TEST(SpaceParameter, LongInputIsBounded) {
  EXPECT_NE(error_of("a=" + std::string(2 << 20, 'x')).find("1 MiB"), std::string::npos);
  std::string many = "a=choice(0";
  for (int i = 1; i <= 10000; ++i) many += "," + std::to_string(i);
  EXPECT_NE(error_of(many + ")").find("10001 values"), std::string::npos);
}

TEST(SpaceParameter, ValuesOfAPoint) {
  EXPECT_EQ(value_of(*parse_parameter("a=int(1,9)"), 3), Value(std::int64_t{3}));
  EXPECT_EQ(value_of(*parse_parameter("a=float(1,9)"), 3), Value(3.0));
  EXPECT_EQ(value_of(*parse_parameter("a=choice(x,none)"), 1), Value(None{}));
  EXPECT_EQ(value_of(*parse_parameter("a=7"), 0), Value(std::int64_t{7}));
}

TEST(SpaceParameter, ContainsOnlyWhatCanBeDrawn) {
  const Distribution stepped = read("a=int(8,256,step=8)"), tenths = read("a=float(0,1,step=0.1)");
  const Distribution words = read("a=choice(x,y)"), open = read("a=float(0,1)");
  for (const double in : {8.0, 16.0, 256.0}) EXPECT_TRUE(contains(stepped, in)) << in;
  for (const double out : {0.0, 9.0, 8.5, 264.0}) EXPECT_FALSE(contains(stepped, out)) << out;
  for (int i = 0; i <= 10; ++i) EXPECT_TRUE(contains(tenths, i * 0.1 > 1 ? 1 : i * 0.1)) << i;
  EXPECT_FALSE(contains(tenths, 0.15));
  EXPECT_TRUE(contains(words, 1));
  for (const double out : {-1.0, 2.0, 0.5}) EXPECT_FALSE(contains(words, out)) << out;
  EXPECT_TRUE(contains(open, 0.123));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Distribution& d : {stepped, tenths, words, open}) EXPECT_FALSE(contains(d, nan));
}

TEST(SpaceParameter, DistributionsMadeInCodeAreCheckedToo) {
  EXPECT_TRUE(check_distribution(read("a=int(8,256,step=8)"), "x"));
  EXPECT_TRUE(check_distribution(read("a=int(1,9,log)"), "x"));
  EXPECT_TRUE(check_distribution(read("a=log(1,9)"), "x"));
  EXPECT_TRUE(check_distribution(read("a=choice(1,2)"), "x"));
  EXPECT_FALSE(check_distribution({Kind::integer, 1, 9, 0, false, {}}, "x"));
  EXPECT_FALSE(check_distribution({Kind::integer, 1.5, 9, 1, false, {}}, "x"));
  EXPECT_FALSE(check_distribution({Kind::real, 2, 1, 0, false, {}}, "x"));
  EXPECT_FALSE(check_distribution({Kind::real, 1, 2, 0.5, true, {}}, "x"));
  EXPECT_FALSE(check_distribution({Kind::choice, 0, 0, 0, false, {}}, "x"));
  EXPECT_FALSE(check_distribution({Kind::fixed, 0, 0, 0, false, {}}, "x"));
}

}   // namespace
}   // namespace warptune
