#include "split/row_roles.h"

#include <fmt/format.h>

#include <iterator>

namespace warptune {

std::vector<std::int32_t> fold_codes(std::size_t rows, const Split& split) {
  std::vector<std::int32_t> fold_of(rows, -1);
  for (int fold = 0; fold < split.count(); ++fold) {
    const Places validation = split.fold(fold).validation;
    for (std::uint32_t i = validation.begin; i < validation.end; ++i) {
      std::int32_t& of_row = fold_of[split.order[i]];
      if (of_row != -1 || !split.on_all_others(fold)) return {};
      of_row = fold;
    }
  }
  return fold_of;
}

std::vector<std::int32_t> fold_roles(std::size_t rows, const Split& split) {
  std::vector<std::int32_t> roles(rows * split.folds.size(), not_used);
  std::int32_t* of_fold = roles.data();
  for (const Fold& fold : split.folds) {
    for (std::uint32_t i = fold.train.begin; i < fold.train.end; ++i)
      if (i < fold.hole.begin || i >= fold.hole.end) of_fold[split.order[i]] = trains;
    for (std::uint32_t i = fold.validation.begin; i < fold.validation.end; ++i) of_fold[split.order[i]] = validates;
    of_fold += rows;
  }
  return roles;
}

std::string split_csv(std::size_t rows, const Split& split) {
  std::string text;
  const auto out = std::back_inserter(text);
  if (const std::vector<std::int32_t> codes = fold_codes(rows, split); !codes.empty()) {
    text = "fold\n";
    for (const std::int32_t code : codes) fmt::format_to(out, "{}\n", code);
    return text;
  }
  const std::vector<std::int32_t> roles = fold_roles(rows, split);
  constexpr const char* words[] = {"unused", "train", "validate"};
  const std::size_t folds = split.folds.size();
  for (std::size_t f = 0; f < folds; ++f) fmt::format_to(out, "{}fold_{}", f == 0 ? "" : ",", f);
  text += '\n';
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t f = 0; f < folds; ++f)
      fmt::format_to(out, "{}{}", f == 0 ? "" : ",", words[static_cast<std::size_t>(roles[f * rows + row])]);
    text += '\n';
  }
  return text;
}

}   // namespace warptune
