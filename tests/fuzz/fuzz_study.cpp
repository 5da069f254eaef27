// Study files: no input may crash, and what is read survives JSON, which is also read from hostile bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "search/grid.h"
#include "study/study_file.h"
#include "study/study_json.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void read_as_json(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return;
  const auto study = warptune::study_from_json(json);
  if (!study) return;
  const auto written = warptune::to_json(*study);
  const auto again = warptune::study_from_json(nlohmann::json::parse(written.dump()));
  require(again.has_value() && warptune::to_json(*again) == written);
}

}   // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace warptune;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!text.empty() && text.front() == '{') read_as_json(text);
  const auto file = parse_study(text, "study.toml");
  if (!file) {
    require(valid_utf8(file.error().message) && file.error().message.find('\n') == std::string::npos);
    require(file.error().message.starts_with("study.toml:"));
    return 0;
  }
  const auto written = to_json(file->study);
  const auto again = study_from_json(nlohmann::json::parse(written.dump()));
  require(again.has_value() && to_json(*again) == written && again->space == file->study.space);
  const Study study = complete_study(file->study);
  if (!check_study(study, file->origins)) return 0;
  if (study.search.sampler != "grid") return 0;
  const auto points = grid_points(study.space, 10);
  require(points.has_value());
  for (std::size_t i = 0; i < points->size(); ++i)
    for (std::size_t p = 0; p < (*points)[i].size(); ++p)
      require(contains(study.space.parameters[p].distribution, (*points)[i][p]));
  return 0;
}
