// The cells of a column: doubles, kept in fewer bytes than doubles where that loses nothing.
//
// A number of a table has few digits: it is n / 10^scale, with n of 1, 2 or 4 bytes and one scale for all of its column.
// Both are exact doubles, so the quotient is rounded once, to the same double that the number's text is read as. A cell
// that is no such quotient is kept aside with its row; where that would take more than doubles do, the column is
// doubles. So a cell takes about as many bytes as in its file, or fewer.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "table/growing_bytes.h"
#include "warptune/column.h"

namespace warptune {

class PackedCells {
 public:
  static constexpr std::size_t piece_size = Cells::piece_size;

  PackedCells() = default;
  explicit PackedCells(std::span<const double> values) { append(values); }

  [[nodiscard]] std::size_t size() const { return size_; }
  // NaN is a missing cell; -0 was made 0.
  [[nodiscard]] double operator[](std::size_t row) const;
  // The cells of rows begin, begin + 1, ...
  void read(std::size_t begin, std::span<double> out) const;
  [[nodiscard]] std::vector<double> doubles() const;
  // Calls work(std::span<double>) for all cells, a few at a time and in order.
  template <class Work>
  void for_each_piece(const Work& work) const {
    std::array<double, piece_size> values;
    for (std::size_t begin = 0; begin < size_; begin += piece_size) {
      const std::span<double> piece = std::span(values).first(std::min(piece_size, size_ - begin));
      read(begin, piece);
      work(piece);
    }
  }
  struct Counts {
    std::vector<double> values;          // the different ones, ascending
    std::vector<std::uint32_t> counts;   // [values] cells that have it
    bool has_missing = false;
  };
  // Where counting takes less work and less memory than sorting: when the integers n are no more than the rows, as a text
  // column's codes are.
  [[nodiscard]] std::optional<Counts> counts() const;
  // Bytes that the cells take.
  [[nodiscard]] std::size_t bytes() const { return bytes_.size() + aside_.size() * aside_bytes; }

  // Before the first cell: room for so many, so that they need not move while they grow.
  void expect(std::size_t rows) { expected_ = rows; }
  void append(std::span<const double> values);
  void append(PackedCells other);
  // Every cell n that is not missing becomes code_of(n): all are integers from 0 on.
  void recode(const std::function<std::uint32_t(std::uint32_t)>& code_of);

 private:
  struct Form {
    std::size_t width = 1;   // bytes of n: 1, 2, 4; 8: a double
    int scale = 0;
    bool operator==(const Form&) const = default;
  };
  struct Choice {
    Form form;
    std::size_t bytes = 0;   // that the sample takes in it
  };
  static constexpr std::size_t aside_bytes = sizeof(std::uint32_t) + sizeof(double);

  [[nodiscard]] static Choice choose(std::span<const double> sample);
  void choose_again();
  void make_room();
  void rewrite(Form form);
  template <class Int>
  void append_as(std::span<const double> values);
  template <class Int>
  [[nodiscard]] std::optional<Counts> counts_of() const;
  template <class Int>
  void read_as(std::size_t begin, std::span<double> out) const;

  Form form_;
  std::size_t size_ = 0, expected_ = 0;
  GrowingBytes bytes_;                      // [size_] of form_.width
  std::vector<std::uint32_t> aside_rows_;   // ascending
  std::vector<double> aside_;               // [aside_rows_]
  // The form is chosen again when there are so many rows, or so many cells aside.
  std::size_t next_choice_ = 0, most_aside_ = 0;
};

}   // namespace warptune
