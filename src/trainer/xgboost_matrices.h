// What boosters train and are scored on: a pair of matrices for each fold, number of bins and device, made once by the
// thread that needs it first, and shared.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "trainer/trainer.h"
#include "trainer/xgboost_api.h"

namespace warptune {

// Frees a matrix.
class XgboostMatrix {
 public:
  XgboostMatrix(std::shared_ptr<const XgboostApi> api, XgboostApi::Handle handle)
      : api_(std::move(api)), handle_(handle) {}
  ~XgboostMatrix() { (void)api_->matrix_free(handle_); }
  XgboostMatrix(const XgboostMatrix&) = delete;
  XgboostMatrix& operator=(const XgboostMatrix&) = delete;
  [[nodiscard]] XgboostApi::Handle handle() const { return handle_; }

 private:
  std::shared_ptr<const XgboostApi> api_;
  XgboostApi::Handle handle_;
};

struct MatrixPair {
  std::unique_ptr<XgboostMatrix> train, validation;
  std::vector<std::uint8_t> validation_labels;
};

struct MatrixKey {
  int fold = 0;
  std::string max_bin;    // as it is handed on
  std::string device;     // cpu, cuda:0
  bool quantile = true;   // what tree_method=hist needs; false: a matrix of floats
  friend auto operator<=>(const MatrixKey&, const MatrixKey&) = default;
};

class XgboostMatrices {
 public:
  XgboostMatrices(std::shared_ptr<const XgboostApi> api, TrainerData data) : api_(std::move(api)), data_(data) {}

  // warm_up: called once for each pair, by one thread, before any other sees it: XGBoost builds parts of a matrix when they
  // are first used, without a lock. Throws XgboostError; the next call tries again.
  template <class WarmUp>
  const MatrixPair& get(const MatrixKey& key, const WarmUp& warm_up) {
    Entry* entry = nullptr;
    {
      const std::lock_guard lock(mutex_);
      entry = &entries_[key];
    }
    const std::lock_guard lock(entry->mutex);
    if (entry->pair == nullptr) {
      std::unique_ptr<MatrixPair> pair = make(key);
      warm_up(*pair);
      entry->pair = std::move(pair);
      const std::lock_guard count_lock(mutex_);
      ++built_;
    }
    return *entry->pair;
  }

  // Pairs so far.
  [[nodiscard]] std::uint64_t built() const {
    const std::lock_guard lock(mutex_);
    return built_;
  }

 private:
  struct Entry {
    std::mutex mutex;
    std::unique_ptr<MatrixPair> pair;
  };
  [[nodiscard]] std::unique_ptr<MatrixPair> make(const MatrixKey& key) const;
  [[nodiscard]] std::unique_ptr<XgboostMatrix> make_one(const MatrixKey& key, const std::vector<std::uint32_t>& rows,
                                                        XgboostApi::Handle reference) const;

  std::shared_ptr<const XgboostApi> api_;
  TrainerData data_;
  mutable std::mutex mutex_;   // of the two below
  std::map<MatrixKey, Entry> entries_;
  std::uint64_t built_ = 0;
};

}   // namespace warptune
