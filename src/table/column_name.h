// How a user names a column.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace warptune {

// Finds columns in the same time among few and among 65535: lists to keep or to drop may be as long.
class ColumnNames {
 public:
  ColumnNames() = default;
  explicit ColumnNames(std::vector<std::string> names) : names_(std::move(names)) {
    for (std::size_t c = 0; c < names_.size(); ++c) places_.emplace(names_[c], c);
  }

  // By its name; one without a name, which is called "column 1", also by its number.
  [[nodiscard]] std::optional<std::size_t> find(const std::string& name) const {
    auto found = places_.find(name);
    if (found == places_.end()) found = places_.find("column " + name);
    if (found == places_.end()) return std::nullopt;
    return found->second;
  }
  // In the file's order.
  [[nodiscard]] const std::vector<std::string>& all() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> places_;
};

}   // namespace warptune
