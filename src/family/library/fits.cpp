// From trials to fits of families that other programs train.
#include <algorithm>
#include <map>
#include <string>

#include "plan/plan.h"

namespace warptune {

namespace {

constexpr std::string_view rounds_name = "n_estimators", patience_name = "early_stopping_rounds";

// A trial apart: what is trained, and what is read off its learning curve.
struct TrainerTrial {
  std::vector<NamedValue> settings;
  std::uint32_t rounds = 0, patience = unlimited;
};

std::uint32_t count_of(const Value& value) {
  if (const auto* count = std::get_if<std::int64_t>(&value)) return static_cast<std::uint32_t>(*count);
  return unlimited;   // none
}

class TrainerReader {
 public:
  TrainerReader(const Family& family, const Space& space) : space_(space) {
    for (const Parameter& parameter : space.parameters) {
      const ParameterInfo* info = find_parameter(family, parameter.name);
      names_.push_back(info != nullptr ? info->name : parameter.name);
    }
    for (const ParameterInfo& info : family.parameters) {
      if (info.name == rounds_name) defaults_.rounds = count_of(info.default_value);
      if (info.name == patience_name) defaults_.patience = count_of(info.default_value);
      free_ |= info.name == rounds_name;
    }
  }

  [[nodiscard]] TrainerTrial read(const Point& point) const {
    TrainerTrial trial = defaults_;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const Value value = value_of(space_.parameters[i], point[i]);
      if (free_ && names_[i] == rounds_name)
        trial.rounds = count_of(value);
      else if (free_ && names_[i] == patience_name)
        trial.patience = count_of(value);
      else
        trial.settings.push_back({names_[i], value});
    }
    return trial;
  }

 private:
  const Space& space_;
  TrainerTrial defaults_;
  std::vector<std::string> names_;   // of the space's parameters, as the trainer has them
  bool free_ = false;                // the family has rounds
};

// Equal for equal settings only: all fits of a plan have the same names.
std::string key_of(const std::vector<NamedValue>& settings) {
  std::string key;
  for (const NamedValue& setting : settings) {
    key += static_cast<char>('a' + setting.value.index());
    key += to_string(setting.value);
    key += '\0';
  }
  return key;
}

}   // namespace

Plan make_trainer_plan(const Family& family, const Space& space, std::span<const Point> points,
                       const KnownTrials& known) {
  const TrainerReader reader(family, space);
  Plan plan;
  plan.trials.resize(points.size());
  std::map<std::string, std::uint32_t> fit_of;
  std::vector<PlannedQuery> asked(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    TrainerTrial trial = reader.read(points[i]);
    const auto [fit, new_fit] =
        fit_of.try_emplace(key_of(trial.settings), static_cast<std::uint32_t>(plan.fits.size()));
    if (new_fit) {
      PlannedFit& made = plan.fits.emplace_back();
      made.first_trial = static_cast<std::int64_t>(i);
      made.settings = std::move(trial.settings);
    }
    plan.trials[i].fit = fit->second;
    if (known[i]) continue;
    PlannedFit& planned = plan.fits[fit->second];
    auto patience = std::find(planned.patiences.begin(), planned.patiences.end(), trial.patience);
    if (patience == planned.patiences.end()) patience = planned.patiences.insert(patience, trial.patience);
    asked[i] = {static_cast<std::uint32_t>(patience - planned.patiences.begin()), trial.rounds};
  }
  place_queries(plan, asked, known);
  return plan;
}

}   // namespace warptune
