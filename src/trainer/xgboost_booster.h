// A booster while it trains, and what it says of itself.
#pragma once

#include <cstdint>
#include <span>

#include "trainer/handed_on.h"
#include "trainer/xgboost_matrices.h"

namespace warptune {

// Made, used and freed by one thread. All functions throw XgboostError.
class XgboostBooster {
 public:
  XgboostBooster(const XgboostApi& api, const MatrixPair& matrices);
  ~XgboostBooster() { (void)api_.booster_free(handle_); }
  XgboostBooster(const XgboostBooster&) = delete;
  XgboostBooster& operator=(const XgboostBooster&) = delete;

  void set(const HandedOn& settings);
  void update(int round);
  // XGBoost's own metric of the validation rows.
  [[nodiscard]] double evaluate(int round) const;
  // The mean over classes of the share of their validation rows that is predicted right; classes without rows do not count.
  [[nodiscard]] double balanced_accuracy(std::size_t classes) const;

 private:
  // Shares of the classes, [rows][classes] or, with two classes, of class 1, [rows].
  [[nodiscard]] std::span<const float> predict() const;

  const XgboostApi& api_;
  const MatrixPair& matrices_;
  XgboostApi::Handle handle_ = nullptr;
};

}   // namespace warptune
