#include "trainer/lightgbm_booster.h"

#include <fmt/format.h>

#include <cmath>

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

std::vector<std::uint8_t> LightgbmBooster::predict() const {
  std::int64_t count = 0;
  api_.check(api_.booster_count_predictions(booster_.get(), validation, &count));
  std::vector<double> shares(static_cast<std::size_t>(count));   // [classes][rows]; of two classes, class 1's, [rows]
  api_.check(api_.booster_predictions(booster_.get(), validation, &count, shares.data()));
  const std::size_t rows = datasets_.validation_labels.size();
  if (shares.size() != rows * (classes_ == 2 ? 1 : classes_))
    throw TrainerError{fmt::format("LightGBM gives {} predictions for {} rows", shares.size(), rows)};
  std::vector<std::uint8_t> predicted(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    if (classes_ == 2) predicted[i] = shares[i] > 0.5 ? 1 : 0;
    for (std::size_t k = 1; classes_ > 2 && k < classes_; ++k)
      if (shares[k * rows + i] > shares[predicted[i] * rows + i]) predicted[i] = static_cast<std::uint8_t>(k);
  }
  return predicted;
}

}   // namespace warptune
