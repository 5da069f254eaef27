// Arrays in NumPy's .npy files, which Python maps into memory as they are. Only little-endian machines are built for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "warptune/error.h"

namespace warptune {

// What stands before the numbers: type "<f8", "<i4"; shape rows x columns, C order; columns 0: [rows].
[[nodiscard]] std::string npy_header(std::string_view type, std::size_t rows, std::size_t columns = 0);

// An array of one or two dimensions as doubles.
struct NpyArray {
  bool integer = false;         // of integers or booleans: labels
  double epsilon = 0;           // the spacing of its numbers at 1; 0 for integers
  std::size_t rows = 0;         // [rows] or [rows][columns]
  std::size_t columns = 0;      // 0: one dimension
  std::vector<double> values;   // [rows][columns], row-major whatever the file's order is
};
// No more than most_values, and nothing is read that is not there: the file comes from another program.
[[nodiscard]] Result<NpyArray> parse_npy(std::string_view bytes, std::size_t most_values);
[[nodiscard]] Result<NpyArray> read_npy(const std::string& path, std::size_t most_values);

}   // namespace warptune
