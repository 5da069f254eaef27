// Trains the fits of the family xgboost.
#include "family/xgboost/xgboost.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/setting_mark.h"
#include "family/library/booster_executor.h"
#include "family/library/library_settings.h"
#include "family/library/open_library.h"
#include "family/unused_settings.h"
#include "family/xgboost/booster.h"
#include "family/xgboost/matrices.h"
#include "family/xgboost/memory.h"
#include "warptune/family.h"

namespace warptune {

namespace {

// By XGBoost's main names.
const std::vector<Decided>& decided() {
  static const std::vector<Decided> all = {
      {"n_estimators", "write it as " + setting_mark("space.n_estimators", "...")},
      {"early_stopping_rounds", "write it as " + setting_mark("space.early_stopping_rounds", "...")},
      {"eval_metric", "choose it with " + setting_mark("evaluate.metric")},
      {"objective", "it is binary:logistic or multi:softprob, by the target's classes"},
      {"nthread", "each training has one thread; " + setting_mark("run.threads") + " says how many there are at once"},
      {"device", "choose it with " + setting_mark("run.device")},
      {"gpu_id", "choose it with " + setting_mark("run.device")},
      {"num_class", "it is the number of the target's classes"},
  };
  return all;
}

std::string main_name(const std::string& name) {
  if (name == "n_jobs") return "nthread";
  if (name == "random_state") return "seed";
  const ParameterInfo* info = find_parameter(**find_family("xgboost"), name);
  return info == nullptr ? name : info->name;
}

std::string text_of(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "1" : "0";
  return to_string(value);
}

struct XgboostStudy : BoosterStudy {
  using BoosterStudy::BoosterStudy;
  std::shared_ptr<const XgboostApi> api;
  TrainerSettings set;   // of --set
  SharedPairs<MatrixKey> matrices;
};

class XgboostExecutor final : public BoosterExecutor {
 public:
  XgboostExecutor(std::shared_ptr<XgboostStudy> study, int gpu, int number)
      : BoosterExecutor(*study, gpu), owned_(std::move(study)), study_(*owned_), number_(number) {}

 private:
  void begin() override {
    study_.api->check(study_.api->register_log([](const char* text) {   // a thread's own
      keep_log(text);
      keep_log("\n");
    }));
    // From 3.2 on memory comes from a pool that does not make the whole device wait.
    const bool pool = gpu() != on_cpu && study_.api->at_least(3, 2);
    study_.api->check(
        study_.api->set_global_config(pool ? R"({"verbosity":1,"use_cuda_async_pool":true})" : R"({"verbosity":1})"));
  }

  // XGBoost builds parts of a matrix when they are first used, without a lock: one booster warms them up before any other
  // sees them.
  [[nodiscard]] Made make(const FitTask& task) override {
    const TrainerSettings settings = settings_of(library_fit(task));
    const std::string method = value_in(settings, "tree_method", "hist");
    const bool hist = method == "hist" || method == "gpu_hist";
    // approx, and what auto may choose, change the matrix in every round.
    const bool changes_it = (!hist && method != "exact") || !value_in(settings, "updater", "").empty();
    const MatrixKey key{task.fold, value_in(settings, "max_bin", "256"), device(), hist, changes_it ? number_ : 0};
    const TrainingPair& matrices = study_.matrices.get(key, [&] {
      TrainingPair pair = make_training_pair(
          study_.data, task.fold, [&](const std::vector<std::uint32_t>& rows, XgboostApi::Handle reference) {
            return make_xgboost_matrix(*study_.api, study_.data, key, rows, reference);
          });
      XgboostBooster booster(*study_.api, pair, study_.classes, settings);
      booster.update();
      (void)booster.evaluate();
      count_matrices();
      return pair;
    });
    return {std::make_unique<XgboostBooster>(*study_.api, matrices, study_.classes, settings),
            &matrices.validation_labels};
  }

  [[nodiscard]] std::vector<Warning> warnings_of(const std::string& log) const override {
    constexpr std::string_view head = "WARNING: ";
    std::vector<Warning> warnings;
    for (std::size_t at = log.find(head); at != std::string::npos; at = log.find(head, at + 1)) {
      const std::size_t begin = at + head.size();
      std::string text = log.substr(begin, std::min(log.find("\n[", at), log.find(head, at + 1)) - begin);
      text = without_places(text);
      std::replace(text.begin(), text.end(), '\n', ' ');
      text.erase(0, text.find_first_not_of(' '));
      while (text.ends_with(' ')) text.pop_back();
      warnings.push_back({without_digits(text), "XGBoost: " + text});
    }
    return warnings;
  }

  [[nodiscard]] std::uint64_t expected_bytes(const FitTask& task) const override {
    return gpu() == on_cpu ? 0 : booster_bytes(shape_of(task.fold), settings_of(library_fit(task)));
  }

  // What the user allows, or nine tenths of what is free before the first matrix: the rest is the allocator's waste.
  [[nodiscard]] std::uint64_t room_for_boosters(const FitTask& task) const override {
    if (gpu() == on_cpu) return Gate::unlimited;
    const std::optional<std::uint64_t> free = free_gpu_memory(gpu());
    if (!free && study_.memory_bytes == 0) return Gate::unlimited;
    const std::uint64_t usable = study_.memory_bytes > 0 ? study_.memory_bytes : *free / 10 * 9;
    const std::uint64_t shared = matrices_bytes(shape_of(task.fold), settings_of(library_fit(task)),
                                                static_cast<std::uint64_t>(study_.data.split.count()));
    return usable - std::min(usable, shared);
  }

  [[nodiscard]] BoosterShape shape_of(int fold) const {
    const Split& split = study_.data.split;
    return {split.train_rows(fold), split.validation_rows(fold), study_.data.dataset.features.size(), study_.classes};
  }

  [[nodiscard]] TrainerSettings settings_of(const LibraryFit& fit) const {
    TrainerSettings settings = {{"objective", study_.classes == 2 ? "binary:logistic" : "multi:softprob"},
                                {"eval_metric", study_.metric_name()},
                                {"nthread", "1"},
                                {"seed", fmt::format("{}", study_.seed)},
                                {"validate_parameters", "1"}};
    if (study_.api->at_least(2, 0)) {
      settings.emplace_back("tree_method", "hist");
      settings.emplace_back("device", device());
    } else if (gpu() != on_cpu) {
      settings.emplace_back("tree_method", "gpu_hist");
      settings.emplace_back("gpu_id", fmt::format("{}", gpu()));
    } else {
      settings.emplace_back("tree_method", "hist");
    }
    if (study_.classes != 2) settings.emplace_back("num_class", fmt::format("{}", study_.classes));
    for (const NamedValue& setting : fit.settings) settings.emplace_back(setting.name, text_of(setting.value));
    settings.insert(settings.end(), study_.set.begin(), study_.set.end());
    // From 3.0 on this bounds a GPU's histograms, too; before, it is not known there.
    if (gpu() != on_cpu && study_.api->at_least(3, 0) && value_in(settings, "max_cached_hist_node", "").empty())
      settings.emplace_back("max_cached_hist_node",
                            fmt::format("{}", cached_nodes(histogram_nodes(settings, study_.data.dataset.rows))));
    return settings;
  }

  std::shared_ptr<XgboostStudy> owned_;
  XgboostStudy& study_;
  int number_;   // of the executor, from 1
};

// old_gpu: on a GPU, where XGBoost before 2.0 is told so by tree_method.
Result<TrainerSettings> xgboost_set(const Study& study, bool old_gpu) {
  Result<TrainerSettings> set =
      settings_of_set(study.model.set, decided(), main_name, **find_family("xgboost"), study.space);
  if (!set) return set;
  const std::string method = value_in(*set, "tree_method", "");
  if (method == "gpu_hist" || (old_gpu && !method.empty()))
    return failure(setting_mark("model.set", "tree_method=" + method) + ": warptune decides whether it runs on a GPU",
                   "choose it with " + setting_mark("run.device"));
  return set;
}

class OpenXgboost final : public OpenLibrary {
 public:
  using OpenLibrary::OpenLibrary;

  [[nodiscard]] Result<void> start(const FamilyStart& start) override {
    Observer& observer = start.observer;
    Result<std::shared_ptr<const XgboostApi>> api = XgboostApi::load(study_.model.xgboost_library);
    if (!api) return tl::unexpected(api.error());
    trainer_ = (*api)->name();
    const Result<TrainerDevices> chosen = choose_gpus(study_.run.device, trainer_, (*api)->has_cuda());
    if (!chosen) return tl::unexpected(chosen.error());
    const Result<TrainerSettings> set = xgboost_set(study_, !chosen->gpus.empty() && !(*api)->at_least(2, 0));
    if (!set) return tl::unexpected(set.error());
    if (const Result<void> checked =
            check_two_classes(**find_family("xgboost"), study_.space, *set, data_.dataset.target.classes.size());
        !checked)
      return tl::unexpected(checked.error());
    note_trainer(trainer_, (*api)->path(), study_, *chosen, observer);
    const std::vector<int> places = booster_places(study_, *chosen, study_.run.streams);
    const auto shared = std::make_shared<XgboostStudy>(trainer_, &Metric::xgboost, study_, data_, start.pruner, places);
    shared->api = *api;
    shared->set = *set;
    for (const int gpu : places)
      executors_.push_back(std::make_unique<XgboostExecutor>(shared, gpu, static_cast<int>(executors_.size()) + 1));
    if (!chosen->gpus.empty()) return {};
    note_unused_memory(study_, observer);
    note_unused_streams(study_, observer);
    return {};
  }
};

}   // namespace

Result<std::unique_ptr<OpenFamily>> open_xgboost(const Study& study, const StudyData& data, Devices&) {
  return std::make_unique<OpenXgboost>(study, data);
}

Result<std::string> describe_xgboost() {
  const Result<std::shared_ptr<const XgboostApi>> api = XgboostApi::load({});
  if (!api) return tl::unexpected(api.error());
  return describe_trainer((*api)->name(), (*api)->path(), (*api)->has_cuda());
}

}   // namespace warptune
