#include "trainer/lightgbm_booster.h"

#include <fmt/format.h>

#include <cmath>

#include "trainer/mean_recall.h"

namespace warptune {

namespace {
constexpr int validation = 1;   // LightGBM's number of it; 0 is what is trained on
}

LightgbmBooster::LightgbmBooster(const LightgbmApi& api, const DatasetPair& datasets, const std::string& settings)
    : api_(api), datasets_(datasets) {
  api.check(api.booster_create(datasets.train->handle(), settings.c_str(), &handle_));
  try {
    api.check(api.booster_add_validation(handle_, datasets.validation->handle()));
  } catch (const LightgbmError&) {
    (void)api.booster_free(handle_);
    throw;
  }
}

// That no tree could grow does not end a training: with rows drawn anew the next one may, as in Python's lightgbm.
void LightgbmBooster::update() {
  int finished = 0;
  api_.check(api_.booster_update(handle_, &finished));
}

double LightgbmBooster::evaluate() const {
  double value = NAN;   // there is one metric
  int count = 0;
  api_.check(api_.booster_evaluate(handle_, validation, &count, &value));
  if (count != 1 || !std::isfinite(value)) throw LightgbmError{fmt::format("LightGBM scores the model as {}", value)};
  return value;
}

std::vector<std::uint8_t> LightgbmBooster::predict(std::size_t classes) const {
  std::int64_t count = 0;
  api_.check(api_.booster_count_predictions(handle_, validation, &count));
  std::vector<double> shares(static_cast<std::size_t>(count));   // [classes][rows]; of two classes, class 1's, [rows]
  api_.check(api_.booster_predictions(handle_, validation, &count, shares.data()));
  const std::size_t rows = datasets_.validation_labels.size();
  std::vector<std::uint8_t> predicted(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    if (classes == 2) predicted[i] = shares[i] > 0.5 ? 1 : 0;
    for (std::size_t k = 1; classes > 2 && k < classes; ++k)
      if (shares[k * rows + i] > shares[predicted[i] * rows + i]) predicted[i] = static_cast<std::uint8_t>(k);
  }
  return predicted;
}

double LightgbmBooster::balanced_accuracy(std::size_t classes) const {
  return mean_recall(predict(classes), datasets_.validation_labels, classes);
}

}   // namespace warptune
