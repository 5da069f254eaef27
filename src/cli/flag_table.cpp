#include "cli/flag_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "study/setting.h"
#include "warptune/family.h"

namespace warptune {
namespace {

using C = CommandName;

std::vector<Flag> make_flags() {
  const std::vector<C> run{C::run};
  const std::vector<C> runs{C::run, C::resume}, resume{C::resume};
  const std::vector<C> boards{C::run, C::resume, C::top};
  const char* const data = "Data";
  const char* const search = "Search";
  const char* const evaluation = "Evaluation";
  const char* const machine = "Machine";
  const char* const output = "Output";
  return {
      {"data", 'd', "FILE", data, "CSV file, plain or .gz; - is standard input", "", runs, "data.path"},
      {"target", 't', "COLUMN", data, "column to predict", "", run, "data.target"},
      {"drop", 0, "COLUMNS", data, "columns that are not features, separated by commas", "", run, "data.drop"},
      {"keep", 0, "COLUMNS", data, "the only columns that are features, separated by commas", "", run, "data.keep"},
      {"positive", 0, "CLASS", data, "class of a binary target that counts as positive", "the last", run,
       "data.positive"},
      {"no-header", 0, "", data, "the file has no header: columns are c0, c1, ...", "", run, "data.header", false},
      {"separator", 0, "CHAR", data, "what separates columns: , ; | or tab", "detected", run, "data.separator"},
      {"na", 0, "WORDS", data, "more words that mean a missing value, separated by commas", "", run, "data.na"},
      {"no-na", 0, "WORDS", data, "words that do not, separated by commas: NA where it is a class", "", run,
       "data.no_na"},
      {"types", 0, "COLUMN=TYPE", data, "what columns hold, separated by commas: number, category or ignore",
       "told from their cells", run, "data.types"},
      {"decimal", 0, "CHAR", data, "decimal sign of numbers: . or ,", ".", run, "data.decimal"},
      {"thousands", 0, "CHAR", data, "what groups their digits: , . ' _ or space", "nothing", run, "data.thousands"},
      {"max-bins", 0, "N", data, "bins of a feature, 2 to 255", "255", run, "data.max_bins"},
      {"model", 'm', "FAMILY", search, "model family; see warptune families", "random_forest", run, "model.family"},
      {"param", 'p', "NAME=DIST", search, "what a parameter may be; repeat it for more parameters",
       "the family's own space", run, ""},
      {"set", 0, "NAME=VALUE", search, "hand a setting on to the library that trains; repeat it for more", "", run,
       "model.set"},
      {"command", 0, "COMMAND", search, "of the model family command: what trains and scores, run by /bin/sh", "", run,
       "model.command"},
      {"trials", 'n', "N", search, "configurations to score; of a grid, N evenly over it; resume goes on to N",
       "100; of a grid, all", runs, "search.trials"},
      {"retry-failed", 0, "", search, "train the journal's failed trials again", "", resume, "run.retry_failed"},
      {"sampler", 0, "NAME", search, "random, or grid for all combinations", "random", run, "search.sampler"},
      {"seed", 0, "N", search, "number that all random choices follow from", "0", run, "search.seed"},
      {"metric", 0, "NAME", evaluation, "accuracy, balanced_accuracy, log_loss or roc_auc", "accuracy", run,
       "evaluate.metric"},
      {"holdout", 0, "SHARE", evaluation, "share of the rows that validates", "0.33", run, "evaluate.holdout"},
      {"folds", 0, "K", evaluation, "K-fold cross-validation instead of a holdout", "", run, "evaluate.folds"},
      {"no-stratify", 0, "", evaluation, "do not keep the classes' shares in the folds", "", run, "evaluate.stratify",
       false},
      {"fold-column", 0, "COLUMN", evaluation, "column that names each row's fold", "", run, "evaluate.fold_column"},
      {"holdout-value", 0, "VALUE", evaluation, "only the rows with this value in the fold column validate", "", run,
       "evaluate.holdout_value"},
      {"device", 0, "DEVICE", machine, "auto, cpu, cuda, or GPUs by number as cuda:0,1", "auto", runs, "run.device"},
      {"threads", 'j', "N", machine, "CPU threads", "as many as this process may use", runs, "run.threads"},
      {"streams", 0, "N", machine, "streams per GPU", "2", runs, "run.streams"},
      {"workers", 0, "N", machine, "processes of --command that run at once", "one per thread; on GPUs, one per GPU",
       runs, "model.workers"},
      {"trial-timeout", 0, "TIME", machine, "--command may take so long for a trial on one fold", "no limit", runs,
       "model.trial_timeout"},
      {"start-timeout", 0, "TIME", machine, "--command may take so long until it is ready", "2m", runs,
       "model.start_timeout"},
      {"folder", 0, "FOLDER", machine, "--command runs in it", "the current one", run, "model.folder"},
      {"environment", 0, "NAME=VALUE", machine, "a variable for --command; repeat it for more", "", run,
       "model.environment"},
      {"memory", 0, "BYTES", machine, "memory per device, as 4G or 512M", "a share of what is free", runs,
       "run.memory"},
      {"time-limit", 0, "TIME", machine, "stop after 60s, 5m or 2h; resume goes on", "none", runs, "run.time_limit"},
      {"xgboost-library", 0, "FILE", machine, "XGBoost's libxgboost.so",
       "WARPTUNE_XGBOOST, the Python environment's, the system's", runs, "model.xgboost_library"},
      {"lightgbm-library", 0, "FILE", machine, "LightGBM's lib_lightgbm.so",
       "WARPTUNE_LIGHTGBM, the Python environment's, the system's", runs, "model.lightgbm_library"},
      {"worker-log", 0, "FILE", output, "what --command writes on standard error, added to it", "standard error", runs,
       "model.worker_log"},
      {"journal", 0, "FILE", output, "log of the trials, which resume goes on from; Optuna reads it", "", run,
       "run.journal"},
      {"results", 'o', "FILE", output, "all trials, best first, as .csv or .json", "", runs, "run.results"},
      {"stats", 0, "FILE", output, "counters and seconds per stage, as JSON", "", runs, "run.stats"},
      {"top", 0, "N", output, "trials to show", "10", boards, "run.top"},
      {"dry-run", 0, "", output, "show the plan, train nothing", "", run, "run.dry_run"},
      {"progress", 0, "WHEN", output,
       "lines of progress: auto, none, or the seconds between two; auto: on a terminal one that moves, else one a "
       "minute",
       "auto", runs, "run.progress"},
      {"quiet", 'q', "", output, "no progress, no notes, no table; errors and warnings stay", "", runs, "run.quiet"},
      {"help", 'h', "", "Other", "show this help", "", {C::run, C::resume, C::top, C::families, C::devices}, ""},
  };
}

}   // namespace

bool Flag::repeats() const {
  const Setting* of = find_setting(setting);
  return of == nullptr ? name == "param" : of->type == SettingType::names;
}

bool Flag::takes_part_in(CommandName command) const {
  return std::find(taken_by.begin(), taken_by.end(), command) != taken_by.end();
}

std::span<const CommandInfo> commands() {
  static const std::vector<CommandInfo> all{
      {C::run, "run", "[STUDY.toml]", false, "search: score many configurations of a model on a table"},
      {C::resume, "resume", "JOURNAL", true, "go on with a study that was interrupted or ran into its time limit"},
      {C::top, "top", "JOURNAL", true, "show the best trials of a journal"},
      {C::families, "families", "[NAME]", false, "list the model families, or the parameters of one"},
      {C::devices, "devices", "", false, "list the devices that can be used"},
  };
  return all;
}

const CommandInfo* find_command(std::string_view word) {
  const auto all = commands();
  const auto found = std::find_if(all.begin(), all.end(), [&](const CommandInfo& info) { return info.word == word; });
  return found == all.end() ? nullptr : &*found;
}

const CommandInfo& info_of(CommandName name) { return commands()[static_cast<std::size_t>(name)]; }

std::span<const Flag> flags() {
  static const std::vector<Flag> all = make_flags();
  return all;
}

std::vector<const Flag*> flags_of(CommandName command) {
  std::vector<const Flag*> taken;
  for (const Flag& flag : flags())
    if (flag.takes_part_in(command)) taken.push_back(&flag);
  return taken;
}

std::vector<std::string> choices_of(const Flag& flag) {
  if (flag.setting == "run.device") return {"auto", "cpu", "cuda"};
  if (flag.setting == "run.progress") return {"auto", "none"};
  if (flag.setting == "model.family") {
    std::vector<std::string> names;
    for (const Family& family : families()) names.push_back(family.name);
    return names;
  }
  const Setting* setting = find_setting(flag.setting);
  return setting == nullptr ? std::vector<std::string>() : setting->words;
}

std::string synopsis_of(const Flag& flag) {
  const std::string letter = flag.letter == 0 ? "    " : fmt::format("-{}, ", flag.letter);
  return fmt::format("{}--{}{}{}", letter, flag.name, flag.is_switch() ? "" : " ", flag.value_name);
}

std::span<const TopFlag> top_flags() {
  static const std::vector<TopFlag> all{
      {"help", 'h', "", "show this help", false},
      {"version", 'V', "", "show the version", false},
      {"completion", 0, "SHELL", "print the completion of bash or zsh", false},
      {"man", 0, "", "print the man page", true},
  };
  return all;
}

std::span<const DistributionText> distribution_texts() {
  static const std::vector<DistributionText> all{
      {"max_depth=int(2,9)", "every integer from 2 to 9"},
      {"max_leaf_nodes=int(8,256,step=8)", "8, 16, ... 256"},
      {"n_estimators=int(10,1000,log)", "small ones as often as large ones, by the logarithm"},
      {"max_features=float(0.1,1)", "any number from 0.1 to 1; with step=0.1 only its steps"},
      {"ccp_alpha=log(1e-5,0.1)", "any number, by the logarithm"},
      {"criterion=choice(gini,entropy)", "one of these values"},
      {"max_depth=none", "fixed"},
  };
  return all;
}

std::span<const ExitText> exit_texts() {
  static const std::vector<ExitText> all{
      {0, "done"},
      {1, "no trial could be scored, or the journal or results could not be written to the end"},
      {2, "wrong flags, study file or data"},
      {3, "a GPU is missing, failed or was lost"},
      {130, "interrupted; the journal is intact, and resume goes on from it"},
  };
  return all;
}

}   // namespace warptune
