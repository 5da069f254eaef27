#include "family/xgboost/booster.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string_view>

#include "family/library/booster_predictions.h"

namespace warptune {

XgboostBooster::XgboostBooster(const XgboostApi& api, const TrainingPair& matrices, std::size_t classes,
                               const TrainerSettings& settings)
    : api_(api), matrices_(matrices), classes_(classes) {
  const XgboostApi::Handle handles[] = {matrices.train.get(), matrices.validation.get()};
  XgboostApi::Handle handle = nullptr;
  api.check(api.booster_create(handles, 2, &handle));
  booster_ = OfLibrary(handle, {api.booster_free});
  for (const auto& [name, value] : settings) api.check(api.booster_set(handle, name.c_str(), value.c_str()));
}

void XgboostBooster::update() {
  api_.check(api_.booster_update(booster_.get(), rounds_, matrices_.train.get()));
  ++rounds_;
}

// The number behind the last colon: "[0]\tv-logloss:0.693".
double XgboostBooster::evaluate() const {
  XgboostApi::Handle matrix = matrices_.validation.get();
  const char* name = "v";
  const char* text = nullptr;
  api_.check(api_.booster_evaluate(booster_.get(), rounds_ - 1, &matrix, &name, 1, &text));
  const std::string_view all = text;
  const std::size_t colon = all.rfind(':');
  double value = NAN;
  if (colon != std::string_view::npos) std::from_chars(all.data() + colon + 1, all.data() + all.size(), value);
  if (!std::isfinite(value)) throw TrainerError{fmt::format("XGBoost scores the model as '{}'", all)};
  return value;
}

Predictions XgboostBooster::predict() const {
  const XgboostApi::Length* shape = nullptr;
  XgboostApi::Length dimensions = 0;
  const float* shares = nullptr;   // [rows][classes]; of two classes, class 1's, [rows]
  api_.check(
      api_.booster_predict(booster_.get(), matrices_.validation.get(),
                           R"({"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false})",
                           &shape, &dimensions, &shares));
  XgboostApi::Length count = 1;
  for (XgboostApi::Length i = 0; i < dimensions; ++i) count *= shape[i];
  const std::size_t across = classes_ == 2 ? 1 : classes_;
  return predictions_of("XGBoost", count, matrices_.validation_labels.size(), classes_,
                        [&](std::size_t row, std::size_t k) { return shares[row * across + k]; });
}

}   // namespace warptune
