// What a forest fit is, as plain structs that host and device share. No functions here: host and device code must never
// emit the same symbol.
//
// Words: a *fit* is one sequence of trees (tree t is the same in every trial that the fit serves) on one fold. A
// *structure* says where those trees are cut short for some trials (max_depth ...); a *query* is a structure and a number
// of trees, that is a trial's score on one fold. A *wave* is a range of trees of several fits that is grown and scored
// together, as many as memory allows; votes live on between waves.
#pragma once

#include "kernels/exec/types.h"
#include "kernels/metric/metric.h"

namespace warptune::kernels {

// A leaf's class share in votes: share * 2^20, rounded. Votes are sums of such integers, so their order does not matter.
inline constexpr u32 vote_bits = 20;
// Entropy terms: x log2 x * 2^32, rounded; a sum over classes of a node of 2^24 rows still fits an i64.
inline constexpr u32 entropy_bits = 32;
inline constexpr u32 none32 = 0xffffffffu;

// Nodes of at most so many training rows are split between single values, larger ones between bins: in a small node many
// bins are empty and a full one decides much, in a large one a bin is a small share of the rows.
inline constexpr u32 exact_rows = 128;

// The dataset in device memory. A cell is a bin and, within it, the place of the cell's value among the bin's values, its
// *fine*; both together, bin << 8 | fine, are its *code*. Codes of a feature are in the order of its values.
struct DatasetView {
  const u8* bins;              // [rows][features]; value bins, then one for missing
  const u8* fine;              // [rows][features] 0 for missing cells; nullptr: no bin has more than one value
  const u8* labels;            // [rows]
  const u8* feature_bins;      // [features] value bins 1..255; also the index of the missing bin
  const u8* feature_missing;   // [features] 1 if any row is missing
  const u8* feature_fine;      // [features] 1 if a bin has more than one value
  const double* values;        // [codes of all features] the value of each code, ascending within a feature
  const u32* bin_begin;        // [sum of (feature_bins + 1)] where each bin's values begin
  const u32* feature_begin;    // [features] where each feature's bin_begin begin
  const i64* entropy_terms;    // [entropy_counts] c log2 c * 2^entropy_bits
  u32 rows, features, classes;
  u32 entropy_counts;   // more than rows, and than any tree draws
  u32 bucket_bins;      // most bins that a histogram has, the missing one included
};

// Most structures in a tile: with two classes a leaf's votes under so many are one sector of memory, fetched at once. With
// more classes there is one, since a leaf's votes take more than a sector anyway.
inline constexpr u32 most_tile = 8;

enum Criterion : u32 { gini = 0, entropy = 1 };

// Where trees are cut short. Source: scikit-learn's parameters of the same names.
struct Structure {
  u32 max_depth;   // none32: no limit
  u32 min_samples_split;
  u32 max_leaf_nodes;   // none32: no limit
  u32 pad;
  double min_impurity_decrease;
  double ccp_alpha;
};

struct Query {
  u32 trees;   // n_estimators
  u32 place;   // of its structure in the tile
  u32 sums;    // index of its sums in Fit::sums (in units of sums_per_query)
  u32 keys;    // metrics that rank: index of its keys in Fit::area_keys (in units of validation rows), this wave
};

// Of `rows` things that stand one after the other from `begin` on, without the `skip` ones from `skip_at` on.
struct HoledRange {
  u32 begin, skip_at, skip, rows;
};

// One fit: one forest on one fold. Pointers are device memory.
struct Fit {
  const u32* order;   // rows
  HoledRange train;   // places of order: the rows that train
  u32 begin, end;     // order[begin, end) validates
  // what is grown
  u64 bootstrap_key, node_key;   // random streams: functions of study seed, purpose and fold
  u32 criterion;
  u32 random_thresholds;   // extra_trees
  u32 draws;               // bootstrap draws per tree; 0: every row once
  u32 draw_classes;        // 0: rows are drawn alike; else each draw takes one of these classes, then a row of it
  const HoledRange* class_range;   // [draw_classes] places of class_order: the training rows of each class that has any
  const u32* class_order;          // places of order, those of class 0 first, each class's ascending
  u32 max_features, min_samples_leaf;
  u32 weighted;                  // 0: every class weighs 1; 1: class_weights; 2: balanced anew on each tree's sample
  const double* class_weights;   // [classes] when weighted == 1
  double min_weight_fraction_leaf;
  u32 max_depth, min_samples_split;   // the loosest of all structures
  double min_impurity_decrease;
  u32 max_nodes;   // of a tree, for the buffers below: a bound, or with many lanes less than that, see UnitArgs::outgrown
  u32 values;      // numbers per node: classes, or 1 (the share of class 1) for two classes
  // what is asked
  u32 structures, queries, any_leaf_limit;
  u32 tile, tiles;   // structures that lie side by side, see cut; tiles: their number, the last may have gaps
  const Structure* structure;   // [structures]
  const u32* query_begin;       // [tiles + 1]
  const Query* query;           // [queries], by tile, then by trees, then by place
  // this wave: trees first_tree .. first_tree + trees
  u32 first_tree, trees;
  u32* leaf;    // [trees][validation rows] the deepest leaf of each row
  u32* cut;     // [trees][tiles][max_nodes][tile] for each deepest leaf, under each structure: the node that stands for
                // it, or with two classes that node's votes
  u32* value;   // [trees][max_nodes][values] class shares in votes
  // over all waves
  u64* votes;   // [tiles][validation rows][tile][values]
  u64* sums;    // [queries][sums_per_query] what a metric sums over rows
  u32 sums_per_query, metric;
  u64* area_keys;   // metrics that rank: [queries of this wave][validation rows] votes for class 1
};

struct TreeUnit {
  u32 fit, tree;   // tree counts from the wave's first
};

struct ScoreUnit {
  u32 fit, tile, row, rows;   // validation rows row .. row + rows
};

struct AreaUnit {
  u32 fit, query;   // the area under the ROC curve of one query
};

// A launch: units of one kind, taken one after the other by all blocks.
template <class Unit>
struct UnitArgs {
  DatasetView data;
  const Fit* fits;
  const Unit* units;
  u32 unit_count;
  u32* next_unit;   // taken from by all blocks
  u8* workspace;    // [blocks][workspace_bytes]
  u64 workspace_bytes;
  const u32* stop = nullptr;   // in the host's memory; once it is not 0 no unit is taken, and large trees end early
  u64* outgrown = nullptr;     // not 0: a tree has more than its fit's max_nodes, and nothing is scored of these trees;
                               // nullptr: none can have
};
using GrowArgs = UnitArgs<TreeUnit>;
using ScoreArgs = UnitArgs<ScoreUnit>;
using AreaArgs = UnitArgs<AreaUnit>;

}   // namespace warptune::kernels
