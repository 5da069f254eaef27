// Trains the fits of the family lightgbm.
#include "family/lightgbm/lightgbm.h"

#include <fmt/format.h>

#include <algorithm>

#include "family/library/booster_executor.h"
#include "family/library/open_library.h"
#include "family/lightgbm/booster.h"
#include "family/lightgbm/datasets.h"
#include "family/lightgbm/settings.h"
#include "family/unused_settings.h"

namespace warptune {

namespace {

struct LightgbmExecutors : BoosterStudy {
  using BoosterStudy::BoosterStudy;
  std::shared_ptr<const LightgbmApi> api;
  LightgbmStudy study;
  SharedPairs<DatasetKey> datasets;
};

class LightgbmExecutor final : public BoosterExecutor {
 public:
  LightgbmExecutor(std::shared_ptr<LightgbmExecutors> shared, int gpu)
      : BoosterExecutor(*shared, gpu), owned_(std::move(shared)), shared_(*owned_) {}

 private:
  void begin() override {
    shared_.api->check(shared_.api->register_log([](const char* text) { keep_log(text); }));   // a thread's own
  }

  [[nodiscard]] Made make(const FitTask& task) override {
    const TrainerSettings settings = lightgbm_settings(shared_.study, library_fit(task), gpu());
    const DatasetKey key{task.fold, settings_text(dataset_settings(settings))};
    const TrainingPair& datasets = shared_.datasets.get(key, [&] {
      TrainingPair pair = make_training_pair(
          shared_.data, task.fold, [&](const std::vector<std::uint32_t>& rows, LightgbmApi::Handle reference) {
            return make_lightgbm_dataset(*shared_.api, shared_.data, key.settings, rows, reference);
          });
      count_matrices();
      return pair;
    });
    return {std::make_unique<LightgbmBooster>(*shared_.api, datasets, shared_.classes, settings_text(settings)),
            &datasets.validation_labels};
  }

  // As lightgbm.early_stopping has it: the trees of a best round change while others are added.
  [[nodiscard]] std::string why_not_stopped(const FitTask& task) const override {
    const TrainerSettings settings = lightgbm_settings(shared_.study, library_fit(task), gpu());
    if (value_in(settings, "boosting", "gbdt") != "dart") return {};
    return "LightGBM: with boosting=dart early_stopping_rounds does nothing, as in Python: all rounds are trained";
  }

  // A log is in pieces: "[LightGBM] [Warning] ", the text, a line's end. Warnings that differ in numbers only are one.
  [[nodiscard]] std::vector<Warning> warnings_of(const std::string& log) const override {
    constexpr std::string_view head = "[LightGBM] [Warning] ";
    std::vector<Warning> warnings;
    for (std::size_t at = log.find(head); at != std::string::npos;) {
      const std::size_t next = log.find(head, at + head.size());
      std::string text = log.substr(at + head.size(), std::min(next, log.size()) - at - head.size());
      std::replace(text.begin(), text.end(), '\n', ' ');
      while (text.ends_with(' ')) text.pop_back();
      warnings.push_back({without_digits(text), "LightGBM: " + text});
      at = next;
    }
    return warnings;
  }

  std::shared_ptr<LightgbmExecutors> owned_;
  LightgbmExecutors& shared_;
};

class OpenLightgbm final : public OpenLibrary {
 public:
  using OpenLibrary::OpenLibrary;

  [[nodiscard]] Result<void> start(const FamilyStart& start) override {
    Observer& observer = start.observer;
    Result<std::shared_ptr<const LightgbmApi>> api = LightgbmApi::load(study_.model.lightgbm_library);
    if (!api) return tl::unexpected(api.error());
    trainer_ = (*api)->name();
    const std::string& device = study_.run.device;
    const Result<TrainerDevices> chosen = choose_gpus(device, trainer_, device != "cpu" && (*api)->has_cuda());
    if (!chosen) return tl::unexpected(chosen.error());
    const Result<TrainerSettings> set = lightgbm_set(
        study_.model.set, [&](const std::string& name) { return (*api)->main_name(name); }, study_.space);
    if (!set) return tl::unexpected(set.error());
    const Result<std::string> bagging = check_bagging(study_.space, *set);
    if (!bagging) return tl::unexpected(bagging.error());
    if (const Result<void> checked =
            check_two_classes(**find_family("lightgbm"), study_.space, *set, data_.dataset.target.classes.size());
        !checked)
      return tl::unexpected(checked.error());
    note_trainer(trainer_, (*api)->path(), study_, *chosen, observer);
    if (!bagging->empty()) observer.note(*bagging);
    // LightGBM's kernels wait for the whole device, so more than one booster at once would not help a GPU.
    const std::vector<int> places = booster_places(study_, *chosen, 1);
    const auto shared =
        std::make_shared<LightgbmExecutors>(trainer_, &Metric::lightgbm, study_, data_, start.pruner, places);
    shared->api = *api;
    shared->study = {shared->metric_name(), shared->classes, shared->seed, categorical_features(data_), *set};
    for (const int gpu : places) executors_.push_back(std::make_unique<LightgbmExecutor>(shared, gpu));
    note_unused_memory(study_, observer);
    note_unused_streams(study_, observer);
    return {};
  }
};

}   // namespace

Result<std::unique_ptr<OpenFamily>> open_lightgbm(const Study& study, const StudyData& data, Devices&) {
  return std::make_unique<OpenLightgbm>(study, data);
}

Result<std::string> describe_lightgbm() {
  const Result<std::shared_ptr<const LightgbmApi>> api = LightgbmApi::load({});
  if (!api) return tl::unexpected(api.error());
  return describe_trainer((*api)->name(), (*api)->path(), (*api)->has_cuda());
}

}   // namespace warptune
