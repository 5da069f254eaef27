// Keys for many lanes: the bits of the doubles of stat/criterion.h from integers, where counts are below 65,536. Included inside a backend's namespace.

DEVICE i64 word_key(const ClassCounts& stat, ClassCounts::Pair left, ClassCounts::Pair all) {
  if (stat.fit.criterion == gini) return static_cast<i64>(gini_bits(left.weight, left.sum, all.weight, all.sum));
  return entropy_binary(stat.data.entropy_terms, left.weight, left.sum, all.weight, all.sum);
}

// Whether keys follow from the squares of counts, which are below 65,536; and such a key.
DEVICE bool keys_of_squares(const ClassCounts& stat, u32 n) {
  return stat.class_weight == nullptr && stat.fit.criterion == gini && n < 65536;
}
DEVICE i64 key_of_squares(u32 of_left, u32 of_right, u32 left, u32 n) {
  return static_cast<i64>(bits_of_sum(rounded_quotient(of_left, left), rounded_quotient(of_right, n - left)));
}

// As ClassCounts::key.
template <class LeftOf>
DEVICE i64 sums_key(const ClassCounts& stat, u32 left, u32 n, const u32* total, LeftOf left_of) {
  if (!keys_of_squares(stat, n)) return stat.key(left, n, total, left_of);
  u32 of_left = 0, of_right = 0;   // squares: below n^2
  constexpr u32 at_once = 4;
  const u32 classes = stat.data.classes;
  for (u32 k = 0; k < classes; k += at_once) {   // those that are read are on their way at once
    u32 l[at_once], all[at_once];
    for (u32 j = 0; j < at_once; ++j) {
      l[j] = k + j < classes ? left_of(k + j) : 0;
      all[j] = k + j < classes ? total[k + j] : 0;
    }
    for (u32 j = 0; j < at_once; ++j) {
      of_left += l[j] * l[j];
      of_right += (all[j] - l[j]) * (all[j] - l[j]);
    }
  }
  return key_of_squares(of_left, of_right, left, n);
}

template <u32 count>
DEVICE void rough_keys(const ClassCounts& stat, const u32* left, ClassCounts::Pair all, float* rough) {
  if (stat.fit.criterion == gini)
    for (u32 j = 0; j < count; ++j) {
      const ClassCounts::Pair pair = ClassCounts::pair_of(left[j]);
      rough[j] = rough_gini(pair.weight, pair.sum, all.weight, all.sum);
    }
  else
    for (u32 j = 0; j < count; ++j) {
      const ClassCounts::Pair pair = ClassCounts::pair_of(left[j]);
      rough[j] = rough_entropy(pair.weight, pair.sum, all.weight, all.sum);
    }
}

// By the lanes of a warp, which share the classes. of(k): of class k. Doubles are left to a lane for each node.
template <class Block, class Of>
DEVICE ClassCounts::Weighed weigh_by_warp(Block& block, const ClassCounts& stat, Of of) {
  const bool is_gini = stat.fit.criterion == gini;
  u32 drawn = 0, most = 0;
  u64 sum = 0;
  for (u32 k = block.warp_lane(); k < stat.data.classes; k += block.warp_lanes()) {
    const u32 count = of(k);
    drawn += count;
    most = count > most ? count : most;
    sum += is_gini ? static_cast<u64>(count) * count : static_cast<u64>(stat.data.entropy_terms[count]);
  }
  drawn = block.warp_sum32(drawn);
  most = ~block.warp_min(~most);
  return {drawn, most == drawn, block.warp_sum(sum)};
}

// As ClassCounts::impurity of the counts of(k) that were weighed.
template <class Of>
DEVICE double impurity_of(const ClassCounts& stat, const ClassCounts::Weighed& weighed, Of of) {
  if (stat.class_weight != nullptr) return stat.impurity(of);
  if (stat.fit.criterion == gini) return gini_impurity(weighed.drawn, weighed.sum);
  return entropy_impurity(stat.data.entropy_terms, weighed.drawn, static_cast<i64>(weighed.sum));
}

// What goes left of a candidate whose rows come class after class, ascending: its counts of a class are complete when that ends.
struct ClassOfLeft {
  u32 left = 0, all = 0;   // of the class so far
  u32 drawn = 0;           // that goes left, of the classes that have ended

  DEVICE void add(u32 payload, bool taken) {
    all += payload >> 8;
    left += taken ? payload >> 8 : 0;
  }
  DEVICE void next() {
    drawn += left;
    left = all = 0;
  }
};

// Where keys follow from squares.
struct SquaresOfLeft : ClassOfLeft {
  static constexpr bool small = true;   // enough to look at four rows at once
  u32 of_left = 0, of_right = 0;        // below 2^32

  DEVICE void end_class(const ClassCounts&, u32) {
    of_left += left * left;
    of_right += (all - left) * (all - left);
    next();
  }
  DEVICE bool heavy_enough(const ClassCounts&, u32 n, double min_weight) const {   // rows weigh what was drawn of them
    return !(min_weight > 0) || !(drawn < min_weight || n - drawn < min_weight);
  }
  DEVICE i64 key(const ClassCounts&, u32 n, const u32*) const { return key_of_squares(of_left, of_right, drawn, n); }
};

// Any others: as ClassCounts::key. A class that the node does not have adds nothing to any sum, and no bit to a double.
struct SumsOfLeft : ClassOfLeft {
  static constexpr bool small = false;
  i64 terms = 0;                   // entropy's
  u64 of_left = 0, of_right = 0;   // gini's squares
  WeightedKey weighted;

  DEVICE void end_class(const ClassCounts& stat, u32 payload) {
    const u32 right = all - left;
    if (stat.class_weight != nullptr) {
      weighted.add(stat.fit.criterion, stat.class_weight[ClassCounts::class_of(payload)], left, right);
    } else if (stat.fit.criterion == gini) {
      of_left += static_cast<u64>(left) * left;
      of_right += static_cast<u64>(right) * right;
    } else {
      terms += stat.data.entropy_terms[left] + stat.data.entropy_terms[right];
    }
    next();
  }
  DEVICE bool heavy_enough(const ClassCounts& stat, u32 n, double min_weight) const {
    const bool weighs = stat.class_weight != nullptr;
    const double wl = weighs ? weighted.left : drawn, wr = weighs ? weighted.right : n - drawn;
    return !(min_weight > 0) || !(wl < min_weight || wr < min_weight);
  }
  DEVICE i64 key(const ClassCounts& stat, u32 n, const u32*) const {
    if (stat.class_weight != nullptr) return weighted.key(stat.fit.criterion);
    if (stat.fit.criterion == gini) return static_cast<i64>(bits_of(gini_sums(of_left, of_right, drawn, n)));
    return terms - stat.data.entropy_terms[drawn] - stat.data.entropy_terms[n - drawn];
  }
};

// Calls work with what adds up the left sides of a node of which so much was drawn.
template <class Work>
DEVICE auto with_left(const ClassCounts& stat, u32 drawn, Work work) {
  return keys_of_squares(stat, drawn) ? work(SquaresOfLeft{}) : work(SumsOfLeft{});
}
