#include "family/library/values.h"

#include <algorithm>

#include "dataset/cells_digest.h"

namespace warptune {

std::vector<std::size_t> feature_columns(const StudyData& data) { return feature_columns(*data.table, data.dataset); }

FoldRows fold_rows(const StudyData& data, int fold) {
  const auto at = [&](std::uint32_t place) { return data.split.order.begin() + place; };
  const Fold& of = data.split.fold(fold);
  FoldRows rows;
  rows.validation.assign(at(of.validation.begin), at(of.validation.end));
  rows.train.assign(at(of.train.begin), at(of.hole.begin));
  rows.train.insert(rows.train.end(), at(of.hole.end), at(of.train.end));
  std::sort(rows.train.begin(), rows.train.end());
  std::sort(rows.validation.begin(), rows.validation.end());
  return rows;
}

template <class Number>
std::vector<Number> cells_of(const StudyData& data, const std::vector<std::uint32_t>& rows) {
  const std::vector<std::size_t> columns = feature_columns(data);
  std::vector<Number> cells(rows.size() * columns.size());
  std::vector<double> piece(Cells::piece_size);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    // Rows ascend, so those of one piece of the column follow each other.
    const Cells& column = data.table->columns[columns[c]].values;
    for (std::size_t i = 0; i < rows.size();) {
      const std::size_t first = rows[i] / piece.size() * piece.size();
      const std::size_t count = std::min(piece.size(), column.size() - first);
      column.read(first, std::span(piece).first(count));
      for (; i < rows.size() && rows[i] < first + count; ++i)
        cells[i * columns.size() + c] = static_cast<Number>(piece[rows[i] - first]);
    }
  }
  return cells;
}

template std::vector<float> cells_of<float>(const StudyData&, const std::vector<std::uint32_t>&);
template std::vector<double> cells_of<double>(const StudyData&, const std::vector<std::uint32_t>&);

}   // namespace warptune
