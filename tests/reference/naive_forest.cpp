#include "tests/reference/naive_forest.h"

#include <Random123/philox.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <set>

#include "kernels/forest/forest.h"

namespace warptune::reference {

namespace {

#define DEVICE inline
using u32 = std::uint32_t;
using u64 = std::uint64_t;
// The random draws are the kernels' own: words by key and counter, an index from a word, a node's name.
// clang-format off
#include "kernels/math/words.h"
#include "kernels/math/philox.h"
// clang-format on
#undef DEVICE

constexpr double equal_within = 1e-9;

int value_of(const Dataset& data, std::size_t row, std::size_t feature) {
  const std::size_t cell = row * data.features.size() + feature;
  const Feature& f = data.features[feature];
  if (data.bins[cell] == f.bins) return static_cast<int>(f.values.size());
  return static_cast<int>(f.bin_begin[data.bins[cell]]) + (data.fine.empty() ? 0 : data.fine[cell]);
}

std::vector<std::uint32_t> training_rows(const Problem& p) {
  std::vector<std::uint32_t> rows;
  const Fold& fold = p.split->fold(p.fold);
  for (std::uint32_t place = fold.train.begin; place < fold.train.end; ++place)
    if (place < fold.hole.begin || place >= fold.hole.end) rows.push_back(p.split->order[place]);
  return rows;
}

double share_or_count(const Amount& amount, std::size_t rows) {
  return amount.share ? std::ceil(amount.value * static_cast<double>(rows)) : amount.value;
}

class Grower {
 public:
  Grower(const Problem& problem, std::uint32_t tree, const Preferences& preferences)
      : p_(problem),
        data_(*problem.dataset),
        tree_number_(tree),
        preferences_(preferences),
        train_(training_rows(problem)) {
    min_leaf_ = std::max(1.0, share_or_count(p_.settings.min_samples_leaf, train_.size()));
    min_split_ = std::max({2.0, share_or_count(p_.structure.min_samples_split, train_.size()), 2 * min_leaf_});
  }

  Tree grow() {
    draw_rows();
    weigh_classes();
    Node root;
    for (const std::uint32_t row : train_)
      if (count_[row] > 0) root.rows.push_back(row);
    measure(root);
    root_weight_ = root.weight;
    min_leaf_weight_ = p_.settings.min_weight_fraction_leaf * root.weight;
    tree_.nodes.push_back(std::move(root));
    if (p_.structure.max_leaf_nodes == unlimited)
      grow_below(0);
    else
      grow_best_first();
    if (p_.structure.ccp_alpha > 0) prune();
    return std::move(tree_);
  }

 private:
  // The place of a cell's value among the feature's; missing: one past the last.
  int value(std::uint32_t row, std::size_t feature) const { return value_of(data_, row, feature); }
  // The same as a node of `rows` rows sees it.
  int step(std::uint32_t row, std::size_t feature, std::size_t rows) const {
    const int at = value(row, feature);
    if (rows <= kernels::exact_rows || at == missing(feature)) return at;
    const std::vector<std::uint32_t>& begin = data_.features[feature].bin_begin;
    return static_cast<int>(*std::prev(std::upper_bound(begin.begin(), begin.end(), static_cast<std::uint32_t>(at))));
  }
  int missing(std::size_t feature) const { return static_cast<int>(data_.features[feature].values.size()); }
  // The last value that is not told apart from `at` by a node of `rows` rows.
  int last_of_step(int at, std::size_t feature, std::size_t rows) const {
    if (rows <= kernels::exact_rows) return at;
    const std::vector<std::uint32_t>& begin = data_.features[feature].bin_begin;
    return static_cast<int>(*std::upper_bound(begin.begin(), begin.end(), static_cast<std::uint32_t>(at))) - 1;
  }

  // Each draw of the bootstrap is an index into the training rows.
  void draw_rows() {
    count_.assign(data_.rows, 0);
    if (!p_.settings.bootstrap) {
      for (const std::uint32_t row : train_) count_[row] = 1;
      return;
    }
    const auto n = static_cast<double>(train_.size());
    const Amount& most = p_.settings.max_samples;
    const auto draws = static_cast<std::uint32_t>(std::max(1.0, most.share ? std::floor(most.value * n) : most.value));
    if (p_.settings.class_weight == TreeSettings::Weights::balanced) return draw_balanced(draws);
    for (std::uint32_t j = 0; j < draws; ++j) {
      const Words words = philox(p_.bootstrap_key, j / 4, tree_number_, 0, 0);
      ++count_[train_[below(words.v[j % 4], static_cast<std::uint32_t>(train_.size()))]];
    }
  }

  // scikit-learn 1.9: rows are drawn in proportion to their balanced weights, n / (classes * rows of the class). These sum
  // to the same for each class, so a draw is one of the classes that are there, then one of its rows.
  void draw_balanced(std::uint32_t draws) {
    std::vector<std::vector<std::uint32_t>> rows_of;
    for (std::size_t k = 0; k < data_.target.classes.size(); ++k) {
      std::vector<std::uint32_t> rows;
      for (const std::uint32_t row : train_)
        if (data_.target.labels[row] == k) rows.push_back(row);
      if (!rows.empty()) rows_of.push_back(std::move(rows));
    }
    for (std::uint32_t j = 0; j < draws; ++j) {
      const Words words = philox(p_.bootstrap_key, j / 2, tree_number_, 0, 0);
      const std::vector<std::uint32_t>& rows = rows_of[below(words.v[j % 2 * 2], static_cast<u32>(rows_of.size()))];
      ++count_[rows[below(words.v[j % 2 * 2 + 1], static_cast<u32>(rows.size()))]];
    }
  }

  // balanced: n / (classes * rows of the class), of all training rows or of the tree's draws; a bootstrap is balanced by
  // its draws instead.
  void weigh_classes() {
    const std::size_t classes = data_.target.classes.size();
    tree_.class_weight.assign(classes, 1.0);
    if (p_.settings.class_weight == TreeSettings::Weights::equal) return;
    if (p_.settings.class_weight == TreeSettings::Weights::balanced && p_.settings.bootstrap) return;
    const bool of_draws = p_.settings.class_weight == TreeSettings::Weights::balanced_subsample;
    std::vector<double> rows(classes);
    double n = 0;
    for (const std::uint32_t row : train_) {
      rows[data_.target.labels[row]] += of_draws ? count_[row] : 1;
      n += of_draws ? count_[row] : 1;
    }
    for (std::size_t k = 0; k < classes; ++k)
      tree_.class_weight[k] = rows[k] == 0 ? 0 : n / (static_cast<double>(classes) * rows[k]);
  }

  void measure(Node& node) const {
    node.draws.assign(data_.target.classes.size(), 0);
    for (const std::uint32_t row : node.rows) node.draws[data_.target.labels[row]] += count_[row];
    node.weight = 0;
    for (std::size_t k = 0; k < node.draws.size(); ++k) node.weight += tree_.class_weight[k] * node.draws[k];
    node.impurity = 0;
    for (std::size_t k = 0; k < node.draws.size(); ++k) {
      const double share = tree_.class_weight[k] * node.draws[k] / node.weight;
      if (share > 0) node.impurity += p_.settings.criterion == 0 ? share * (1 - share) : -share * std::log2(share);
    }
  }

  struct Children {
    Node left, right;
  };
  // What a candidate would send where; the names of the children are theirs already.
  Children divide(const Node& node, std::size_t feature, int last_left, bool missing_left) const {
    Children c;
    for (const std::uint32_t row : node.rows) {
      const int v = value(row, feature);
      const bool left = v == missing(feature) ? missing_left : v <= last_left;
      (left ? c.left : c.right).rows.push_back(row);
    }
    measure(c.left);
    measure(c.right);
    c.left.place = node.place + 'L';
    c.right.place = node.place + 'R';
    c.left.name = child_path(node.name, 0);
    c.right.name = child_path(node.name, 1);
    return c;
  }

  // The order in which the node visits all features: without replacement, by the stream of the node.
  std::vector<std::size_t> visits(const Node& node) const {
    std::vector<std::size_t> left, order;
    for (std::size_t f = 0; f < data_.features.size(); ++f) left.push_back(f);
    for (std::uint32_t j = 0; !left.empty(); ++j) {
      const Words words =
          philox(p_.node_key, j / 4, tree_number_, static_cast<u32>(node.name), static_cast<u32>(node.name >> 32));
      const auto at = left.begin() + below(words.v[j % 4], static_cast<u32>(left.size()));
      order.push_back(*at);
      left.erase(at);
    }
    return order;
  }

  struct Candidate {
    int last_left;   // the largest value that goes left
    bool missing_left;
    int threshold;   // of the split
  };

  // Steps that the node's rows are at, ascending, missing cells aside.
  std::vector<int> steps(const Node& node, std::size_t feature) const {
    std::set<int> at;
    for (const std::uint32_t row : node.rows)
      if (value(row, feature) != missing(feature)) at.insert(step(row, feature, node.rows.size()));
    return {at.begin(), at.end()};
  }

  // The last value of the last step from `first` on, before `last`, that is not above `at`; `first` begins a step.
  int threshold(const Node& node, std::size_t feature, int first, int last, double at) const {
    const std::vector<double>& number = data_.features[feature].values;
    int found = first;
    for (int v = first; v < last; v = last_of_step(v, feature, node.rows.size()) + 1)
      if (number[static_cast<std::size_t>(v)] <= at) found = v;
    return last_of_step(found, feature, node.rows.size());
  }

  // All ways to split a node by a feature, in order; none when the feature is constant in the node.
  std::vector<Candidate> candidates(const Node& node, std::size_t feature, std::uint32_t visit, bool* constant) const {
    const bool missing_rows = has_missing(node, feature);
    const std::vector<int> at = steps(node, feature);
    *constant = at.empty() || (at.size() == 1 && !missing_rows);
    if (*constant) return {};
    if (p_.settings.random_thresholds) return {random_candidate(node, feature, visit, at, missing_rows)};
    const auto number = [&](int v) { return data_.features[feature].values[static_cast<std::size_t>(v)]; };
    std::vector<Candidate> all;
    for (std::size_t i = 0; i + 1 < at.size(); ++i) {
      const double half_way = number(at[i]) / 2 + number(at[i + 1]) / 2;
      all.push_back({last_of_step(at[i], feature, node.rows.size()), false,
                     threshold(node, feature, at[i], at[i + 1], half_way)});
    }
    if (!missing_rows) return all;
    for (std::size_t i = 0, n = all.size(); i < n; ++i) all.push_back({all[i].last_left, true, all[i].threshold});
    // All values against the missing ones: the last candidate with the missing rows on the right.
    const int last = missing(feature) - 1;
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(at.size()) - 1, {last, false, last});
    return all;
  }

  // extra_trees: the one threshold of a visit, uniform between the node's smallest and largest value, and a coin for the
  // missing rows. A node with one value can only part it from the missing rows, and does not where the coin sends them its
  // way.
  Candidate random_candidate(const Node& node, std::size_t feature, std::uint32_t visit, const std::vector<int>& at,
                             bool missing_rows) const {
    const Words words = philox(p_.node_key, 0x80000000u | visit, tree_number_, static_cast<u32>(node.name),
                               static_cast<u32>(node.name >> 32));
    const double share = std::ldexp(static_cast<double>((u64{words.v[1]} << 32 | words.v[0]) >> 11), -53);
    const std::vector<double>& number = data_.features[feature].values;
    const double low = number[static_cast<std::size_t>(at.front())], high = number[static_cast<std::size_t>(at.back())];
    const int last = threshold(node, feature, at.front(), at.back(), low + (high - low) * share);
    return {last, missing_rows && (words.v[2] & 1) != 0, last};
  }

  struct Found {
    Split split;
    Children children;
  };

  // The best split of a node, or none.
  std::optional<Found> best_split(const Node& node) {
    if (node.place.size() >= p_.structure.max_depth || static_cast<double>(node.rows.size()) < min_split_ ||
        node.weight < 2 * min_leaf_weight_)
      return {};
    for (const double draws : node.draws)
      if (draws == sum(node.draws)) return {};   // pure
    std::vector<Found> equals;                   // of the best so far, the earliest first
    double best = -std::numeric_limits<double>::infinity();
    bool all_constant = true;
    std::uint32_t visit = 0;
    for (const std::size_t feature : visits(node)) {
      if (visit >= p_.settings.max_features && !all_constant) break;
      bool constant = false;
      for (const Candidate& c : candidates(node, feature, visit, &constant)) {
        Found found{{feature, c.threshold, c.missing_left}, divide(node, feature, c.last_left, c.missing_left)};
        const Node &l = found.children.left, &r = found.children.right;
        if (static_cast<double>(std::min(l.rows.size(), r.rows.size())) < min_leaf_ ||
            std::min(l.weight, r.weight) < min_leaf_weight_)
          continue;
        if (!has_missing(node, feature)) found.split.missing_left = sum(l.draws) > sum(r.draws);
        const double goodness = -(l.weight * l.impurity + r.weight * r.impurity);
        const double slack = equal_within * node.weight;
        if (goodness > best + slack) equals.clear();
        if (goodness < best - slack) continue;
        best = std::max(best, goodness);
        equals.push_back(std::move(found));
      }
      all_constant = all_constant && constant;
      ++visit;
    }
    if (equals.empty()) return {};
    std::size_t chosen = 0;
    if (equals.size() > 1 && preferences_.split) {
      const std::optional<Split> preferred = preferences_.split(node.name);
      for (std::size_t i = 0; preferred && i < equals.size(); ++i)
        if (equals[i].split == *preferred) {
          chosen = i;
          break;
        }
    }
    tree_.ties += chosen > 0;
    return std::move(equals[chosen]);
  }

  bool has_missing(const Node& node, std::size_t feature) const {
    return std::any_of(node.rows.begin(), node.rows.end(),
                       [&](std::uint32_t row) { return value(row, feature) == missing(feature); });
  }

  static double sum(const std::vector<double>& numbers) {
    double s = 0;
    for (const double x : numbers) s += x;
    return s;
  }

  // Looks for the node's split; keeps it when it lowers the impurity enough. improvement: scikit-learn's weighted
  // impurity decrease.
  std::optional<Children> try_split(Node& node) {
    std::optional<Found> found = best_split(node);
    if (!found) return {};
    const Node &l = found->children.left, &r = found->children.right;
    const double improvement =
        node.weight / root_weight_ *
        (node.impurity - r.weight / node.weight * r.impurity - l.weight / node.weight * l.impurity);
    bool stops = improvement + std::numeric_limits<double>::epsilon() < p_.structure.min_impurity_decrease;
    if (p_.structure.min_impurity_decrease > 0 &&
        std::abs(improvement - p_.structure.min_impurity_decrease) < equal_within && preferences_.splits)
      stops = !preferences_.splits(node.name);
    if (stops) return {};
    node.split = found->split;
    node.improvement = improvement;
    return std::move(found->children);
  }

  void attach(std::size_t at, Children children) {
    tree_.nodes[at].left = tree_.nodes.size();
    tree_.nodes[at].right = tree_.nodes.size() + 1;
    tree_.nodes.push_back(std::move(children.left));
    tree_.nodes.push_back(std::move(children.right));
  }

  void grow_below(std::size_t at) {
    std::optional<Children> children = try_split(tree_.nodes[at]);
    if (!children) return;
    attach(at, std::move(*children));
    grow_below(tree_.nodes[at].left);
    grow_below(tree_.nodes[at].right);
  }

  // Always splits the leaf whose split improves most, until there are enough leaves; of equals the one that comes first
  // level by level, from left to right.
  void grow_best_first() {
    struct Leaf {
      std::size_t at;
      Children children;
    };
    std::vector<Leaf> frontier;
    const auto add = [&](std::size_t at) {
      if (std::optional<Children> children = try_split(tree_.nodes[at])) frontier.push_back({at, std::move(*children)});
    };
    add(0);
    for (std::size_t leaves = 1; leaves < p_.structure.max_leaf_nodes && !frontier.empty(); ++leaves) {
      std::sort(frontier.begin(), frontier.end(), [&](const Leaf& a, const Leaf& b) {
        const std::string &x = tree_.nodes[a.at].place, &y = tree_.nodes[b.at].place;
        return x.size() != y.size() ? x.size() < y.size() : x < y;
      });
      double most = 0;
      for (const Leaf& leaf : frontier) most = std::max(most, tree_.nodes[leaf.at].improvement);
      std::size_t first = frontier.size(), chosen = frontier.size();
      for (std::size_t i = 0; i < frontier.size(); ++i) {
        const Node& node = tree_.nodes[frontier[i].at];
        if (node.improvement < most - equal_within) continue;
        if (first == frontier.size()) first = i;
        if (chosen == frontier.size() && preferences_.splits && preferences_.splits(node.name)) chosen = i;
      }
      if (chosen == frontier.size()) chosen = first;
      tree_.ties += chosen != first;
      Leaf leaf = std::move(frontier[chosen]);
      frontier.erase(frontier.begin() + static_cast<std::ptrdiff_t>(chosen));
      attach(leaf.at, std::move(leaf.children));
      add(tree_.nodes[leaf.at].left);
      add(tree_.nodes[leaf.at].right);
    }
    for (Leaf& leaf : frontier) tree_.nodes[leaf.at].split.reset();
  }

  // Cost of a subtree: of its leaves' impurity, each by its share of the weight; and the number of its leaves.
  struct Cost {
    double impurity = 0;
    int leaves = 0;
  };
  Cost cost_below(std::size_t at) const {
    const Node& node = tree_.nodes[at];
    if (!node.split) return {node.impurity * node.weight / root_weight_, 1};
    const Cost l = cost_below(node.left), r = cost_below(node.right);
    return {l.impurity + r.impurity, l.leaves + r.leaves};
  }
  void find_weakest(std::size_t at, std::size_t* weakest, double* alpha) const {
    const Node& node = tree_.nodes[at];
    if (!node.split) return;
    const Cost cost = cost_below(at);
    const double link = (node.impurity * node.weight / root_weight_ - cost.impurity) / (cost.leaves - 1);
    const bool equal = std::abs(link - p_.structure.ccp_alpha) < equal_within;
    if (link < *alpha && !(equal && preferences_.splits && preferences_.splits(node.name))) {
      *alpha = link;
      *weakest = at;
    }
    find_weakest(node.left, weakest, alpha);
    find_weakest(node.right, weakest, alpha);
  }
  // Minimal cost-complexity pruning: the weakest link goes, one after the other, while its alpha is not above ccp_alpha.
  void prune() {
    for (;;) {
      std::size_t weakest = 0;
      double alpha = std::numeric_limits<double>::infinity();
      find_weakest(0, &weakest, &alpha);
      if (!(alpha <= p_.structure.ccp_alpha)) return;
      tree_.nodes[weakest].split.reset();
    }
  }

  const Problem& p_;
  const Dataset& data_;
  std::uint32_t tree_number_;
  const Preferences& preferences_;
  std::vector<std::uint32_t> train_;
  std::vector<double> count_;   // [dataset rows] draws
  double min_leaf_ = 1, min_split_ = 2, min_leaf_weight_ = 0, root_weight_ = 0;
  Tree tree_;
};

}   // namespace

Tree grow_tree(const Problem& problem, std::uint32_t tree, const Preferences& preferences) {
  return Grower(problem, tree, preferences).grow();
}

std::size_t leaf_of(const Tree& tree, const Dataset& dataset, std::size_t row) {
  std::size_t at = 0;
  while (tree.nodes[at].split) {
    const Split& split = *tree.nodes[at].split;
    const int value = value_of(dataset, row, split.feature);
    const bool missing = value == static_cast<int>(dataset.features[split.feature].values.size());
    const bool left = missing ? split.missing_left : value <= split.threshold;
    at = left ? tree.nodes[at].left : tree.nodes[at].right;
  }
  return at;
}

std::vector<double> class_shares(const Tree& tree, const Node& node) {
  std::vector<double> shares;
  for (std::size_t k = 0; k < node.draws.size(); ++k)
    shares.push_back(tree.class_weight[k] * node.draws[k] / node.weight);
  return shares;
}

}   // namespace warptune::reference
