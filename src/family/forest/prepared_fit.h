// A planned fit on one fold, made ready for the kernels: shares resolved to counts, sizes of its buffers known.
// The same for every device.
#pragma once

#include <cstdint>
#include <vector>

#include "family/forest/fit_context.h"
#include "family/forest/settings.h"
#include "kernels/forest/forest.h"
#include "run/fit_task.h"

namespace warptune {

// A query that no tree answers, behind those of a tile whose votes are to be whole.
inline constexpr kernels::Query after_all{kernels::none32 - 1, 0, 0, 0};

struct PreparedFit {
  kernels::Fit fit{};   // its pointers are the executor's to set
  std::vector<kernels::Structure> structures;
  std::vector<std::uint32_t> query_begin;   // [tiles + 1]
  std::vector<kernels::Query> queries;      // in the kernels' order; their `sums` count in `asked`, but for after_all
  std::vector<double> class_weights;        // [classes] when the fit weighs classes by all training rows
  std::vector<kernels::HoledRange> class_ranges;   // when its trees draw classes first
  std::vector<Query> asked;                  // [fit.queries] the task's, then the prefixes that a pruner is asked about
  std::vector<std::uint32_t> stops;          // ascending, below trees: after so many a pruner is asked; empty: never
  std::uint32_t first_tree = 0, trees = 0;   // it has trees [first_tree, trees); votes of those before are given to it
  bool hands_on = false;                     // its votes are whole after its last tree, whatever its queries ask
  std::uint32_t validation_rows = 0;
  bool ranks = false;   // its metric ranks the rows of each query

  [[nodiscard]] std::uint64_t wave_bytes_per_tree() const;   // leaf, cut and value of one tree
  [[nodiscard]] std::uint64_t votes_bytes() const;           // that are kept from wave to wave
  [[nodiscard]] std::uint64_t sums_count() const { return std::uint64_t{fit.queries} * fit.sums_per_query; }
  // It sums up what its trees add, apart from what is given to it.
  [[nodiscard]] bool sums_up() const { return first_tree > 0 && hands_on; }
  // Of one structure, over all validation rows: [validation rows][values]. What tasks hand on.
  [[nodiscard]] std::uint64_t numbers_per_structure() const { return std::uint64_t{validation_rows} * fit.values; }
  // That a device must have at least: for votes, sums and what one tree leaves.
  [[nodiscard]] std::uint64_t least_bytes() const { return votes_bytes() + sums_count() * 8 + wave_bytes_per_tree(); }
};

[[nodiscard]] inline const ForestFit& forest_fit(const FitTask& task) {
  return static_cast<const ForestFit&>(*task.planned);
}

// Everything that a fit's buffers depend on, without the lists of its queries and classes: for their sizes.
[[nodiscard]] PreparedFit sized_fit(const FitContext& context, const FitTask& task);
[[nodiscard]] PreparedFit prepare_fit(const FitContext& context, const FitTask& task);

// Fit::class_order: the same for every fit of a study.
[[nodiscard]] std::vector<std::uint32_t> class_order(const Dataset& dataset, const Split& split);

// Draws of a tree's bootstrap from so many training rows, as scikit-learn means max_samples: a count, or a share of the
// rows, cut down to a whole number. It may be more than the rows.
[[nodiscard]] double bootstrap_draws(const Amount& max_samples, std::size_t train_rows);

}   // namespace warptune
