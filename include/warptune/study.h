// A study: everything that `warptune run` needs to know, from the study file and the flags together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "warptune/dataset.h"
#include "warptune/metric.h"
#include "warptune/space.h"
#include "warptune/split.h"
#include "warptune/table.h"

namespace warptune {

// [model], of the family command.
struct CommandOptions {
  std::string line;                       // run by /bin/sh -c
  std::vector<std::string> environment;   // NAME=VALUE, beside warptune's own
  std::string folder;                     // that it runs in; empty: this one
  double trial_timeout_seconds = 0;       // for a trial on one fold; 0: none
  double start_timeout_seconds = 120;     // from the command's start to its answer that it is ready
  std::string worker_log;                 // path; empty: their standard error goes to warptune's
  int workers = 0;                        // 0: as many as threads, or one per GPU
  // Path of the program warptune, which stands between a search and each of its workers: it ends them, whatever ends the
  // search. The command line's is itself.
  std::string keeper;
};

struct ModelOptions {   // [model]
  std::string family = "random_forest";
  std::vector<std::string> set;   // NAME=VALUE, handed on to the library that trains as they are
  std::string xgboost_library;    // path; empty: the environment's, then the system's
  std::string lightgbm_library;   // the same
  CommandOptions command;
};

struct SearchOptions {              // [search]
  std::string sampler = "random";   // random | grid
  std::int64_t trials = 100;        // grid: 0 means all
  bool trials_given = false;
  std::uint64_t seed = 0;
};

struct EvaluationOptions {           // [evaluate]
  std::string metric = "accuracy";   // a name of metrics()
  SplitOptions split;                // default: holdout 0.33
};

struct RunOptions {                 // [run]: how and where; these never change a score
  std::string device = "auto";      // auto | cpu | cuda | cuda:0,1
  int threads = 0;                  // 0: as many as the process may use
  int streams = 2;                  // per GPU
  std::uint64_t memory_bytes = 0;   // per device, 0: a share of what is free
  double time_limit_seconds = 0;    // 0: none
};

struct InputOptions {   // [data]: the file that becomes a table
  std::string path;     // "-" for standard input; relative to the working folder after reading a file
  CsvOptions csv;
};

struct OutputOptions {                   // [run]: what is written and shown
  std::string journal, results, stats;   // paths, empty: none
  int top = 10;
  bool dry_run = false, quiet = false;
  std::string progress = "auto";   // auto | none | seconds between two lines
  bool retry_failed = false;       // of resume: the journal's failed trials are trained again
};

struct Study {
  // The search, once there is a table.
  DatasetOptions dataset;   // [data]
  ModelOptions model;
  Space space;   // the family's default space when the user gave none
  SearchOptions search;
  EvaluationOptions evaluation;
  RunOptions run;
  // What only the program needs: a search reads and writes nothing itself.
  InputOptions input;
  OutputOptions output;
};

// Fills in what was left open: the family's default space, holdout 0.33 when there is no holdout, folds or fold column,
// all points of a grid when no trials were given, the fold column's name for the dataset.
[[nodiscard]] Study complete_study(Study study);

// Everything that can be checked without the data; of a completed study. origins: where the user wrote what.
[[nodiscard]] Result<void> check_study(const Study& study, const Origins& origins = {});

}   // namespace warptune
