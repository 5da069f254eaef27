#include "trainer/lightgbm_datasets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace warptune {

const DatasetPair& LightgbmDatasets::get(const DatasetKey& key) {
  Entry* entry = nullptr;
  {
    const std::lock_guard lock(mutex_);
    entry = &entries_[key];
  }
  const std::lock_guard lock(entry->mutex);
  if (entry->pair == nullptr) {
    entry->pair = make(key);
    const std::lock_guard count_lock(mutex_);
    ++built_;
  }
  return *entry->pair;
}

std::uint64_t LightgbmDatasets::built() const {
  const std::lock_guard lock(mutex_);
  return built_;
}

std::string LightgbmDatasets::categorical(const TrainerData& data) {
  const std::vector<std::size_t> columns = feature_columns(data);
  std::vector<std::size_t> features;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (data.table->columns[columns[i]].type == ColumnType::text) features.push_back(i);
  return fmt::format("{}", fmt::join(features, ","));
}

std::unique_ptr<LightgbmDataset> LightgbmDatasets::make_one(const std::string& settings,
                                                            const std::vector<std::uint32_t>& rows,
                                                            LightgbmApi::Handle reference) const {
  const std::vector<double> cells = cells_of<double>(data_, rows);
  LightgbmApi::Handle handle = nullptr;
  const auto count = static_cast<std::int32_t>(rows.size());
  api_->check(api_->dataset_from_matrix(cells.data(), LightgbmApi::float64, count,
                                        static_cast<std::int32_t>(data_.dataset->features.size()), 1, settings.c_str(),
                                        reference, &handle));
  auto dataset = std::make_unique<LightgbmDataset>(api_, handle);
  std::vector<float> labels;
  for (const std::uint32_t row : rows) labels.push_back(static_cast<float>(data_.dataset->labels[row]));
  api_->check(api_->dataset_set_field(handle, "label", labels.data(), count, LightgbmApi::float32));
  return dataset;
}

std::unique_ptr<DatasetPair> LightgbmDatasets::make(const DatasetKey& key) const {
  const FoldRows rows = fold_rows(data_, key.fold);
  auto pair = std::make_unique<DatasetPair>();
  pair->train = make_one(key.settings, rows.train, nullptr);
  pair->validation = make_one(key.settings, rows.validation, pair->train->handle());
  for (const std::uint32_t row : rows.validation) pair->validation_labels.push_back(data_.dataset->labels[row]);
  return pair;
}

}   // namespace warptune
