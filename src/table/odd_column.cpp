#include "table/odd_column.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/setting_mark.h"
#include "base/shown.h"
#include "table/number.h"

namespace warptune {
namespace {

// Those that need fewer words come first: of equals the first one is named.
constexpr std::array other_formats{NumberFormat{'.', ','},  NumberFormat{',', 0},   NumberFormat{'.', ' '},
                                   NumberFormat{'.', '\''}, NumberFormat{'.', '_'}, NumberFormat{',', '.'},
                                   NumberFormat{',', ' '}};
constexpr std::size_t most_number_bytes = 64;   // nobody writes longer ones

// Nearly all words are no number in any format, as dates and times: a look at them costs less than trying.
bool may_be_number(std::string_view word) {
  if (word.size() > most_number_bytes) return false;
  bool any_digit = false, after_digit = false;
  for (const char c : word) {
    const bool digit = c >= '0' && c <= '9', sign = c == '-' || c == '+', beyond_ascii = (c & 0x80) != 0;
    if (sign && after_digit) return false;
    if (!digit && !sign && !beyond_ascii && std::string_view("eE.,'_ \t()%$").find(c) == std::string_view::npos)
      return false;
    any_digit = any_digit || digit;
    after_digit = digit;
  }
  return any_digit;
}

// The categories for which it is worth trying.
std::vector<std::uint32_t> maybe_numbers(const Categories& categories) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < categories.size(); ++i)
    if (may_be_number(categories[i])) found.push_back(i);
  return found;
}

// A way to read the column, and the cells that it reads.
struct Reading {
  NumberFormat format;
  std::string flags;
  std::size_t cells = 0;
};

std::string flags_of(const NumberFormat& format) {
  std::string flags = format.decimal == '.' ? "" : setting_mark("data.decimal", std::string(1, format.decimal));
  if (format.thousands != 0)
    flags += (flags.empty() ? "" : " ") +
             setting_mark("data.thousands",
                          format.thousands == ' ' ? "space" : shell_word(std::string(1, format.thousands)));
  return flags;
}

std::vector<Reading> readings_of(const std::string& column, const NumberFormat& format) {
  const std::string declared = setting_mark("data.types", shell_word(column + "=number"));
  NumberFormat with_units = format;
  with_units.units = true;
  std::vector<Reading> readings{{format, "", 0}};
  if (!format.plain()) readings.push_back({{}, "without " + flags_of(format), 0});
  readings.push_back({with_units, declared, 0});
  for (const bool units : {false, true}) {
    for (NumberFormat other : other_formats) {
      std::string flags = flags_of(other);
      if (other.decimal == '.' && format.decimal != '.') flags.insert(0, setting_mark("data.decimal", ".") + " ");
      other.units = units;
      readings.push_back({other, units ? fmt::format("{} {}", flags, declared) : flags, 0});
    }
  }
  return readings;
}

bool reads(const NumberFormat& format, std::string_view word) {
  return number_in(word, format).number.kind == NumberKind::number;
}

}   // namespace

std::string odd_cell_hint(const std::string& column, const std::string& cell, const NumberFormat& format) {
  if (cell == column) return "the header stands there again: leave that line out";
  std::string hint =
      fmt::format("{} takes it as missing; {} takes the column as text", setting_mark("data.na", shell_word(cell)),
                  setting_mark("data.types", shell_word(column + "=category")));
  for (const Reading& reading : readings_of(column, format)) {
    if (reading.flags.empty() || !reads(reading.format, cell)) continue;
    return fmt::format("it is one {}{}; {}", reading.flags.starts_with("without") ? "" : "with ", reading.flags, hint);
  }
  return hint;
}

std::optional<std::string> odd_column_note(const Column& column, const CellPlace& odd, const NumberFormat& format) {
  const std::vector<std::uint32_t> maybe = maybe_numbers(column.categories);
  if (maybe.empty()) return std::nullopt;
  std::vector<std::uint32_t> cells_of(column.categories.size(), 0);
  std::size_t cells = 0;
  column.values.for_each_piece([&](std::span<const double> values) {
    for (const double value : values) {
      if (std::isnan(value)) continue;
      ++cells;
      ++cells_of[static_cast<std::size_t>(value)];
    }
  });
  std::vector<Reading> readings = readings_of(column.name, format);
  std::size_t unread = cells;   // by all: half of the cells, and there is no note
  for (const std::uint32_t i : maybe) unread -= cells_of[i];
  for (const std::uint32_t i : maybe) {
    if (2 * unread >= cells) return std::nullopt;
    const std::string_view word = column.categories[i];   // packed: not found for nothing
    bool read = false;
    for (Reading& reading : readings) {
      if (!reads(reading.format, word)) continue;
      reading.cells += cells_of[i];
      read = true;
    }
    if (!read) unread += cells_of[i];
  }
  const Reading* best = &readings.front();
  for (const Reading& reading : readings)
    if (reading.cells > best->cells) best = &reading;
  if (2 * best->cells <= cells) return std::nullopt;
  const std::string count = best->cells == cells ? fmt::format("all of its {} cells", cells)
                                                 : fmt::format("{} of its {} cells", best->cells, cells);
  const std::string text = setting_mark("data.types", shell_word(column.name + "=category"));
  std::string note = fmt::format("{}: '{}' is no number, so the column '{}' is text, though {} are numbers", odd.where,
                                 shown(odd.text), shown(column.name), count);
  if (!best->flags.empty())
    note += fmt::format("{}{}", best->flags.starts_with("without") ? " " : " with ", best->flags);
  if (odd.text == column.name) return note + "; the header stands there again: leave that line out";
  if (best->cells == cells) return fmt::format("{}; say that, or {} if text is meant", note, text);
  const std::string missing = setting_mark("data.na", shell_word(odd.text));
  return best->flags.empty()
             ? fmt::format("{}; {} takes such a cell as missing, {} says that text is meant", note, missing, text)
             : fmt::format("{}; {} takes a cell as missing, {} says that text is meant", note,
                           setting_mark("data.na", "WORD"), text);
}

}   // namespace warptune
