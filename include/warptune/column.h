// One column of a table.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace warptune {

class PackedCells;   // the table's own: fewer bytes than doubles
class PackedNames;

// The cells of a column: doubles, in the order of the rows; NaN is a missing cell. They do not change: copies share them.
class Cells {
 public:
  static constexpr std::size_t piece_size = 256;

  Cells();
  explicit Cells(std::span<const double> values);
  explicit Cells(PackedCells packed);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] double operator[](std::size_t row) const;
  // The cells of rows begin, begin + 1, ...
  void read(std::size_t begin, std::span<double> out) const;
  [[nodiscard]] std::vector<double> doubles() const;
  // Calls work for all cells, up to piece_size at a time and in order.
  void for_each_piece(const std::function<void(std::span<double>)>& work) const;
  [[nodiscard]] const PackedCells& packed() const { return *packed_; }

 private:
  std::shared_ptr<const PackedCells> packed_;   // never null
};

// The names of a column's categories. They do not change: copies share them.
class Categories {
 public:
  Categories();
  Categories(std::initializer_list<std::string_view> names);
  explicit Categories(PackedNames packed);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::string_view operator[](std::size_t i) const;
  [[nodiscard]] bool operator==(const Categories& other) const;

 private:
  std::shared_ptr<const PackedNames> packed_;   // never null
};

enum class ColumnType { numeric, boolean, text };

// A cell, for messages.
struct CellPlace {
  std::string where;   // path:line:column
  std::string text;
};

// Every cell stands for a double: a number, 0 or 1 for a boolean, the index into `categories` for text; NaN is a missing
// cell.
struct Column {
  std::string name;
  ColumnType type = ColumnType::numeric;
  Cells values;   // [rows]
  // Names of a text column's categories, sorted bytewise, those of labels and of a column that is said to hold categories by
  // number where all are numbers; a boolean's two words, the false one first.
  Categories categories;
  std::optional<CellPlace> first_missing{};   // of a column of labels
  bool skipped = false;                       // not read: every cell is NaN
};

}   // namespace warptune
