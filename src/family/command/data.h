// A study's data as files that workers map into memory: written once, shared by all of them, removed with this object.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "family/library/values.h"
#include "warptune/error.h"
#include "warptune/study.h"

namespace warptune {

// The array of the rows' folds. Where every fold trains on all rows but those it validates on: [rows] the fold in which a
// row validates, -1: in none. Else [folds][rows]: 1 where a fold trains on a row, 2 where it validates on it, else 0.
[[nodiscard]] Result<void> write_folds(const std::string& path, const StudyData& data);

class CommandData {
 public:
  // Owner of a folder; of none if it is empty.
  explicit CommandData(std::string folder = {}) : folder_(std::move(folder)) {}
  // A new one in TMPDIR.
  [[nodiscard]] static Result<CommandData> in_new_folder();
  [[nodiscard]] Result<void> write(const Study& study, const StudyData& data);
  CommandData(CommandData&& other) noexcept
      : folder_(std::exchange(other.folder_, {})), description_(std::move(other.description_)) {}
  CommandData& operator=(CommandData&&) = delete;
  CommandData(const CommandData&) = delete;
  CommandData& operator=(const CommandData&) = delete;
  ~CommandData();

  [[nodiscard]] const std::string& folder() const { return folder_; }
  // The line that greets a worker, with its newline. prunes: its trials may be ended early.
  [[nodiscard]] std::string hello(std::size_t worker, bool prunes) const;

 private:
  std::string folder_;   // empty: moved from
  nlohmann::ordered_json description_;
};

}   // namespace warptune
