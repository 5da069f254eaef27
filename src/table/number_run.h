// Several neighbouring cells of a row at a time as numbers, where the processor has AVX2.
#pragma once

#include <cstddef>
#include <cstdint>

namespace warptune {

inline constexpr std::size_t number_run_step = 4;   // cells at a time

struct NumberRun {
  std::size_t cells = 0;   // looked at, a multiple of number_run_step
  unsigned missed = 0;     // bit i: not of the short form is cell i of the last step, whose value is not to be used
};

// Whether this processor can do it; else there is parse_short_number for each cell.
[[nodiscard]] bool has_number_runs();

// The cells after ends[-1] as numbers of the form and with the values of parse_short_number: cell i lies between
// ends[i - 1] and ends[i], offsets in `text` of separators and line feeds, and its value goes to values[i * stride].
// Stops after a step with a cell of another form, after a line feed, before a step with a line feed inside, and when less
// than a step is left of the `count` cells. ends[0] is at least 8, and 8 bytes can be read after ends[count - 1].
[[nodiscard]] NumberRun parse_number_run(const char* text, const std::uint32_t* ends, std::size_t count, double* values,
                                         std::size_t stride);

}   // namespace warptune
