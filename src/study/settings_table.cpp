// The table of settings, in the order of the study file's sections. A new setting is a row here.
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/one_of.h"
#include "base/setting_mark.h"
#include "metric/metric.h"
#include "search/sampler.h"
#include "split/time_amount.h"
#include "study/setting.h"
#include "study/setting_checks.h"
#include "table/column_type.h"
#include "warptune/family.h"

namespace warptune {
namespace {

using Type = SettingType;
using Rows = std::vector<Setting>;

std::string separator_text(char separator) {
  if (separator == 0) return {};
  return separator == '\t' ? "tab" : std::string(1, separator);
}

char separator_of(const std::string& text) {
  if (text.empty()) return 0;
  return text == "tab" ? '\t' : text.front();
}

// A field of Study and its SettingValue.
template <class T>
void store(T& field, const SettingValue& value) {
  if constexpr (std::is_same_v<T, int>)
    field = static_cast<int>(std::get<std::int64_t>(value));
  else if constexpr (std::is_same_v<T, char>)
    field = separator_of(std::get<std::string>(value));
  else
    field = std::get<T>(value);
}

template <class T>
SettingValue load(const T& field) {
  if constexpr (std::is_same_v<T, int>)
    return std::int64_t{field};
  else if constexpr (std::is_same_v<T, char>)
    return separator_text(field);
  else
    return field;
}

// Field: a captureless lambda from a study to one of its fields, which is read and written.
template <class Field>
SettingField field(Field) {
  return {[](Study& study, const SettingValue& value) { store(Field{}(study), value); },
          [](const Study& study) { return load(Field{}(study)); }};
}

// Who sets trials gives them.
SettingField trials_field() {
  return {[](Study& study, const SettingValue& value) {
            study.search.trials = std::get<std::int64_t>(value);
            study.search.trials_given = true;
          },
          [](const Study& study) { return SettingValue(study.search.trials); }};
}

// Of what stands in another table: families, samplers, metrics.
template <class Rows>
std::vector<std::string> names_of(const Rows& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.emplace_back(row.name);
  return names;
}

// Headings of the help.
constexpr const char *data = "Data", *search = "Search", *evaluation = "Evaluation", *machine = "Machine",
                     *output = "Output";

// clang-format off
Rows data_settings() {
  return {
      {.section = "data", .key = "path", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.input.path; }),
       .hint = "write the path of a CSV file",
       .kept_absolute = true,
       .flag = {"data", 'd', "FILE", data, 1, "CSV file, plain or .gz; - is standard input", "", by_run | by_resume | by_split}},
      {.section = "data", .key = "target", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.dataset.target; }),
       .hint = "write the name of the column to predict",
       .flag = {"target", 't', "COLUMN", data, 2, "column to predict", "", by_run | by_split}},
      {.section = "data", .key = "drop", .type = Type::names,
       .field = field([](auto& s) -> auto& { return s.dataset.drop; }),
       .hint = "write names of columns, as " + setting_mark("data.drop", "id,date") + " or drop = [\"id\", \"date\"]",
       .flag = {"drop", 0, "COLUMNS", data, 3, "columns that are not features, separated by commas", "", by_run | by_split}},
      {.section = "data", .key = "keep", .type = Type::names,
       .field = field([](auto& s) -> auto& { return s.dataset.keep; }),
       .hint = "write names of columns, as " + setting_mark("data.keep", "age,mass") + " or keep = [\"age\", \"mass\"]",
       .flag = {"keep", 0, "COLUMNS", data, 4, "the only columns that are features, separated by commas", "", by_run | by_split}},
      {.section = "data", .key = "positive", .type = Type::label,
       .field = field([](auto& s) -> auto& { return s.dataset.positive; }),
       .hint = "write a class of the target",
       .flag = {"positive", 0, "CLASS", data, 5, "class of a binary target that counts as positive", "the last", by_run | by_split}},
      {.section = "data", .key = "header", .type = Type::boolean,
       .field = field([](auto& s) -> auto& { return s.input.csv.header; }),
       .hint = "header = false if the first row holds values",
       .flag = {"no-header", 0, "", data, 6, "the file has no header: columns are c0, c1, ...", "", by_run | by_split, false}},
      {.section = "data", .key = "separator", .type = Type::separator,
       .field = field([](auto& s) -> auto& { return s.input.csv.separator; }),
       .flag = {"separator", 0, "CHAR", data, 7, "what separates columns: , ; | or tab", "detected", by_run | by_split}},
      {.section = "data", .key = "na", .type = Type::names,
       .field = field([](auto& s) -> auto& { return s.input.csv.na; }),
       .hint = "write words as they stand in the table, as " + setting_mark("data.na", "missing,-999") + " or na = [\"missing\", \"-999\"]",
       .flag = {"na", 0, "WORDS", data, 8, "more words that mean a missing value, separated by commas", "", by_run | by_split}},
      {.section = "data", .key = "no_na", .type = Type::names,
       .field = field([](auto& s) -> auto& { return s.input.csv.no_na; }),
       .hint = "write words as they stand in the table, as " + setting_mark("data.no_na", "NA") + " or no_na = [\"NA\"]",
       .flag = {"no-na", 0, "WORDS", data, 9, "words that do not, separated by commas: NA where it is a class", "", by_run | by_split}},
      {.section = "data", .key = "types", .type = Type::names,
       .field = field([](auto& s) -> auto& { return s.input.csv.types; }),
       .check = check_column_type,
       .hint = column_type_hint.data(),
       .flag = {"types", 0, "COLUMN=TYPE", data, 10, "what columns hold, separated by commas: number, category or ignore", "told from their cells", by_run | by_split}},
      {.section = "data", .key = "decimal", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.input.csv.decimal; }),
       .words = {".", ","},
       .hint = "write . or ,",
       .flag = {"decimal", 0, "CHAR", data, 11, "decimal sign of numbers: . or ,", ".", by_run | by_split}},
      {.section = "data", .key = "thousands", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.input.csv.thousands; }),
       .words = {",", ".", "'", "_", "space"},
       .hint = "write one of , . ' _ space",
       .flag = {"thousands", 0, "CHAR", data, 12, "what groups their digits: , . ' _ or space", "nothing", by_run | by_split}},
      {.section = "data", .key = "max_bins", .type = Type::integer,
       .field = field([](auto& s) -> auto& { return s.dataset.max_bins; }),
       .low = 2, .high = 255,
       .hint = "255 is the finest",
       .flag = {"max-bins", 0, "N", data, 13, "bins of a feature, 2 to 255", "255", by_run | by_split}},
  };
}

Rows model_settings() {
  return {
      {.section = "model", .key = "family", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.model.family; }),
       .offered = names_of(families()),
       .hint = "warptune families lists them",
       .flag = {"model", 'm', "FAMILY", search, 1, "model family; see warptune families", "random_forest", by_run}},
      {.section = "model", .key = "set", .type = Type::names,
       .field = field([](auto& s) -> auto& { return s.model.set; }),
       .hint = "write NAME=VALUE, as " + setting_mark("model.set", "tree_method=approx") + " or set = [\"tree_method=approx\"]",
       .flag = {"set", 0, "NAME=VALUE", search, 3, "hand a setting on to the library that trains; repeat it for more", "", by_run}},
      {.section = "model", .key = "xgboost_library", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.model.xgboost_library; }),
       .hint = "write the path of libxgboost.so",
       .kept_absolute = true,
       .flag = {"xgboost-library", 0, "FILE", machine, 11, "XGBoost's libxgboost.so", "WARPTUNE_XGBOOST, the Python environment's, the system's", by_run | by_resume}},
      {.section = "model", .key = "lightgbm_library", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.model.lightgbm_library; }),
       .hint = "write the path of lib_lightgbm.so",
       .kept_absolute = true,
       .flag = {"lightgbm-library", 0, "FILE", machine, 12, "LightGBM's lib_lightgbm.so", "WARPTUNE_LIGHTGBM, the Python environment's, the system's", by_run | by_resume}},
      {.section = "model", .key = "command", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.model.command.line; }),
       .hint = "write the command as in a shell, as " + setting_mark("model.command", "\"python train.py\""),
       .flag = {"command", 0, "COMMAND", search, 4, "of the model family command: what trains and scores, run by /bin/sh", "", by_run}},
      {.section = "model", .key = "environment", .type = Type::names,
       .field = field([](auto& s) -> auto& { return s.model.command.environment; }),
       .check = check_variable,
       .hint = "write NAME=VALUE, as environment = [\"OMP_NUM_THREADS=1\"]",
       .flag = {"environment", 0, "NAME=VALUE", machine, 8, "a variable for --command; repeat it for more", "", by_run}},
      {.section = "model", .key = "folder", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.model.command.folder; }),
       .hint = "write the path of a folder",
       .kept_absolute = true,
       .flag = {"folder", 0, "FOLDER", machine, 7, "--command runs in it", "the current one", by_run}},
      {.section = "model", .key = "trial_timeout", .type = Type::seconds,
       .field = field([](auto& s) -> auto& { return s.model.command.trial_timeout_seconds; }),
       .hint = "write a time, as 60s, 5m or 2h",
       .flag = {"trial-timeout", 0, "TIME", machine, 5, "--command may take so long for a trial on one fold", "no limit", by_run | by_resume}},
      {.section = "model", .key = "start_timeout", .type = Type::seconds,
       .field = field([](auto& s) -> auto& { return s.model.command.start_timeout_seconds; }),
       .hint = "write a time, as 60s or 5m",
       .flag = {"start-timeout", 0, "TIME", machine, 6, "--command may take so long until it is ready", "2m", by_run | by_resume}},
      {.section = "model", .key = "worker_log", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.model.command.worker_log; }),
       .hint = "write a path, as workers.log",
       .kept_absolute = true,
       .written = true,
       .flag = {"worker-log", 0, "FILE", output, 1, "what --command writes on standard error, added to it", "standard error", by_run | by_resume}},
      {.section = "model", .key = "workers", .type = Type::integer,
       .field = field([](auto& s) -> auto& { return s.model.command.workers; }),
       .low = 1, .high = 4096,
       .hint = "without it there are as many as threads, or one per GPU",
       .flag = {"workers", 0, "N", machine, 4, "processes of --command that run at once", "one per thread; on GPUs, one per GPU", by_run | by_resume}},
  };
}

Rows search_settings() {
  return {
      {.section = "search", .key = "sampler", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.search.sampler; }),
       .words = names_of(samplers()),
       .hint = "write " + one_of(names_of(samplers())),
       .flag = {"sampler", 0, "NAME", search, 7, "random, or grid for all combinations", "random", by_run}},
      {.section = "search", .key = "trials", .type = Type::integer,
       .field = trials_field(),
       .low = 1, .high = 1e7,
       .hint = "100 is usual; a grid without trials takes all of its points",
       .flag = {"trials", 'n', "N", search, 5, "configurations to score; of a grid, N evenly over it; resume goes on to N", "100; of a grid, all", by_run | by_resume}},
      {.section = "search", .key = "seed", .type = Type::seed,
       .field = field([](auto& s) -> auto& { return s.search.seed; }),
       .hint = "any whole number; the same one gives the same study",
       .flag = {"seed", 0, "N", search, 8, "number that all random choices follow from", "0", by_run | by_split}},
      // Not the user's to write; here so that JSON loses nothing.
      {.section = "search", .key = "trials_given", .type = Type::boolean,
       .field = field([](auto& s) -> auto& { return s.search.trials_given; }),
       .in_file = false},
  };
}

Rows evaluation_settings() {
  return {
      {.section = "evaluate", .key = "metric", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.evaluation.metric; }),
       .words = names_of(metrics()),
       .hint = "write " + metric_names(),
       .flag = {"metric", 0, "NAME", evaluation, 1, metric_names(), "accuracy", by_run}},
      {.section = "evaluate", .key = "holdout", .type = Type::real,
       .field = field([](auto& s) -> auto& { return s.evaluation.split.holdout; }),
       .low = 0, .high = 1,
       .hint = "0.33 validates on a third of the rows",
       .flag = {"holdout", 0, "SHARE", evaluation, 2, "share of the rows that validates", "0.33", by_run | by_split}},
      {.section = "evaluate", .key = "folds", .type = Type::integer,
       .field = field([](auto& s) -> auto& { return s.evaluation.split.folds; }),
       .low = 2, .high = 1000,
       .hint = "5 folds are usual; " + setting_mark("evaluate.holdout", "0.33") + " is one split",
       .flag = {"folds", 0, "K", evaluation, 3, "K-fold cross-validation instead of a holdout", "", by_run | by_split}},
      {.section = "evaluate", .key = "stratify", .type = Type::boolean,
       .field = field([](auto& s) -> auto& { return s.evaluation.split.stratify; }),
       .hint = "stratify = false gives up the classes' shares",
       .flag = {"no-stratify", 0, "", evaluation, 4, "do not keep the classes' shares in the folds", "", by_run | by_split, false}},
      {.section = "evaluate", .key = "fold_column", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.dataset.fold_column; }),
       .hint = "write the name of a column",
       .flag = {"fold-column", 0, "COLUMN", evaluation, 5, "column that names each row's fold", "", by_run | by_split}},
      {.section = "evaluate", .key = "holdout_value", .type = Type::label,
       .field = field([](auto& s) -> auto& { return s.evaluation.split.holdout_value; }),
       .hint = "write a value of the fold column",
       .flag = {"holdout-value", 0, "VALUE", evaluation, 6, "only the rows with this value in the fold column validate", "", by_run | by_split}},
      {.section = "evaluate", .key = "group", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.dataset.group_column; }),
       .hint = "write the name of a column",
       .flag = {"group", 0, "COLUMN", evaluation, 7, "column that names each row's group: no group is divided by a split", "", by_run | by_split}},
      {.section = "evaluate", .key = "time", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.dataset.time_column; }),
       .hint = "write the name of a column",
       .flag = {"time", 0, "COLUMN", evaluation, 8, "column that says when each row was, in numbers or ISO dates: folds train on rows before those that they validate on", "", by_run | by_split}},
      {.section = "evaluate", .key = "repeats", .type = Type::integer,
       .field = field([](auto& s) -> auto& { return s.evaluation.split.repeats; }),
       .low = 1, .high = 1000,
       .hint = "3 deals the folds three times, each time otherwise",
       .flag = {"repeats", 0, "R", evaluation, 11, "deal the folds, or the holdout, so many times", "1", by_run | by_split}},
      {.section = "evaluate", .key = "gap", .type = Type::label,
       .field = field([](auto& s) -> auto& { return s.evaluation.split.gap; }),
       .check = check_time_amount,
       .hint = time_amount_hint.data(),
       .flag = {"gap", 0, "N|TIME", evaluation, 9, "with --time: so many rows, or such a time, before those that validate do not train", "none", by_run | by_split}},
      {.section = "evaluate", .key = "window", .type = Type::label,
       .field = field([](auto& s) -> auto& { return s.evaluation.split.window; }),
       .check = check_time_amount,
       .hint = time_amount_hint.data(),
       .flag = {"window", 0, "N|TIME", evaluation, 10, "with --time: only so many rows, or such a time, before the gap train", "all", by_run | by_split}},
  };
}

Rows run_settings() {
  return {
      {.section = "run", .key = "device", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.run.device; }),
       .offered = {"auto", "cpu", "cuda"},
       .check = check_device,
       .hint = "write auto, cpu, cuda or cuda:0,1",
       .flag = {"device", 0, "DEVICE", machine, 1, "auto, cpu, cuda, or GPUs by number as cuda:0,1", "auto", by_run | by_resume}},
      {.section = "run", .key = "threads", .type = Type::integer,
       .field = field([](auto& s) -> auto& { return s.run.threads; }),
       .low = 1, .high = 4096,
       .hint = "without it there are as many as the process may use: warptune devices",
       .flag = {"threads", 'j', "N", machine, 2, "CPU threads", "as many as this process may use", by_run | by_resume | by_split}},
      {.section = "run", .key = "streams", .type = Type::integer,
       .field = field([](auto& s) -> auto& { return s.run.streams; }),
       .low = 1, .high = 64,
       .hint = "2 streams per GPU are usual",
       .flag = {"streams", 0, "N", machine, 3, "streams per GPU", "2", by_run | by_resume}},
      {.section = "run", .key = "memory", .type = Type::bytes,
       .field = field([](auto& s) -> auto& { return s.run.memory_bytes; }),
       .hint = "write an amount, as 4G or 512M",
       .flag = {"memory", 0, "BYTES", machine, 9, "memory per device, as 4G or 512M", "a share of what is free", by_run | by_resume}},
      {.section = "run", .key = "time_limit", .type = Type::seconds,
       .field = field([](auto& s) -> auto& { return s.run.time_limit_seconds; }),
       .once = true,
       .hint = "write a time, as 60s, 5m or 2h",
       .flag = {"time-limit", 0, "TIME", machine, 10, "stop after 60s, 5m or 2h; resume goes on", "none", by_run | by_resume}},
      {.section = "run", .key = "journal", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.output.journal; }),
       .hint = "write a path, as study.log",
       .written = true,
       .flag = {"journal", 0, "FILE", output, 2, "log of the trials, which resume goes on from; Optuna reads it", "", by_run}},
      {.section = "run", .key = "results", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.output.results; }),
       .check = check_results,
       .hint = "write a path that ends in .csv or .json",
       .kept_absolute = true,
       .written = true,
       .flag = {"results", 'o', "FILE", output, 3, "all trials, best first, as .csv or .json", "", by_run | by_resume}},
      {.section = "run", .key = "stats", .type = Type::text,
       .field = field([](auto& s) -> auto& { return s.output.stats; }),
       .hint = "write a path, as stats.json",
       .kept_absolute = true,
       .written = true,
       .flag = {"stats", 0, "FILE", output, 4, "counters and seconds per stage, as JSON", "", by_run | by_resume}},
      {.section = "run", .key = "top", .type = Type::integer,
       .field = field([](auto& s) -> auto& { return s.output.top; }),
       .low = 0, .high = 1e6,
       .hint = "0 shows no table",
       .flag = {"top", 0, "N", output, 5, "trials to show", "10", by_run | by_resume | by_top}},
      {.section = "run", .key = "quiet", .type = Type::boolean,
       .field = field([](auto& s) -> auto& { return s.output.quiet; }),
       .once = true,
       .hint = "write quiet = true",
       .flag = {"quiet", 'q', "", output, 8, "no progress, no notes, no table; errors and warnings stay", "", by_run | by_resume | by_split}},
      {.section = "run", .key = "progress", .type = Type::label,
       .field = field([](auto& s) -> auto& { return s.output.progress; }),
       .once = true,
       .offered = {"auto", "none"},
       .check = check_progress,
       .hint = "write auto, none or seconds, as progress = 60",
       .flag = {"progress", 0, "WHEN", output, 7, "lines of progress: auto, none, or the seconds between two; auto: on a terminal one that moves, else one a minute", "auto", by_run | by_resume}},
      {.section = "run", .key = "dry_run", .type = Type::boolean,
       .field = field([](auto& s) -> auto& { return s.output.dry_run; }),
       .in_file = false,
       .once = true,
       .flag = {"dry-run", 0, "", output, 6, "show the plan, train nothing", "", by_run}},
      {.section = "run", .key = "retry_failed", .type = Type::boolean,
       .field = field([](auto& s) -> auto& { return s.output.retry_failed; }),
       .in_file = false,
       .once = true,
       .flag = {"retry-failed", 0, "", search, 6, "train the journal's failed trials again", "", by_resume}},
      // Not the user's to write.
      {.section = "run", .key = "csv_threads", .type = Type::integer,
       .field = field([](auto& s) -> auto& { return s.input.csv.threads; }),
       .in_file = false,
       .low = 0, .high = 4096},
      {.section = "run", .key = "dataset_threads", .type = Type::integer,
       .field = field([](auto& s) -> auto& { return s.dataset.threads; }),
       .in_file = false,
       .low = 0, .high = 4096},
  };
}

// clang-format on

Rows make_settings() {
  Rows all = data_settings();
  for (Rows part : {model_settings(), search_settings(), evaluation_settings(), run_settings()})
    std::move(part.begin(), part.end(), std::back_inserter(all));
  return all;
}

}   // namespace

std::span<const Setting> settings() {
  static const Rows all = make_settings();
  return all;
}

}   // namespace warptune
