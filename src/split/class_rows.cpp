#include "split/class_rows.h"

namespace warptune {

ClassRows class_rows(const Dataset& dataset, const Split& split, Places places) {
  ClassRows rows(dataset.target.classes.size());
  for (std::size_t i = places.begin; i < places.end; ++i) ++rows[dataset.target.labels[split.order[i]]];
  return rows;
}

ClassRows validation_class_rows(const Dataset& dataset, const Split& split, int fold) {
  return class_rows(dataset, split, split.fold(fold).validation);
}

ClassRows train_class_rows(const Dataset& dataset, const Split& split, int fold) {
  const Fold& of = split.fold(fold);
  ClassRows rows = class_rows(dataset, split, {of.train.begin, of.hole.begin});
  const ClassRows behind = class_rows(dataset, split, {of.hole.end, of.train.end});
  for (std::size_t k = 0; k < rows.size(); ++k) rows[k] += behind[k];
  return rows;
}

}   // namespace warptune
