#include "split/class_rows.h"

namespace warptune {

ClassRows class_rows(const Dataset& dataset, const Folds& folds, std::size_t begin, std::size_t end) {
  ClassRows rows(dataset.target.classes.size());
  for (std::size_t i = begin; i < end; ++i) ++rows[dataset.target.labels[folds.order[i]]];
  return rows;
}

ClassRows validation_class_rows(const Dataset& dataset, const Folds& folds, int fold) {
  return class_rows(dataset, folds, folds.begin[fold], folds.begin[fold + 1]);
}

ClassRows train_class_rows(const Dataset& dataset, const Folds& folds, int fold) {
  ClassRows rows = class_rows(dataset, folds, 0, folds.begin[fold]);
  const ClassRows after = class_rows(dataset, folds, folds.begin[fold + 1], folds.order.size());
  for (std::size_t k = 0; k < rows.size(); ++k) rows[k] += after[k];
  return rows;
}

}   // namespace warptune
