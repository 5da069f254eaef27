// From trials to fits: which trials share trees. Pure: the same points give the same plan, which `--dry-run` prints.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "family/forest/settings.h"
#include "warptune/family.h"

namespace warptune {

// Of a forest: a structure, and its first `trees` trees. Of a trainer: a patience (early_stopping_rounds), and at most so
// many rounds.
struct PlannedQuery {
  std::uint32_t structure = 0, trees = 0;
  friend auto operator<=>(const PlannedQuery&, const PlannedQuery&) = default;
};

struct NamedValue {
  std::string name;
  Value value;
  friend bool operator==(const NamedValue&, const NamedValue&) = default;
};

// One fit (once per fold): what is trained, all the ways it is cut short, and what is asked of it.
struct PlannedFit {
  // a forest
  TreeSettings tree;
  std::vector<CutSettings> structures;
  // what another program trains
  std::int64_t first_trial = 0;           // of those that use the fit
  std::vector<NamedValue> settings;       // that are handed on, by the trainer's own names, in the space's order
  std::vector<std::uint32_t> patiences;   // rounds without improvement that end the training; unlimited: none do
  // of either
  std::vector<PlannedQuery> queries;   // sorted, distinct
  [[nodiscard]] std::uint32_t trees() const;
};

struct TrialPlace {
  std::uint32_t fit = 0, query = 0;   // queries of the fit
};

struct Plan {
  std::vector<PlannedFit> fits;   // numbered in the order of the first trial that uses them
  std::vector<TrialPlace> trials;
};

// Which trials are done already, by number; empty: none. They keep the numbers of the fits, but nothing is asked for them.
class KnownTrials {
 public:
  KnownTrials() = default;
  explicit KnownTrials(std::size_t trials) : known_(trials) {}
  void add(std::size_t trial) { known_[trial] = true; }
  [[nodiscard]] bool operator[](std::size_t trial) const { return !known_.empty() && known_[trial]; }

 private:
  std::vector<bool> known_;
};

// Gives the fits the queries that their trials ask, each once, and the trials their places. asked: [trials]
void place_queries(Plan& plan, std::span<const PlannedQuery> asked, const KnownTrials& known);

[[nodiscard]] Plan make_plan(const ForestReader& reader, std::span<const Point> points, const KnownTrials& known = {});

// The same for families that other programs train: trials that differ only in the family's n_estimators and
// early_stopping_rounds share a fit, whose learning curve has the scores of all of them.
[[nodiscard]] Plan make_trainer_plan(const Family& family, const Space& space, std::span<const Point> points,
                                     const KnownTrials& known = {});

}   // namespace warptune
