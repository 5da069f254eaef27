#include "trainer/xgboost_booster.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string_view>

#include "trainer/mean_recall.h"

namespace warptune {

XgboostBooster::XgboostBooster(const XgboostApi& api, const MatrixPair& matrices) : api_(api), matrices_(matrices) {
  const XgboostApi::Handle handles[] = {matrices.train->handle(), matrices.validation->handle()};
  api.check(api.booster_create(handles, 2, &handle_));
}

void XgboostBooster::set(const HandedOn& settings) {
  for (const auto& [name, value] : settings) api_.check(api_.booster_set(handle_, name.c_str(), value.c_str()));
}

void XgboostBooster::update(int round) { api_.check(api_.booster_update(handle_, round, matrices_.train->handle())); }

// The number behind the last colon: "[0]\tv-logloss:0.693".
double XgboostBooster::evaluate(int round) const {
  XgboostApi::Handle matrix = matrices_.validation->handle();
  const char* name = "v";
  const char* text = nullptr;
  api_.check(api_.booster_evaluate(handle_, round, &matrix, &name, 1, &text));
  const std::string_view all = text;
  const std::size_t colon = all.rfind(':');
  double value = NAN;
  if (colon != std::string_view::npos) std::from_chars(all.data() + colon + 1, all.data() + all.size(), value);
  if (!std::isfinite(value)) throw XgboostError{fmt::format("XGBoost scores the model as '{}'", all)};
  return value;
}

std::span<const float> XgboostBooster::predict() const {
  const XgboostApi::Length* shape = nullptr;
  XgboostApi::Length dimensions = 0;
  const float* values = nullptr;
  api_.check(
      api_.booster_predict(handle_, matrices_.validation->handle(),
                           R"({"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false})",
                           &shape, &dimensions, &values));
  std::size_t count = 1;
  for (XgboostApi::Length d = 0; d < dimensions; ++d) count *= shape[d];
  return {values, count};
}

double XgboostBooster::balanced_accuracy(std::size_t classes) const {
  const std::span<const float> shares = predict();
  std::vector<std::uint8_t> predicted(matrices_.validation_labels.size());
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    if (classes == 2) predicted[i] = shares[i] > 0.5f ? 1 : 0;
    for (std::size_t k = 1; classes > 2 && k < classes; ++k)
      if (shares[i * classes + k] > shares[i * classes + predicted[i]]) predicted[i] = static_cast<std::uint8_t>(k);
  }
  return mean_recall(predicted, matrices_.validation_labels, classes);
}

}   // namespace warptune
