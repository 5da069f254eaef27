#include "base/npy.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace warptune {
namespace {

template <class Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  std::string bytes(numbers.size() * sizeof(Number), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

// A file with any header, as other writers make it.
std::string file_with(const std::string& header, const std::string& data, char version = 1) {
  std::string file("\x93NUMPY", 6);
  file += version;
  file += '\0';
  file += static_cast<char>(header.size() % 256);
  file += static_cast<char>(header.size() / 256);
  if (version > 1) file += std::string(2, '\0');
  return file + header + data;
}

TEST(Npy, TheNumbersBeginAtAMultipleOf64) {
  for (const std::size_t rows : {0UL, 1UL, 999999999UL}) {
    const std::string header = npy_header("<f8", rows, 17);
    EXPECT_EQ(header.size() % 64, 0U);
    EXPECT_EQ(header.back(), '\n');
    EXPECT_NE(header.find("(" + std::to_string(rows) + ", 17)"), std::string::npos) << header;
  }
  EXPECT_NE(npy_header("<i4", 5).find("'shape': (5,), }"), std::string::npos);
}

TEST(Npy, ReadsWhatItWrites) {
  const std::vector<double> numbers{1, -0.5, 1e300, std::numeric_limits<double>::quiet_NaN(), 0, 6};
  const auto array = parse_npy(npy_header("<f8", 2, 3) + bytes_of(numbers), 100);
  ASSERT_TRUE(array) << array.error().message;
  EXPECT_EQ(array->rows, 2U);
  EXPECT_EQ(array->columns, 3U);
  EXPECT_FALSE(array->integer);
  EXPECT_EQ(bytes_of(array->values), bytes_of(numbers));
  const auto labels = parse_npy(npy_header("<i4", 3) + bytes_of(std::vector<std::int32_t>{2, -1, 0}), 3);
  ASSERT_TRUE(labels);
  EXPECT_TRUE(labels->integer);
  EXPECT_EQ(labels->columns, 0U);
  EXPECT_EQ(labels->values, (std::vector<double>{2, -1, 0}));
  EXPECT_EQ(parse_npy(npy_header("<f8", 0, 2), 0)->rows, 0U);
}

TEST(Npy, ReadsOtherWritersForms) {
  const auto fortran = parse_npy(file_with("{\"descr\": \"<f4\", \"fortran_order\": True, \"shape\": (2,3)}",
                                           bytes_of(std::vector<float>{1, 4, 2, 5, 3, 6})),
                                 6);
  ASSERT_TRUE(fortran) << fortran.error().message;
  EXPECT_EQ(fortran->values, (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(fortran->epsilon, std::numeric_limits<float>::epsilon());
  const auto version_2 = parse_npy(
      file_with("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", std::string("\x01\xff", 2), 2), 2);
  ASSERT_TRUE(version_2) << version_2.error().message;
  EXPECT_EQ(version_2->values, (std::vector<double>{1, 255}));
}

TEST(Npy, RefusesWhatItCannotRead) {
  const std::string good = npy_header("<f8", 2, 3) + bytes_of(std::vector<double>(6));
  EXPECT_EQ(parse_npy(good, 5).error().message, "it has 2 x 3 numbers, more than are asked for");
  EXPECT_EQ(parse_npy(good.substr(0, good.size() - 1), 6).error().message, "it ends before its last number");
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(parse_npy(good.substr(0, size), 6)) << size;
  const auto refuses = [](const std::string& header) {
    return !parse_npy(file_with(header, std::string(64, '\0')), 8);
  };
  EXPECT_FALSE(refuses("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 4), }"));
  for (const char* bad : {"", "{}", "{'descr': '<f8', 'fortran_order': False}", "{'descr': '<f8', 'shape': (2, 4)}",
                          "{'descr': '>f8', 'fortran_order': False, 'shape': (2, 4), }",
                          "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 4), }",
                          "{'descr': '|O', 'fortran_order': False, 'shape': (2, 4), }",
                          "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (8,), }",
                          "{'descr': '<f8', 'fortran_order': False, 'shape': (), }",
                          "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2, 2), }",
                          "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 0), }",
                          "{'descr': '<f8', 'fortran_order': False, 'shape': (-2, 4), }",
                          "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999, 4), }",
                          "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }",
                          "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 4"})
    EXPECT_TRUE(refuses(bad)) << bad;
}

}   // namespace
}   // namespace warptune
