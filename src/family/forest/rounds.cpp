#include "family/forest/rounds.h"

#include <algorithm>
#include <cstring>

namespace warptune {

namespace {

using kernels::u32;
using kernels::u64;
using kernels::u8;

u64 aligned(u64 bytes) { return (bytes + 63) & ~u64{63}; }

// Appends an array to the tables; returns its offset.
template <class T>
u64 put(std::vector<u8>& tables, const T* items, std::size_t count) {
  const u64 at = aligned(tables.size());
  tables.resize(at + count * sizeof(T));
  if (count > 0) std::memcpy(tables.data() + at, items, count * sizeof(T));
  return at;
}

template <class T>
T* at(u8* base, u64 offset) {
  return reinterpret_cast<T*>(base + offset);
}

u32 queries_up_to(const PreparedFit& fit, u32 after, u32 trees) {
  u32 count = 0;
  for (const kernels::Query& query : fit.queries) count += query.trees > after && query.trees <= trees;
  return count;
}

u64 arena_bytes_of(const PreparedFit& fit, u32 grown, u32 trees) {
  u64 bytes = aligned(4ull * trees * fit.validation_rows) +
              aligned(4ull * trees * fit.fit.tiles * fit.fit.tile * fit.fit.max_nodes) +
              aligned(4ull * trees * fit.fit.max_nodes * fit.fit.values);
  if (fit.ranks) bytes += aligned(8ull * queries_up_to(fit, grown, grown + trees) * fit.validation_rows);
  return bytes;
}

}   // namespace

Rounds::Rounds(std::vector<PreparedFit> fits, std::uint64_t arena_budget, std::uint32_t votes_per_unit)
    : fits_(std::move(fits)), grown_(fits_.size()), budget_(arena_budget), votes_per_unit_(votes_per_unit) {
  u64 count = 0;
  for (const PreparedFit& fit : fits_) {
    sums_at_.push_back(count);
    count += fit.sums_count();
  }
  sums_bytes_ = count * 8;
  kept_bytes_ = aligned(sums_bytes_);
  for (const PreparedFit& fit : fits_) {
    votes_at_.push_back(kept_bytes_);
    kept_bytes_ += aligned(fit.votes_bytes());
  }
  // A dry run over all rounds, for the sizes.
  std::vector<u32> grown(fits_.size());
  for (;;) {
    const std::vector<Share> shares = next_shares(grown);
    if (shares.empty()) break;
    const Round round = lay_out(shares, grown, {});
    largest_arena_ = std::max(largest_arena_, round.arena_bytes);
    largest_tables_ = std::max<u64>(largest_tables_, round.tables.size());
    for (const Share& share : shares) grown[share.fit] += share.trees;
  }
}

std::uint32_t Rounds::score_rows(const PreparedFit& fit) const {
  return std::max(1u, votes_per_unit_ / (fit.fit.values * fit.fit.tile));
}

// Fits in their order, each with as many trees as the budget still has room for; at least one tree in all.
std::vector<Rounds::Share> Rounds::next_shares(const std::vector<std::uint32_t>& grown) const {
  std::vector<Share> shares;
  u64 used = 0;
  for (std::size_t i = 0; i < fits_.size(); ++i) {
    const u32 left = fits_[i].trees - grown[i];
    if (left == 0) continue;
    u32 low = 0, high = left;   // the most trees that fit: their bytes grow with their number
    while (low < high) {
      const u32 middle = low + (high - low + 1) / 2;
      if (used + arena_bytes_of(fits_[i], grown[i], middle) <= budget_)
        low = middle;
      else
        high = middle - 1;
    }
    if (low == 0 && !shares.empty()) break;
    const u32 trees = std::max(1u, low);
    shares.push_back({i, trees});
    used += arena_bytes_of(fits_[i], grown[i], trees);
    if (trees < left) break;
  }
  return shares;
}

Round Rounds::next(const RoundAddresses& addresses, u32 most_trees) {
  if (waiting_.empty()) {
    waiting_ = next_shares(grown_);
    std::reverse(waiting_.begin(), waiting_.end());
  }
  std::vector<Share> shares;
  for (u32 left = std::max(1u, most_trees); left > 0 && !waiting_.empty();) {
    Share& share = waiting_.back();
    const u32 trees = std::min(share.trees, left);
    shares.push_back({share.fit, trees});
    left -= trees;
    share.trees -= trees;
    if (share.trees == 0) waiting_.pop_back();
  }
  Round round = lay_out(shares, grown_, addresses);
  for (const Share& share : shares) grown_[share.fit] += share.trees;
  while (first_unfinished_ < fits_.size() && grown_[first_unfinished_] == fits_[first_unfinished_].trees)
    ++first_unfinished_;
  return round;
}

Round Rounds::lay_out(const std::vector<Share>& shares, const std::vector<std::uint32_t>& grown,
                      const RoundAddresses& addresses) {
  Round round;
  std::vector<kernels::Fit> fits;
  std::vector<kernels::TreeUnit> trees;
  std::vector<kernels::ScoreUnit> scores;
  std::vector<kernels::AreaUnit> areas;
  std::vector<u8>& tables = round.tables;
  u64 arena = 0;
  const auto take = [&](u64 bytes) {
    const u64 offset = arena;
    arena += aligned(bytes);
    return offset;
  };
  for (const Share& share : shares) {
    PreparedFit& prepared = fits_[share.fit];
    kernels::Fit fit = prepared.fit;
    const auto number = static_cast<u32>(fits.size());
    const u64 valid = prepared.validation_rows;
    fit.order = addresses.order;
    fit.class_order = addresses.class_order;
    fit.first_tree = grown[share.fit];
    fit.trees = share.trees;
    u32 keys = 0;
    for (u32 q = 0; q < fit.queries; ++q) {
      kernels::Query& query = prepared.queries[q];
      if (!prepared.ranks || query.trees <= fit.first_tree || query.trees > fit.first_tree + fit.trees) continue;
      query.keys = keys++;
      areas.push_back({number, q});
    }
    fit.structure =
        at<kernels::Structure>(addresses.tables, put(tables, prepared.structures.data(), prepared.structures.size()));
    fit.query_begin = at<u32>(addresses.tables, put(tables, prepared.query_begin.data(), prepared.query_begin.size()));
    fit.query = at<kernels::Query>(addresses.tables, put(tables, prepared.queries.data(), prepared.queries.size()));
    fit.class_weights =
        at<double>(addresses.tables, put(tables, prepared.class_weights.data(), prepared.class_weights.size()));
    fit.class_range = at<kernels::HoledRange>(addresses.tables,
                                              put(tables, prepared.class_ranges.data(), prepared.class_ranges.size()));
    fit.leaf = at<u32>(addresses.arena, take(4 * valid * fit.trees));
    fit.cut = at<u32>(addresses.arena, take(4ull * fit.trees * fit.tiles * fit.tile * fit.max_nodes));
    fit.value = at<u32>(addresses.arena, take(4ull * fit.trees * fit.max_nodes * fit.values));
    fit.area_keys = at<u64>(addresses.arena, take(8 * valid * keys));
    fit.votes = at<u64>(addresses.kept, votes_at_[share.fit]);
    fit.sums = at<u64>(addresses.kept, 8 * sums_at_[share.fit]);
    fits.push_back(fit);
    for (u32 t = 0; t < share.trees; ++t) trees.push_back({number, t});
    const u32 rows = score_rows(prepared);
    for (u32 tile = 0; tile < fit.tiles; ++tile)
      for (u32 row = 0; row < valid; row += rows)
        scores.push_back({number, tile, row, std::min(rows, static_cast<u32>(valid) - row)});
  }
  round.fits_at = put(tables, fits.data(), fits.size());
  round.trees_at = put(tables, trees.data(), trees.size());
  round.scores_at = put(tables, scores.data(), scores.size());
  round.areas_at = put(tables, areas.data(), areas.size());
  const u32 counters[3] = {0, 0, 0};   // one per kernel
  round.counters_at = put(tables, counters, 3);
  round.tree_units = static_cast<u32>(trees.size());
  round.score_units = static_cast<u32>(scores.size());
  round.area_units = static_cast<u32>(areas.size());
  round.arena_bytes = arena;
  return round;
}

}   // namespace warptune
