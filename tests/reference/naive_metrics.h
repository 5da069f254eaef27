// Metrics as their definitions say them, from votes: [rows][classes] for each class, labels: [rows].
#pragma once

#include <cstdint>
#include <vector>

namespace warptune::reference {

struct Votes {
  std::vector<std::vector<std::uint64_t>> of_row;   // [rows][classes]
  std::vector<std::uint32_t> label;                 // [rows]
  std::uint64_t total = 0;                          // of a row
};

[[nodiscard]] double accuracy(const Votes& votes);
[[nodiscard]] double balanced_accuracy(const Votes& votes);   // mean recall of the classes that there are
[[nodiscard]] double log_loss(const Votes& votes);
[[nodiscard]] double roc_auc(const Votes& votes);   // every pair of a positive and a negative row

}   // namespace warptune::reference
