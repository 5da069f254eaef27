// Checks of single settings' texts, beyond lists of words. where: for the start of a message.
#pragma once

#include <string>

#include "warptune/error.h"

namespace warptune {

[[nodiscard]] Result<void> check_device(const std::string& text, const std::string& where);
[[nodiscard]] Result<void> check_progress(const std::string& text, const std::string& where);
[[nodiscard]] Result<void> check_results(const std::string& text, const std::string& where);       // its ending
[[nodiscard]] Result<void> check_variable(const std::string& text, const std::string& where);      // NAME=VALUE
[[nodiscard]] Result<void> check_column_type(const std::string& text, const std::string& where);   // COLUMN=TYPE
[[nodiscard]] Result<void> check_time_amount(const std::string& text,
                                             const std::string& where);   // rows, or a duration

}   // namespace warptune
