#include "dataset/named_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <unordered_map>
#include <utility>

#include "base/number_text.h"
#include "base/setting_mark.h"
#include "base/shown.h"
#include "dataset/cut_points.h"
#include "table/number.h"
#include "table/source_name.h"

namespace warptune {
namespace {

constexpr std::size_t most_classes = 256;   // labels are bytes

std::string shortest(double value) {
  constexpr double plain_integers = 1e15;   // 100000, not 1e+05
  if (value == std::floor(value) && std::abs(value) < plain_integers) return fmt::format("{:.0f}", value);
  std::string text;
  append_number(text, value);
  return text;
}

// What a value of such a column names.
std::string_view thing_text(LabelRole role) {
  switch (role) {
    case LabelRole::target: return "class";
    case LabelRole::fold_column: return "fold";
    case LabelRole::group_column: return "group";
    case LabelRole::time_column: return "time";
  }
  return "";
}

tl::unexpected<Error> missing_value(const Table& table, const Column& column, LabelRole label, std::size_t row,
                                    std::size_t count) {
  const std::string_view role = role_text(label);
  const std::string more = count > 1 ? fmt::format(" ({} rows have none)", count) : "";
  if (!column.first_missing)
    return failure(fmt::format("{}: row {} has no value in the {} '{}'{}", source_name(table.source), row + 1, role,
                               shown(column.name), more),
                   "row 1 is the first one after the header; remove these rows or fill them in");
  const auto& [where, text] = *column.first_missing;
  if (text.empty())
    return failure(fmt::format("{}: no value in the {} '{}'{}", where, role, shown(column.name), more),
                   "remove these rows or fill them in");
  return failure(fmt::format("{}: no value in the {} '{}'{}: '{}' counts as missing", where, role, shown(column.name),
                             more, shown(text)),
                 fmt::format("if it is a {}: {}; else remove these rows or fill them in", thing_text(label),
                             setting_mark("data.no_na", shell_word(text))));
}

// A decimal number's sign, digits and exponent, without zeros at the ends: equal for texts that are the same number. The
// text is one that parse_number reads.
std::string same_number_key(std::string_view text) {
  std::string digits;
  bool negative = false, point = false;
  std::int64_t exponent = 0;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '-') negative = true;
    if (text[at] == '.') point = true;
    if (text[at] < '0' || text[at] > '9') continue;
    if (point) --exponent;
    if (!digits.empty() || text[at] != '0') digits += text[at];
  }
  while (digits.ends_with('0')) {
    digits.pop_back();
    ++exponent;
  }
  if (digits.empty()) return "0";
  if (at < text.size()) {
    const char* begin = text.data() + at + 1;
    if (*begin == '+') ++begin;
    std::int64_t written = 0;
    std::from_chars(begin, text.data() + text.size(), written);   // beyond 2^63 no double is told from another
    exponent += std::clamp<std::int64_t>(written, -1'000'000'000, 1'000'000'000);
  }
  return fmt::format("{}{}e{}", negative ? "-" : "", digits, exponent);
}

}   // namespace

std::string_view role_text(LabelRole role) {
  switch (role) {
    case LabelRole::target: return "target";
    case LabelRole::fold_column: return "fold column";
    case LabelRole::group_column: return "group column";
    case LabelRole::time_column: return "time column";
  }
  return "";
}

Result<void> check_no_missing(const Table& table, const Column& column, LabelRole role) {
  std::size_t row = 0, first_missing = 0, count = 0;
  column.values.for_each_piece([&](std::span<const double> values) {
    for (const double value : values) {
      if (std::isnan(value) && count++ == 0) first_missing = row;
      ++row;
    }
  });
  if (count > 0) return missing_value(table, column, role, first_missing, count);
  return {};
}

Result<NamedValues> name_values(const Table& table, const Column& column, LabelRole role) {
  if (auto checked = check_no_missing(table, column, role); !checked) return tl::unexpected(checked.error());
  SortSpace space;
  const std::vector<double> values = distinct_values(column.values, space).values;
  if (role == LabelRole::target && values.size() > most_classes) {
    return failure(fmt::format("{}: the target '{}' has {} different values; at most {} classes are possible",
                               source_name(table.source), shown(column.name), values.size(), most_classes),
                   "a target holds classes; group its values, or name another column");
  }
  NamedValues named;
  for (const double value : values) {
    named.names.push_back(column.categories.empty() ? shortest(value)
                                                    : std::string(column.categories[static_cast<std::size_t>(value)]));
  }
  named.codes.reserve(column.values.size());
  column.values.for_each_piece([&](std::span<const double> piece) {
    for (const double value : piece)
      named.codes.push_back(
          static_cast<std::uint32_t>(std::lower_bound(values.begin(), values.end(), value) - values.begin()));
  });
  return named;
}

std::optional<std::string> same_numbers_note(const Table& table, const Column& column, LabelRole role,
                                             const std::vector<std::string>& names) {
  std::unordered_map<std::string, std::size_t> first;
  std::optional<std::pair<std::size_t, std::size_t>> pair;
  std::size_t more = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (parse_number(names[i]).kind != NumberKind::number) return std::nullopt;   // they are words
    const auto [known, fresh] = first.emplace(same_number_key(names[i]), i);
    if (fresh) continue;
    if (pair)
      ++more;
    else
      pair = {known->second, i};
  }
  if (!pair) return std::nullopt;
  return fmt::format(
      "{}: '{}' and '{}' of the {} '{}' are the same number{}, and {}, as the file writes them differently; "
      "{} makes them one",
      source_name(table.source), shown(names[pair->first]), shown(names[pair->second]), role_text(role),
      shown(column.name), more > 0 ? fmt::format(" (so are {} more)", more) : "",
      role == LabelRole::target ? "two classes" : fmt::format("two {}s", thing_text(role)),
      setting_mark("data.types", shell_word(column.name + "=number")));
}

int find_name(const std::vector<std::string>& names, const std::string& name) {
  const auto exact = std::find(names.begin(), names.end(), name);
  if (exact != names.end()) return static_cast<int>(exact - names.begin());
  if (parse_number(name).kind != NumberKind::number) return -1;
  const std::string key = same_number_key(name);   // not its double, which is also that of other long ids
  int found = -1;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (parse_number(names[i]).kind != NumberKind::number || same_number_key(names[i]) != key) continue;
    if (found >= 0) return -1;   // which of them?
    found = static_cast<int>(i);
  }
  return found;
}

}   // namespace warptune
