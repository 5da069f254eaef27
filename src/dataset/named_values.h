// The distinct values of a column as names and codes: classes of a target, folds of a fold column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "warptune/error.h"
#include "warptune/table.h"

namespace warptune {

struct NamedValues {
  std::vector<std::string> names;    // numbers by value in their shortest form, words bytewise, false before true
  std::vector<double> values;        // [names] the column's values
  std::vector<std::uint8_t> codes;   // [rows] indices into names
};

// role: what messages call the column, "target" or "fold column". A missing value or more than 256 names is an error.
[[nodiscard]] Result<NamedValues> name_values(const Table& table, const Column& column, std::string_view role);

// The index of `name` among the names; a number may be written in any form. -1: not there.
[[nodiscard]] int find_name(const std::vector<std::string>& names, const std::string& name);

}   // namespace warptune
