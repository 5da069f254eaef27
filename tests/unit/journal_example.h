// A small study for the tests of journals and result files: every kind of parameter, folds, a failed trial.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "result/journal_contents.h"

namespace warptune::example {

inline Space space() {
  using Kind = Distribution::Kind;
  return {{
      {"n_estimators", {Kind::integer, 50, 499, 1, false, {}}},
      {"max_leaf_nodes", {Kind::integer, 8, 256, 8, false, {}}},
      {"min_samples_leaf", {Kind::integer, 1, 1000, 1, true, {}}},
      {"learning_rate", {Kind::real, 0.01, 0.3, 0, true, {}}},
      {"subsample", {Kind::real, 0.5, 1, 0.1, false, {}}},
      {"max_features", {Kind::choice, 0, 0, 0, false, {None{}, std::string("sqrt"), std::int64_t{1}, 0.5, true}}},
      {"criterion", {Kind::fixed, 0, 0, 0, false, {std::string("gini")}}},
  }};
}

inline JournalHeader header() {
  JournalHeader header;
  header.name = "blog \"search\"";
  header.maximise = true;
  header.metric = "accuracy";
  header.space = space();
  header.version = "0.1.0";
  header.dataset = "0123456789abcdef";
  header.seed = 18446744073709551615u;
  header.study = {{"data", "blog.csv"}, {"folds", 3}};
  return header;
}

inline Trial trial(std::int64_t number) {
  Trial trial;
  trial.number = number;
  const auto i = static_cast<double>(number % 30);
  trial.point = {50 + i,
                 8 * (1 + i),
                 1 + i,
                 0.01 + i / 300,
                 0.5 + 0.1 * static_cast<double>(number % 6),
                 static_cast<double>(number % 5),
                 0};
  trial.fit = number / 2;
  if (number % 7 == 3) trial.state = TrialState::failed;
  if (number % 7 == 5) trial.state = TrialState::pruned;
  if (trial.state == TrialState::failed) {
    trial.reason = "out of \"memory\",\n\xff";
  } else {
    trial.score = 0.9 + i / 1234;
    trial.fold_scores = {trial.score - 0.001, trial.score, trial.score + 0.001};
  }
  return trial;
}

inline std::vector<Trial> trials(std::int64_t count, std::int64_t first = 0) {
  std::vector<Trial> result;
  for (std::int64_t i = 0; i < count; ++i) result.push_back(trial(first + i));
  return result;
}

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

// An empty folder that goes away with its owner; in memory where there is such a place, as fsync on a disk is slow.
class Folder {
 public:
  Folder() {
    const bool memory = ::access("/dev/shm", W_OK) == 0;
    std::string pattern =
        (memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) / "warptune_XXXXXX";
    const char* made = ::mkdtemp(pattern.data());
    if (made == nullptr) throw std::runtime_error("no folder for the test: " + pattern);
    path_ = made;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) result.push_back(entry.path().filename());
    return result;
  }

 private:
  std::string path_;
};

}   // namespace warptune::example
