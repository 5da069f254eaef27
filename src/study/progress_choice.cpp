#include "study/progress_choice.h"

#include <fmt/format.h>

#include <array>

#include "base/nearest.h"
#include "base/shown.h"
#include "base/units.h"

namespace warptune {
namespace {

constexpr double least_seconds = 0.1;

}   // namespace

Result<ProgressChoice> parse_progress(std::string_view text, const std::string& where) {
  const std::array<std::string, 2> known{"auto", "none"};
  if (text == "auto") return ProgressChoice{};
  if (text == "none") return ProgressChoice{ProgressChoice::Kind::none};
  const Result<double> seconds = parse_seconds(text, where);
  if (seconds && *seconds >= least_seconds) return ProgressChoice{ProgressChoice::Kind::every, *seconds};
  if (seconds)
    return failure(fmt::format("{}: a line of progress every {} seconds is too often", where, *seconds),
                   fmt::format("write {} or more", least_seconds));
  const std::string near = nearest(text, known);
  return failure(fmt::format("{}: progress must be auto, none or seconds, not {}", where, shown(text)),
                 near.empty() ? "write the time between two lines, as 60 or 5m; none for no lines"
                              : fmt::format("did you mean {}?", near));
}

}   // namespace warptune
