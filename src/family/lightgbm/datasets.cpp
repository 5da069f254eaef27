#include "family/lightgbm/datasets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace warptune {

std::string categorical_features(const StudyData& data) {
  const std::vector<std::size_t> columns = feature_columns(data);
  std::vector<std::size_t> features;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (data.table->columns[columns[i]].type == ColumnType::text) features.push_back(i);
  return fmt::format("{}", fmt::join(features, ","));
}

OfLibrary make_lightgbm_dataset(const LightgbmApi& api, const StudyData& data, const std::string& settings,
                                const std::vector<std::uint32_t>& rows, LightgbmApi::Handle reference) {
  const std::vector<double> cells = cells_of<double>(data, rows);
  LightgbmApi::Handle handle = nullptr;
  const auto count = static_cast<std::int32_t>(rows.size());
  api.check(api.dataset_from_matrix(cells.data(), LightgbmApi::float64, count,
                                    static_cast<std::int32_t>(data.dataset.features.size()), 1, settings.c_str(),
                                    reference, &handle));
  OfLibrary dataset(handle, {api.dataset_free});
  std::vector<float> labels;
  for (const std::uint32_t row : rows) labels.push_back(static_cast<float>(data.dataset.target.labels[row]));
  api.check(api.dataset_set_field(handle, "label", labels.data(), count, LightgbmApi::float32));
  return dataset;
}

}   // namespace warptune
