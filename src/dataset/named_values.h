// The distinct values of a column as names and codes: classes of a target, folds of a fold column, groups of a group column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "warptune/error.h"
#include "warptune/table.h"

namespace warptune {

struct NamedValues {
  // Of a column that was read as labels the file's words, by value where all are numbers, else bytewise; false before true.
  // Of a column of numbers these by value in their shortest form.
  std::vector<std::string> names;
  std::vector<std::uint32_t> codes;   // [rows] indices into names
};

enum class LabelRole : std::uint8_t { target, fold_column, group_column, time_column };
[[nodiscard]] std::string_view role_text(LabelRole role);   // "target", "fold column", ...

// A missing value is an error, and more than 256 classes of a target are.
[[nodiscard]] Result<NamedValues> name_values(const Table& table, const Column& column, LabelRole role);

// Of a column that must have none.
[[nodiscard]] Result<void> check_no_missing(const Table& table, const Column& column, LabelRole role);

// Names that are one number and stand for several things, as 1 and 1.0: a note, or nothing.
[[nodiscard]] std::optional<std::string> same_numbers_note(const Table& table, const Column& column, LabelRole role,
                                                           const std::vector<std::string>& names);

// The index of `name` among the names; a number may be written in any form, as long as one name is that number. -1: not
// there.
[[nodiscard]] int find_name(const std::vector<std::string>& names, const std::string& name);

}   // namespace warptune
