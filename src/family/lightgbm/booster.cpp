#include "family/lightgbm/booster.h"

#include <fmt/format.h>

#include <cmath>

#include "family/library/booster_predictions.h"

namespace warptune {

namespace {
constexpr int validation = 1;   // LightGBM's number of it; 0 is what is trained on
}

LightgbmBooster::LightgbmBooster(const LightgbmApi& api, const TrainingPair& datasets, std::size_t classes,
                                 const std::string& settings)
    : api_(api), datasets_(datasets), classes_(classes) {
  LightgbmApi::Handle handle = nullptr;
  api.check(api.booster_create(datasets.train.get(), settings.c_str(), &handle));
  booster_ = OfLibrary(handle, {api.booster_free});
  api.check(api.booster_add_validation(handle, datasets.validation.get()));
}

void LightgbmBooster::update() {
  int finished = 0;
  api_.check(api_.booster_update(booster_.get(), &finished));
}

double LightgbmBooster::evaluate() const {
  double value = NAN;   // there is one metric
  int count = 0;
  api_.check(api_.booster_evaluate(booster_.get(), validation, &count, &value));
  if (count != 1 || !std::isfinite(value)) throw TrainerError{fmt::format("LightGBM scores the model as {}", value)};
  return value;
}

Predictions LightgbmBooster::predict() const {
  std::int64_t count = 0;
  api_.check(api_.booster_count_predictions(booster_.get(), validation, &count));
  std::vector<double> shares(static_cast<std::size_t>(count));   // [classes][rows]; of two classes, class 1's, [rows]
  api_.check(api_.booster_predictions(booster_.get(), validation, &count, shares.data()));
  const std::size_t rows = datasets_.validation_labels.size();
  return predictions_of("LightGBM", shares.size(), rows, classes_,
                        [&](std::size_t row, std::size_t k) { return shares[k * rows + row]; });
}

}   // namespace warptune
