// A forest's tree as its definitions say it, in double precision over lists of rows: what the kernels' trees are held
// against. Written from scikit-learn's documentation (RandomForestClassifier, ExtraTreesClassifier, minimal
// cost-complexity pruning) and this project's rules for bins, missing values and random draws; every structure is grown
// by itself, nothing is shared.
//
// The rules beyond scikit-learn's:
// - Nodes of more than 128 training rows see bins, smaller ones values (of those that the dataset tells apart). Both are
//   *steps* here: values in their order, of which a large node sees only the smallest of each bin.
// - A candidate is (visit of a feature, side of the missing rows, occupied step); of equally good ones the earliest wins.
// - The threshold lies half-way between the candidate's value and that of the node's next occupied step.
// - Where a node has no missing row, later ones follow the heavier child.
// - Random numbers are Philox words, keyed by tree and the node's name, which is a function of its path from the root.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "family/forest/settings.h"
#include "warptune/split.h"

namespace warptune::reference {

struct Problem {
  const Dataset* dataset = nullptr;
  const warptune::Split* split = nullptr;
  int fold = 0;
  TreeSettings settings;
  StructureSettings structure;
  std::uint64_t bootstrap_key = 0, node_key = 0;   // of the random streams
};

struct Split {
  std::size_t feature = 0;
  int threshold = 0;   // cells up to this value, by its place among the feature's values, go left
  bool missing_left = false;
  friend bool operator==(const Split&, const Split&) = default;
};

struct Node {
  std::string place;                 // path from the root as L and R
  std::uint64_t name = 1;            // of its random draws
  std::vector<std::uint32_t> rows;   // training rows, each once
  std::vector<double> draws;         // [classes] how often the bootstrap drew rows of each class
  double weight = 0, impurity = 0;   // with class weights
  std::optional<Split> split;
  double improvement = 0;
  std::size_t left = 0, right = 0;   // when it has a split
};

struct Tree {
  std::vector<Node> nodes;            // the root first
  std::vector<double> class_weight;   // [classes]
  int ties = 0;                       // choices in which a later one of equals was preferred
};

// Among choices that are equal within 1e-9, the kernels' rounding decides; these say what the kernels took. An oracle
// without preferences takes the earliest.
struct Preferences {
  std::function<std::optional<Split>(std::uint64_t name)> split;   // of a node
  std::function<bool(std::uint64_t name)> splits;                  // best-first growth and pruning left the node split
};

[[nodiscard]] Tree grow_tree(const Problem& problem, std::uint32_t tree, const Preferences& preferences = {});

// The leaf that a row of the dataset comes to.
[[nodiscard]] std::size_t leaf_of(const Tree& tree, const Dataset& dataset, std::size_t row);

// [classes] of a node, with class weights; they sum to 1.
[[nodiscard]] std::vector<double> class_shares(const Tree& tree, const Node& node);

}   // namespace warptune::reference
