#include "family/forest/waves.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/aligned.h"

namespace warptune {

namespace {

using kernels::u32;
using kernels::u64;
using kernels::u8;

constexpr u32 counters = 4;   // of units taken, one per launch
constexpr u32 least_nodes = 16;
constexpr u32 least_score_rows = 4;   // of a unit

// A wave while it is laid out: arrays follow each other in its tables, and in its arena.
struct Layout {
  const WaveAddresses& addresses;
  std::vector<u8> tables;
  u64 arena = 0;   // bytes taken

  // Appends items to the tables; returns their offset.
  template <class T>
  u64 put(const std::vector<T>& items) {
    const u64 at = aligned(tables.size());
    tables.resize(at + items.size() * sizeof(T));
    if (!items.empty()) std::memcpy(tables.data() + at, items.data(), items.size() * sizeof(T));
    return at;
  }
  template <class T>
  T* in_tables(const std::vector<T>& items) {
    return reinterpret_cast<T*>(addresses.tables + put(items));
  }
  template <class T>
  T* in_arena(u64 count) {
    const u64 at = arena;
    arena += aligned(count * sizeof(T));
    return reinterpret_cast<T*>(addresses.arena + at);
  }
};

// See Wave::own_fits_at.
kernels::Fit without_queries(Layout& layout, kernels::Fit fit) {
  std::vector<u32> begin(fit.tiles + std::size_t{1});
  std::iota(begin.begin(), begin.end(), 0u);
  fit.first_tree = 0;
  fit.query_begin = layout.in_tables(begin);
  fit.query = layout.in_tables(std::vector<kernels::Query>(fit.tiles, after_all));
  return fit;
}

template <class T>
u64 bytes_of(u64 count) {
  return aligned(count * sizeof(T));
}
template <class T>
u64 bytes_of(const std::vector<T>& items) {
  return bytes_of<T>(items.size());
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

std::uint32_t shifted_nodes(std::uint32_t most_nodes, std::uint32_t shift) {
  return std::min(most_nodes, std::max(least_nodes, most_nodes >> shift));
}

Waves::Waves(std::vector<PreparedFit> fits, std::uint64_t arena_budget, std::uint32_t votes_per_unit,
             std::uint32_t nodes_shift)
    : fits_(std::move(fits)), budget_(arena_budget), votes_per_unit_(votes_per_unit) {
  u64 count = 0;
  for (const PreparedFit& fit : fits_) {
    grown_.push_back(fit.first_tree);
    sums_at_.push_back(count);
    count += fit.sums_count();
  }
  sums_bytes_ = count * 8;
  kept_bytes_ = aligned(sums_bytes_);
  for (const PreparedFit& fit : fits_) {
    votes_at_.push_back(kept_bytes_);
    kept_bytes_ += aligned(fit.votes_bytes());
  }
  for (const PreparedFit& fit : fits_) most_nodes_.push_back(fit.fit.max_nodes);
  plan(nodes_shift);
}

// All that is not grown yet.
void Waves::plan(std::uint32_t nodes_shift) {
  for (std::size_t i = 0; i < fits_.size(); ++i) fits_[i].fit.max_nodes = shifted_nodes(most_nodes_[i], nodes_shift);
  waiting_.clear();
  std::vector<u32> grown = grown_;
  for (Shares shares = next_shares(grown); !shares.empty(); shares = next_shares(grown)) {
    largest_arena_ = std::max(largest_arena_, arena_bytes(shares, grown));
    largest_tables_ = std::max(largest_tables_, tables_bytes(shares, grown));
    for (const Share& share : shares) grown[share.fit] += share.trees;
    waiting_.emplace_back(shares.rbegin(), shares.rend());
  }
  std::reverse(waiting_.begin(), waiting_.end());
}

std::uint32_t Waves::score_rows(const PreparedFit& fit) const {
  return std::max(least_score_rows, votes_per_unit_ / (fit.fit.values * fit.fit.tile));
}

// Fits in their order, each with as many trees as the budget still has room for; at least one tree in all.
std::vector<Waves::Share> Waves::next_shares(const std::vector<std::uint32_t>& grown) const {
  std::vector<Share> shares;
  u64 used = 0;
  for (std::size_t i = 0; i < fits_.size(); ++i) {
    const auto stop = std::upper_bound(fits_[i].stops.begin(), fits_[i].stops.end(), grown[i]);
    const u32 left = (stop == fits_[i].stops.end() ? fits_[i].trees : *stop) - grown[i];
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

std::uint64_t Waves::arena_bytes(const Shares& shares, const std::vector<std::uint32_t>& grown) const {
  u64 bytes = 0;
  for (const Share& share : shares) bytes += arena_bytes_of(fits_[share.fit], grown[share.fit], share.trees);
  return bytes;
}

std::uint64_t Waves::tables_bytes(const Shares& shares, const std::vector<std::uint32_t>& grown) const {
  u64 bytes = bytes_of<kernels::Fit>(shares.size()) + bytes_of<u64>(1) + counters * sizeof(u32), trees = 0, scores = 0,
      areas = 0;
  for (const Share& share : shares) {
    const PreparedFit& fit = fits_[share.fit];
    const u32 rows = score_rows(fit);
    bytes += bytes_of(fit.structures) + bytes_of(fit.query_begin) + bytes_of(fit.queries) +
             bytes_of(fit.class_weights) + bytes_of(fit.class_ranges);
    trees += share.trees;
    scores += u64{fit.fit.tiles} * ((fit.validation_rows + rows - 1) / rows);
    if (fit.sums_up())
      bytes += bytes_of<kernels::Fit>(1) + bytes_of(fit.query_begin) + bytes_of<kernels::Query>(fit.fit.tiles);
    if (fit.ranks) areas += queries_up_to(fit, grown[share.fit], grown[share.fit] + share.trees);
  }
  return bytes + bytes_of<kernels::TreeUnit>(trees) + bytes_of<kernels::ScoreUnit>(scores) +
         bytes_of<kernels::AreaUnit>(areas);
}

Waves::Shares Waves::take_shares(std::uint32_t most_trees) {
  Shares shares;
  Shares& waiting = waiting_.back();
  for (u32 left = std::max(1u, most_trees); left > 0 && !waiting.empty();) {
    Share& share = waiting.back();
    const u32 trees = std::min(share.trees, left);
    shares.push_back({share.fit, trees});
    left -= trees;
    share.trees -= trees;
    if (share.trees == 0) waiting.pop_back();
  }
  if (waiting.empty()) waiting_.pop_back();
  return shares;
}

Wave Waves::next(const WaveAddresses& addresses, u32 most_trees) {
  last_ = take_shares(most_trees);
  Wave wave = lay_out(last_, addresses);
  for (const Share& share : last_) grown_[share.fit] += share.trees;
  pass_finished();
  return wave;
}

void Waves::again(std::uint32_t nodes_shift) {
  for (const Share& share : last_) grown_[share.fit] -= share.trees;
  last_.clear();
  plan(nodes_shift);
  first_unfinished_ = 0;
  pass_finished();
}

void Waves::pass_finished() {
  while (first_unfinished_ < fits_.size() && grown_[first_unfinished_] == fits_[first_unfinished_].trees)
    ++first_unfinished_;
}

void Waves::end(std::size_t fit) {
  for (Shares& shares : waiting_) std::erase_if(shares, [fit](const Share& share) { return share.fit == fit; });
  std::erase_if(waiting_, [](const Shares& shares) { return shares.empty(); });
  fits_[fit].trees = grown_[fit];
  pass_finished();
}

Wave Waves::lay_out(const Shares& shares, const WaveAddresses& addresses) {
  Layout layout{addresses, {}};
  std::vector<kernels::Fit> fits, own;
  std::vector<kernels::TreeUnit> trees;
  std::vector<kernels::ScoreUnit> scores;
  std::vector<kernels::AreaUnit> areas;
  for (const Share& share : shares) {
    PreparedFit& prepared = fits_[share.fit];
    kernels::Fit fit = prepared.fit;
    const auto number = static_cast<u32>(fits.size());
    const u64 valid = prepared.validation_rows;
    fit.first_tree = grown_[share.fit];
    fit.trees = share.trees;
    u32 keys = 0;
    for (u32 q = 0; q < prepared.queries.size(); ++q) {
      kernels::Query& query = prepared.queries[q];
      if (!prepared.ranks || query.trees <= fit.first_tree || query.trees > fit.first_tree + fit.trees) continue;
      query.keys = keys++;
      areas.push_back({number, q});
    }
    fit.order = addresses.order;
    fit.class_order = addresses.class_order;
    fit.structure = layout.in_tables(prepared.structures);
    fit.query_begin = layout.in_tables(prepared.query_begin);
    fit.query = layout.in_tables(prepared.queries);
    fit.class_weights = layout.in_tables(prepared.class_weights);
    fit.class_range = layout.in_tables(prepared.class_ranges);
    fit.leaf = layout.in_arena<u32>(fit.trees * valid);
    fit.cut = layout.in_arena<u32>(u64{fit.trees} * fit.tiles * fit.tile * fit.max_nodes);
    fit.value = layout.in_arena<u32>(u64{fit.trees} * fit.max_nodes * fit.values);
    fit.area_keys = layout.in_arena<u64>(keys * valid);
    fit.votes = reinterpret_cast<u64*>(addresses.kept + votes_at_[share.fit]);
    fit.sums = reinterpret_cast<u64*>(addresses.kept) + sums_at_[share.fit];
    fits.push_back(fit);
    if (prepared.sums_up()) own.push_back(without_queries(layout, fit));
    for (u32 t = 0; t < share.trees; ++t) trees.push_back({number, t});
    const u32 rows = score_rows(prepared);
    for (u32 tile = 0; tile < fit.tiles; ++tile)
      for (u32 row = 0; row < valid; row += rows)
        scores.push_back({number, tile, row, std::min(rows, static_cast<u32>(valid) - row)});
  }
  Wave wave;
  wave.fits_at = layout.put(fits);
  if (!own.empty()) wave.own_fits_at = layout.put(own);
  wave.trees = {layout.put(trees), static_cast<u32>(trees.size())};
  wave.scores = {layout.put(scores), static_cast<u32>(scores.size())};
  wave.areas = {layout.put(areas), static_cast<u32>(areas.size())};
  wave.outgrown_at = layout.put(std::vector<u64>(1));
  wave.counters_at = layout.put(std::vector<u32>(counters));
  wave.tables = std::move(layout.tables);
  return wave;
}

}   // namespace warptune
