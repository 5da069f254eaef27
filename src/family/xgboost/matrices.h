// XGBoost's matrices of a fold.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "family/library/training_pair.h"
#include "family/xgboost/api.h"

namespace warptune {

// What a pair of matrices depends on.
struct MatrixKey {
  int fold = 0;
  std::string max_bin;    // as it is handed on
  std::string device;     // cpu, cuda:0
  bool quantile = true;   // what tree_method=hist needs; false: a matrix of floats
  int owner = 0;          // the executor that has it for itself, because training changes it; 0: all share it
  friend auto operator<=>(const MatrixKey&, const MatrixKey&) = default;
};

// A matrix of some rows. reference: the training rows' matrix, whose bins a validation matrix has; nullptr for that itself.
// Throws TrainerError.
[[nodiscard]] OfLibrary make_xgboost_matrix(const XgboostApi& api, const StudyData& data, const MatrixKey& key,
                                            const std::vector<std::uint32_t>& rows, XgboostApi::Handle reference);

}   // namespace warptune
