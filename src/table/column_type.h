// --types as a value: what a user says that a column holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace warptune {

enum class SaidType : std::uint8_t { number, category, ignore };

// COLUMN=TYPE, cut at the last =. type: nothing where there is no =, or no such type.
struct ColumnTypeChoice {
  std::string column, type_word;
  std::optional<SaidType> type;
};
[[nodiscard]] ColumnTypeChoice parse_column_type(std::string_view text);

inline constexpr std::string_view column_type_hint = "write COLUMN=number, COLUMN=category or COLUMN=ignore";

}   // namespace warptune
