#include "table/column_type.h"

namespace warptune {

ColumnTypeChoice parse_column_type(std::string_view text) {
  ColumnTypeChoice choice;
  const auto equals = text.rfind('=');
  choice.column = text.substr(0, equals);
  if (equals == std::string_view::npos) return choice;
  choice.type_word = text.substr(equals + 1);
  if (choice.type_word == "number") choice.type = SaidType::number;
  if (choice.type_word == "category") choice.type = SaidType::category;
  if (choice.type_word == "ignore") choice.type = SaidType::ignore;
  return choice;
}

}   // namespace warptune
