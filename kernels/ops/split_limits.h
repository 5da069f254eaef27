// What a split of any Stat must keep to, and how much it improves a tree. Included inside a backend's namespace.

// Whether both children weigh at least min_weight (min_weight_fraction_leaf). left, n: bootstrap counts that go left, of all.
template <class Stat, class LeftOf>
DEVICE bool heavy_enough(const Stat& stat, u32 left, u32 n, const typename Stat::Number* total, double min_weight,
                         LeftOf left_of) {
  if (!(min_weight > 0)) return true;
  const double wl = stat.weight_of(left, left_of),
               wr = stat.weight_of(n - left, [=](u32 k) { return total[k] - left_of(k); });
  return !(wl < min_weight || wr < min_weight);
}

// What each side must weigh at least where every row weighs 1: no side is empty.
DEVICE u32 least_weight(u32 min_samples_leaf, double min_weight) {
  u32 least = static_cast<u32>(min_weight);
  least += static_cast<double>(least) < min_weight;
  least = least > min_samples_leaf ? least : min_samples_leaf;
  return least > 0 ? least : 1;
}

// Whether `left` of n, and what remains, weigh as much.
DEVICE bool both_weigh(u32 left, u32 n, u32 least) { return left >= least && left + least <= n; }

// scikit-learn's weighted impurity decrease (its min_impurity_decrease) of a split, from the weights and impurities of a node
// and its sides. tree_weight: of all the tree's rows.
DEVICE double improvement_of(double w, double wl, double wr, double impurity, double il, double ir,
                             double tree_weight) {
  // Never below 0 but by rounding (entropy's terms have 32 bits), which must not stop a split that improves nothing: without
  // it exclusive or is never found.
  const double decrease = w / tree_weight * (impurity - wr / w * ir - wl / w * il);
  return decrease < 0 ? 0 : decrease;
}

// The same of sending `left` of `total` left.
template <class Stat>
DEVICE double improvement_of(const Stat& stat, const typename Stat::Number* total, const typename Stat::Number* left,
                             double impurity, double tree_weight) {
  const auto all = [total](u32 k) { return total[k]; };
  const auto on_left = [left](u32 k) { return left[k]; };
  const auto on_right = [total, left](u32 k) { return total[k] - left[k]; };
  const double w = stat.weight_of(stat.drawn_of(all), all), wl = stat.weight_of(stat.drawn_of(on_left), on_left),
               wr = stat.weight_of(stat.drawn_of(on_right), on_right);
  return improvement_of(w, wl, wr, impurity, stat.impurity(on_left), stat.impurity(on_right), tree_weight);
}
