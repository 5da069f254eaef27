// From trials to fits: what trials share. Pure: the same points give the same plan, which `--dry-run` prints. Neutral: what a
// fit trains, and what its variants and their lengths mean, is its family's own affair.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace warptune {

// Of a length, a patience, a number of nodes: no limit.
inline constexpr std::uint32_t unlimited = 0xffffffffu;

// What a trial asks a fit: one of its variants, as long as that. A forest's variants are where its trees are cut, their
// length is a number of trees; a booster's are patiences, their length a number of rounds.
struct Query {
  std::uint32_t variant = 0, length = 0;
  friend auto operator<=>(const Query&, const Query&) = default;
};

// One actual training (once per fold), and all that is asked of it. Families keep what they train in a FitOf.
struct PlannedFit {
  virtual ~PlannedFit() = default;
  [[nodiscard]] virtual std::uint32_t variant_count() const = 0;
  [[nodiscard]] std::uint32_t longest() const;   // of the queries' lengths

  std::uint32_t number = 0;       // of all fits of the study
  std::int64_t first_trial = 0;   // of those that use the fit
  std::vector<Query> queries;     // sorted, distinct

 protected:
  PlannedFit() = default;
  PlannedFit(const PlannedFit&) = default;
  PlannedFit& operator=(const PlannedFit&) = default;
};

// Trials of equal Settings share a fit; Variant is what else they may differ in, beside the length.
template <class Settings, class Variant>
struct FitOf final : PlannedFit {
  FitOf() = default;
  explicit FitOf(Settings its_settings) : settings(std::move(its_settings)) {}
  [[nodiscard]] std::uint32_t variant_count() const override { return static_cast<std::uint32_t>(variants.size()); }

  Settings settings{};
  std::vector<Variant> variants;   // in the order of the first trial that asks for them
};

struct TrialPlace {
  std::uint32_t fit = 0, query = 0;   // in Plan::fits; in the fit's queries
};

struct Plan {
  std::vector<std::unique_ptr<PlannedFit>> fits;   // in the order of the first trial that uses them
  std::vector<TrialPlace> trials;
  [[nodiscard]] std::size_t place_of(const PlannedFit& fit) const { return fit.number - fits.front()->number; }
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
void place_queries(Plan& plan, std::span<const Query> asked, const KnownTrials& known);

}   // namespace warptune
