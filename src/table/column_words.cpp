#include "table/column_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/setting_mark.h"
#include "base/shown.h"
#include "table/cell.h"
#include "table/number.h"

namespace warptune {
namespace {

bool is_true(std::string_view name) {
  const BooleanWord word = boolean_word(name);
  return word == BooleanWord::true_word || word == BooleanWord::yes_word;
}

// The false and the true name, if all words are of one pair. A name is the bytewise first of its spellings; one that does
// not occur is written as the other one is.
std::optional<std::vector<std::string>> boolean_names(const PackedNames& words) {
  std::string names[2];
  bool yes_no = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const BooleanWord word = boolean_word(words[i]);
    if (word == BooleanWord::none) return std::nullopt;
    const bool is_yes_no = word == BooleanWord::yes_word || word == BooleanWord::no_word;
    if (i == 0) yes_no = is_yes_no;
    if (is_yes_no != yes_no) return std::nullopt;
    std::string& name = names[is_true(words[i]) ? 1 : 0];
    if (name.empty()) name = words[i];
  }
  for (int i = 0; i < 2; ++i) {
    if (!names[i].empty()) continue;
    const std::string& other = names[1 - i];
    names[i] = yes_no ? (i == 1 ? "yes" : "no") : (i == 1 ? "true" : "false");
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const std::size_t upper = is_upper(other[0]) ? (is_upper(other[1]) ? names[i].size() : 1) : 0;
    for (std::size_t k = 0; k < upper; ++k) names[i][k] = static_cast<char>(names[i][k] - 'a' + 'A');
  }
  return std::vector<std::string>{names[0], names[1]};
}

// By value, numbers of one double by their digits; does nothing where a name is no number.
void sort_by_number(PackedCells& cells, PackedNames& names, const NumberFormat& format) {
  std::vector<double> values(names.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Number number = number_in(names[i], format).number;
    if (number.kind != NumberKind::number) return;
    values[i] = number.value;
  }
  std::vector<std::uint32_t> order(values.size()), code(values.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (values[a] != values[b]) return values[a] < values[b];
    return std::tuple(names[a].size(), a) < std::tuple(names[b].size(), b);
  });
  for (std::uint32_t i = 0; i < order.size(); ++i) code[order[i]] = i;
  cells.recode([&](std::uint32_t old) { return code[old]; });
  names.reorder(std::move(order));
}

}   // namespace

std::optional<std::string> take_words(WordNumbers words, PackedCells cells, WordUse use, const NumberFormat& format,
                                      Column& column) {
  words.sort();
  cells.recode([&](std::uint32_t number) { return words.code(number); });
  PackedNames names = std::move(words).categories();
  const bool any = !names.empty();   // else there are nothing but missing cells
  const auto pair = use == WordUse::category || !any ? std::nullopt : boolean_names(names);
  column.type = pair ? ColumnType::boolean : any ? ColumnType::text : ColumnType::numeric;
  std::optional<std::string> note;
  if (pair) {
    if (names.size() > 2)
      note = fmt::format("the column '{}' has {} spellings of '{}' and '{}', which count as two; {} keeps them apart",
                         shown(column.name), names.size(), shown(pair->at(0)), shown(pair->at(1)),
                         setting_mark("data.types", shell_word(column.name + "=category")));
    cells.recode([&](std::uint32_t code) { return is_true(names[code]) ? 1u : 0u; });
    names = {pair->at(0), pair->at(1)};
  } else if (use != WordUse::feature) {
    sort_by_number(cells, names, format);
  }
  column.values = Cells(std::move(cells));
  column.categories = Categories(std::move(names));
  return note;
}

}   // namespace warptune
