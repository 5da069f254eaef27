#include "family/xgboost/matrices.h"

#include <fmt/format.h>

#include <algorithm>

namespace warptune {

namespace {

std::string array_of(const float* data, std::size_t rows, std::size_t columns) {
  return fmt::format(R"({{"data":[{},true],"shape":[{},{}],"typestr":"<f4","version":3}})",
                     reinterpret_cast<std::uintptr_t>(data), rows, columns);
}
std::string array_of(const float* data, std::size_t rows) {
  return fmt::format(R"({{"data":[{},true],"shape":[{}],"typestr":"<f4","version":3}})",
                     reinterpret_cast<std::uintptr_t>(data), rows);
}

// A matrix's rows while XGBoost takes them over.
struct Source {
  const XgboostApi* api;
  XgboostApi::Handle proxy = nullptr;
  std::vector<float> cells, labels;
  std::vector<const char*> types;   // of the features: c, a category; q, a quantity. Empty: no feature is a category
  std::string cells_array, labels_array;
  bool given = false;
  std::string error;
};

void set_information(const Source& source, XgboostApi::Handle matrix) {
  source.api->check(source.api->matrix_set_info(matrix, "label", source.labels_array.c_str()));
  if (source.types.empty()) return;
  std::vector<const char*> types = source.types;
  source.api->check(source.api->matrix_set_texts(matrix, "feature_type", types.data(), types.size()));
}

// Gives all rows at once. No exception may pass through XGBoost.
int next_rows(void* it) {
  Source& source = *static_cast<Source*>(it);
  if (source.given || !source.error.empty()) return 0;
  try {
    source.api->check(source.api->proxy_set_dense(source.proxy, source.cells_array.c_str()));
    set_information(source, source.proxy);
  } catch (const TrainerError& error) {
    source.error = error.message;
    return 0;
  }
  source.given = true;
  return 1;
}
void first_rows(void* it) { static_cast<Source*>(it)->given = false; }

}   // namespace

OfLibrary make_xgboost_matrix(const XgboostApi& api, const StudyData& data, const MatrixKey& key,
                              const std::vector<std::uint32_t>& rows, XgboostApi::Handle reference) {
  Source source{&api, nullptr, cells_of<float>(data, rows), {}, {}, {}, {}, false, {}};
  for (const std::uint32_t row : rows) source.labels.push_back(static_cast<float>(data.dataset.target.labels[row]));
  const std::vector<std::size_t> columns = feature_columns(data);
  const auto is_text = [&](std::size_t column) { return data.table->columns[column].type == ColumnType::text; };
  if (std::any_of(columns.begin(), columns.end(), is_text))
    for (const std::size_t column : columns) source.types.push_back(is_text(column) ? "c" : "q");
  source.cells_array = array_of(source.cells.data(), rows.size(), columns.size());
  source.labels_array = array_of(source.labels.data(), rows.size());
  XgboostApi::Handle handle = nullptr;
  if (!key.quantile) {
    api.check(api.matrix_from_dense(source.cells_array.c_str(), R"({"missing":NaN,"nthread":1})", &handle));
    OfLibrary matrix(handle, {api.matrix_free});
    set_information(source, handle);
    return matrix;
  }
  api.check(api.proxy_create(&source.proxy));
  const OfLibrary proxy(source.proxy, {api.matrix_free});
  const std::string config = fmt::format(R"({{"missing":NaN,"nthread":1,"max_bin":{}}})", key.max_bin);
  const int code =
      api.quantile_matrix(&source, source.proxy, reference, first_rows, next_rows, config.c_str(), &handle);
  if (!source.error.empty()) throw TrainerError{source.error};
  api.check(code);
  return OfLibrary(handle, {api.matrix_free});
}

}   // namespace warptune
