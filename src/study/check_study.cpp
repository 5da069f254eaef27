// A study as a whole: what is left open gets its default, and everything that needs no data is checked.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "base/has.h"
#include "base/setting_mark.h"
#include "base/shown.h"
#include "search/sampler.h"
#include "space/where.h"
#include "study/setting.h"
#include "warptune/family.h"
#include "warptune/search.h"
#include "warptune/study.h"

namespace warptune {
namespace {

constexpr double default_holdout = 0.33;   // of the search that the project's first study repeats

// Where a setting was written, for the start of a message.
struct Where {
  const Origins& origins;
  [[nodiscard]] std::string operator()(const std::string& name) const { return where_of(origins, name); }
};

Result<void> check_settings(const Study& study, const Where& where) {
  for (const Setting& setting : settings()) {
    const SettingValue value = setting.get(study);
    const bool whole_grid =
        setting.name() == "search.trials" && study.search.trials == 0 && study.search.sampler == "grid";
    if (is_default(setting, value) || whole_grid) continue;
    if (auto checked = check_setting(setting, value, where(setting.name())); !checked) return checked;
  }
  return {};
}

Result<void> check_columns(const Study& study, const Where& where) {
  const DatasetOptions& dataset = study.dataset;
  if (dataset.target.empty())
    return failure("no target is given",
                   fmt::format("add {}, or target in [data]", setting_mark("data.target", "COLUMN")));
  if (has(dataset.drop, dataset.target))
    return failure(fmt::format("{}: {} is the target and can't be dropped", where("data.drop"), shown(dataset.target)),
                   "drop features only; the target is none");
  if (has(dataset.keep, dataset.target))
    return failure(fmt::format("{}: {} is the target and can't be a feature", where("data.keep"),
                               shown(dataset.target)),
                   "keep names features only");
  for (const std::string& name : dataset.keep)
    if (has(dataset.drop, name))
      return failure(fmt::format("{}: {} is both kept and dropped", where("data.drop"), shown(name)),
                     "name it in one of the lists");
  const struct {
    const std::string& column;
    const char *setting, *what, *hint;
  } of_splits[] = {{dataset.fold_column, "evaluate.fold_column", "the fold column",
                    "the folds are in a column of their own"},
                   {dataset.group_column, "evaluate.group", "the group column", "groups are in a column of their own"},
                   {dataset.time_column, "evaluate.time", "the time column", "times are in a column of their own"}};
  for (const auto& [column, setting, what, hint] : of_splits)
    if (!column.empty() && column == dataset.target)
      return failure(fmt::format("{}: {} is the target and can't be {}", where(setting), shown(dataset.target), what),
                     hint);
  return {};
}

Result<void> check_evaluation(const Study& study, const Where& where) {
  const SplitOptions& folds = study.evaluation.split;
  const bool column = !study.dataset.fold_column.empty();
  if (folds.holdout > 0 && folds.folds > 0)
    return failure(fmt::format("{}: holdout and folds are both given", where("evaluate.folds")),
                   "leave one of them out");
  if (column && (folds.holdout > 0 || folds.folds > 0))
    return failure(fmt::format("{}: a fold column is given as well as {}", where("evaluate.fold_column"),
                               folds.holdout > 0 ? "holdout" : "folds"),
                   "the column's values are the folds; leave one of them out");
  const bool groups = !study.dataset.group_column.empty(), times = !study.dataset.time_column.empty();
  if (column && (groups || times))
    return failure(fmt::format("{}: a fold column is given as well as a {} column", where("evaluate.fold_column"),
                               groups ? "group" : "time"),
                   "the fold column says all of a split; leave one of them out");
  if (groups && times)
    return failure(fmt::format("{}: groups and times are both given", where("evaluate.time")),
                   "no split is known that keeps to both; leave one of them out");
  if (folds.repeats > 1 && (column || times))
    return failure(fmt::format("{}: a split by {} is the same each time", where("evaluate.repeats"),
                               column ? "a fold column" : "time"),
                   "leave it out");
  for (const auto& [text, setting] :
       {std::pair(&folds.gap, "evaluate.gap"), std::pair(&folds.window, "evaluate.window")})
    if (!text->empty() && !times)
      return failure(fmt::format("{}: a {} is of splits in the order of time", where(setting),
                                 text == &folds.gap ? "gap" : "window"),
                     fmt::format("add {}, or time in [evaluate]", setting_mark("evaluate.time", "COLUMN")));
  if (!folds.holdout_value.empty() && !column)
    return failure(fmt::format("{}: holdout_value needs a fold column", where("evaluate.holdout_value")),
                   fmt::format("add {}, or fold_column in [evaluate]", setting_mark("evaluate.fold_column", "NAME")));
  if (folds.holdout <= 0 && folds.folds == 0 && !column)
    return failure("the study has no evaluation", "give holdout, folds or a fold column");
  return {};
}

// A setting that says nothing to the study's family, because others have named it theirs.
Result<void> check_settings_of_others(const Study& study, const Family& family, const Where& where) {
  for (const Setting& setting : settings()) {
    if (has(family.settings, setting.name()) || is_default(setting, setting.get(study))) continue;
    std::vector<std::string> others;
    for (const Family& other : families())
      if (has(other.settings, setting.name())) others.push_back(other.name);
    if (others.empty()) continue;
    return failure(fmt::format("{}: {} is of the famil{} {}, not of {}", where(setting.name()), setting.key,
                               others.size() == 1 ? "y" : "ies", fmt::join(others, " and "), family.name),
                   "leave it out, or take " + setting_mark("model.family", others.front()));
  }
  return {};
}

Result<void> check_space_and_sampler(const Study& study, const Where& where) {
  auto family = find_family(study.model.family);
  if (!family) {
    Error error = std::move(family.error());
    error.message = fmt::format("{}: {}", where("model.family"), error.message);
    return tl::unexpected(std::move(error));
  }
  if (auto checked = check_settings_of_others(study, **family, where); !checked) return checked;
  if ((*family)->check_study != nullptr)
    if (auto checked = (*family)->check_study(study, where.origins); !checked) return checked;
  if (auto checked = check_space(**family, study.space, where.origins); !checked) return checked;
  if (study.space.parameters.empty())
    return failure("the space has no parameters", "add " + setting_mark("space.NAME", "DISTRIBUTION"));
  const SamplerEntry* sampler = find_sampler(study.search.sampler);
  return sampler->check != nullptr ? sampler->check(study, where.origins) : Result<void>();
}

// Of a path, behind symbolic links, which what is written follows too.
std::filesystem::path file_of(const std::string& path) {
  std::error_code error;
  auto file = std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  return error ? std::filesystem::path(path).lexically_normal() : file;
}

// No output may fall on the data or on another output.
Result<void> check_outputs(const Study& study, const Where& where) {
  std::vector<std::pair<std::filesystem::path, std::string>> before = {{file_of(study.input.path), "data.path"}};
  for (const Setting& setting : settings()) {
    if (!setting.written) continue;
    const auto path = std::get<std::string>(setting.get(study));
    if (path.empty()) continue;
    const std::filesystem::path file = file_of(path);
    for (const auto& [other, name] : before)
      if (file == other)
        return failure(fmt::format("{}: {} would overwrite {}", where(setting.name()), shown(path), name),
                       "give each file a path of its own");
    before.emplace_back(file, setting.name());
  }
  return {};
}

Result<void> check_parts(const Study& study, const Where& where) {
  if (auto checked = check_columns(study, where); !checked) return checked;
  if (auto checked = check_space_and_sampler(study, where); !checked) return checked;
  return check_evaluation(study, where);
}

}   // namespace

Study complete_study(Study study) {
  if (study.space.parameters.empty())
    if (const auto family = find_family(study.model.family)) study.space = (*family)->default_space;
  if (study.search.sampler == "grid" && !study.search.trials_given) study.search.trials = 0;
  SplitOptions& folds = study.evaluation.split;
  if (folds.holdout == 0 && folds.folds == 0 && study.dataset.fold_column.empty()) folds.holdout = default_holdout;
  return study;
}

Result<void> check_search(const Study& study, const Origins& origins) {
  const Where where{origins};
  if (auto checked = check_settings(study, where); !checked) return checked;
  return check_parts(study, where);
}

Result<void> check_study(const Study& study, const Origins& origins) {
  const Where where{origins};
  if (auto checked = check_settings(study, where); !checked) return checked;
  if (study.input.path.empty())
    return failure("no data is given",
                   fmt::format("add {}, or path = \"FILE\" in [data]", setting_mark("data.path", "FILE")));
  if (auto checked = check_parts(study, where); !checked) return checked;
  return check_outputs(study, where);
}

}   // namespace warptune
