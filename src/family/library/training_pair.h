// What boosters train and are scored on: a pair of the library's own matrices for each fold and way to make them, made once
// by the thread that needs it first, and shared: boosters do not change them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "family/library/values.h"

namespace warptune {

// What a library made, to be freed by it.
struct FreeByLibrary {
  int (*free)(void*) = nullptr;
  void operator()(void* handle) const { (void)free(handle); }
};
using OfLibrary = std::unique_ptr<void, FreeByLibrary>;

struct TrainingPair {
  OfLibrary train, validation;
  std::vector<std::uint8_t> validation_labels;
};

// make_one: of the rows of a side, and the training side's handle, nullptr for itself. Throws what it throws.
template <class MakeOne>
TrainingPair make_training_pair(const StudyData& data, int fold, const MakeOne& make_one) {
  const FoldRows rows = fold_rows(data, fold);
  TrainingPair pair;
  pair.train = make_one(rows.train, nullptr);
  pair.validation = make_one(rows.validation, pair.train.get());
  for (const std::uint32_t row : rows.validation) pair.validation_labels.push_back(data.dataset.target.labels[row]);
  return pair;
}

// Key: what a pair depends on.
template <class Key>
class SharedPairs {
 public:
  // make: called by one thread while others that want the same pair wait. When it throws, the next call tries again.
  template <class Make>
  const TrainingPair& get(const Key& key, const Make& make) {
    Entry* entry = nullptr;
    {
      const std::lock_guard lock(mutex_);
      entry = &entries_[key];
    }
    const std::lock_guard lock(entry->mutex);
    if (entry->pair == nullptr) entry->pair = std::make_unique<TrainingPair>(make());
    return *entry->pair;
  }

 private:
  struct Entry {
    std::mutex mutex;
    std::unique_ptr<TrainingPair> pair;
  };

  std::mutex mutex_;   // of the entries' list
  std::map<Key, Entry> entries_;
};

}   // namespace warptune
