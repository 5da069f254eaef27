// Cuts a batch of fits into waves that fit a memory budget, and lays each wave out: a blob of tables (fits, structures,
// queries, units) and an arena for what its trees leave. The layout is the same on every device; only the addresses at
// which blob and arenas lie differ.
#pragma once

#include <cstdint>
#include <vector>

#include "family/forest/prepared_fit.h"

namespace warptune {

// Where a device holds things. The kept arena begins with all sums, so that they come back in one copy.
struct WaveAddresses {
  std::uint8_t* tables = nullptr;
  std::uint8_t* kept = nullptr;
  std::uint8_t* arena = nullptr;
  const std::uint32_t* order = nullptr;
  const std::uint32_t* class_order = nullptr;
};

// Units of one kind in a wave's tables.
template <class Unit>
struct UnitTable {
  std::uint64_t at = 0;   // offset into tables
  std::uint32_t count = 0;
};

struct Wave {
  std::vector<std::uint8_t> tables;                              // to be copied to WaveAddresses::tables
  std::uint64_t fits_at = 0, counters_at = 0, outgrown_at = 0;   // offsets into tables
  // The fits as if its trees were their first, and nothing were asked of them: for the votes of these trees alone. 0: there are
  // none, see PreparedFit::sums_up.
  std::uint64_t own_fits_at = 0;
  UnitTable<kernels::TreeUnit> trees;
  UnitTable<kernels::ScoreUnit> scores;
  UnitTable<kernels::AreaUnit> areas;

  // What a kernel is launched with, but for the backend's own (a counter, a workspace). base: where the tables were copied to.
  // fits: fits_at or own_fits_at.
  template <class Unit>
  [[nodiscard]] kernels::UnitArgs<Unit> args(const kernels::DatasetView& data, const std::uint8_t* base,
                                             std::uint64_t fits, const UnitTable<Unit>& units) const {
    return {data,
            reinterpret_cast<const kernels::Fit*>(base + fits),
            reinterpret_cast<const Unit*>(base + units.at),
            units.count,
            nullptr,
            nullptr,
            0};
  }
};

// Room for nodes of a tree that may have most_nodes where memory is short: leaves are rarely so small as they may be.
[[nodiscard]] std::uint32_t shifted_nodes(std::uint32_t most_nodes, std::uint32_t shift);

class Waves {
 public:
  // votes_per_unit: of a score unit, about; of its rows, structures and classes. nodes_shift: see shifted_nodes; a wave of which
  // a tree outgrows that is to be handed out again().
  Waves(std::vector<PreparedFit> fits, std::uint64_t arena_budget, std::uint32_t votes_per_unit,
        std::uint32_t nodes_shift = 0);

  [[nodiscard]] bool done() const { return first_unfinished_ == fits_.size(); }
  // The fits before this one have all their trees: once the last wave is scored, their sums are whole.
  [[nodiscard]] std::size_t whole() const { return first_unfinished_; }
  // Trees of a fit that have been handed out.
  [[nodiscard]] std::uint32_t grown(std::size_t fit) const { return grown_[fit]; }
  // No more trees of a fit: those that were handed out are all that it has.
  void end(std::size_t fit);
  // The next wave with real addresses, of at most so many trees.
  [[nodiscard]] Wave next(const WaveAddresses& addresses, std::uint32_t most_trees = ~0u);
  // What next() has handed out last is not grown: it is still to be, with more room for nodes. What is kept stays where it is.
  void again(std::uint32_t nodes_shift);
  [[nodiscard]] std::uint64_t kept_bytes() const { return kept_bytes_; }
  [[nodiscard]] std::uint64_t sums_bytes() const { return sums_bytes_; }
  [[nodiscard]] std::uint64_t largest_arena_bytes() const { return largest_arena_; }
  [[nodiscard]] std::uint64_t largest_tables_bytes() const { return largest_tables_; }
  [[nodiscard]] std::uint32_t score_rows(const PreparedFit& fit) const;
  [[nodiscard]] const std::vector<PreparedFit>& fits() const { return fits_; }
  // [fit] offset of its sums in the kept arena, in u64.
  [[nodiscard]] std::uint64_t sums_offset(std::size_t fit) const { return sums_at_[fit]; }
  // [fit] that of its votes, in bytes.
  [[nodiscard]] std::uint64_t votes_at(std::size_t fit) const { return votes_at_[fit]; }

 private:
  struct Share {   // of a wave
    std::size_t fit = 0;
    std::uint32_t trees = 0;
  };
  using Shares = std::vector<Share>;
  void pass_finished();
  void plan(std::uint32_t nodes_shift);
  [[nodiscard]] Shares next_shares(const std::vector<std::uint32_t>& grown) const;
  [[nodiscard]] Shares take_shares(std::uint32_t most_trees);
  [[nodiscard]] std::uint64_t arena_bytes(const Shares& shares, const std::vector<std::uint32_t>& grown) const;
  [[nodiscard]] std::uint64_t tables_bytes(const Shares& shares, const std::vector<std::uint32_t>& grown) const;
  Wave lay_out(const Shares& shares, const WaveAddresses& addresses);

  std::vector<PreparedFit> fits_;
  std::vector<std::uint64_t> sums_at_, votes_at_;
  std::vector<std::uint32_t> most_nodes_;   // of a tree of each fit
  std::vector<std::uint32_t> grown_;        // trees of each fit so far
  Shares last_;                             // of the last wave
  std::size_t first_unfinished_ = 0;
  // What is not handed out yet, last ones first: of what the budget has room for at once, of all that.
  std::vector<Shares> waiting_;
  std::uint64_t budget_ = 0, kept_bytes_ = 0, sums_bytes_ = 0, largest_arena_ = 0, largest_tables_ = 0;
  std::uint32_t votes_per_unit_ = 0;
};

}   // namespace warptune
