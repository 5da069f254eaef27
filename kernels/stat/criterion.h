// How good a split of classes is, as an integer that orders candidates: a larger key is a better split. Gini's key is the bits of
// the (positive) double sum_k l_k^2 / l + sum_k r_k^2 / r; entropy's is the integer -(l H(l) + r H(r)) * 2^32. Both are
// functions of integer counts, so ties are exact and no backend can order two candidates differently.
// Maximising them minimises scikit-learn's weighted impurity of the children (CART, Breiman et al., 1984).
// Included inside a backend's namespace.

// Orders doubles of either sign as integers.
DEVICE i64 ordered(double x) {
  const i64 bits = static_cast<i64>(bits_of(x));
  return bits < 0 ? static_cast<i64>(0x8000000000000000ull - static_cast<u64>(bits)) : bits;
}

// Two classes: l rows go left, l1 of them of class 1; the node has n rows, n1 of class 1. Counts below 2^26 square
// exactly.
DEVICE double gini_binary(double l, double l1, double n, double n1) {
  const double l0 = l - l1, r = n - l, r1 = n1 - l1, r0 = r - r1;
  return (l0 * l0 + l1 * l1) / l + (r0 * r0 + r1 * r1) / r;
}

DEVICE i64 entropy_binary(const i64* terms, u32 l, u32 l1, u32 n, u32 n1) {
  const u32 r = n - l, r1 = n1 - l1;
  return (terms[l1] + terms[l - l1] - terms[l]) + (terms[r1] + terms[r - r1] - terms[r]);
}

// Many classes, every row weighs its bootstrap count: from the exact sums over classes.
DEVICE double gini_sums(u64 squares_left, u64 squares_right, u32 l, u32 n) {
  return static_cast<double>(squares_left) / l + static_cast<double>(squares_right) / (n - l);
}

// x log2 x of a weighted count.
DEVICE double entropy_term(double x) { return x > 0 ? x * log2_of(x) : 0.0; }

// With class weights: sums in the classes' order.
struct WeightedKey {
  double left = 0, right = 0;   // weights
  double of_left = 0, of_right = 0;

  DEVICE void add(u32 criterion, double weight, u32 left_count, u32 right_count) {
    const double l = weight * left_count, r = weight * right_count;
    left += l;
    right += r;
    of_left += criterion == gini ? l * l : entropy_term(l);
    of_right += criterion == gini ? r * r : entropy_term(r);
  }
  DEVICE i64 key(u32 criterion) const {
    if (criterion == gini) return ordered(of_left / left + of_right / right);
    return ordered((of_left - entropy_term(left)) + (of_right - entropy_term(right)));
  }
};

// From the counts. left_of(k): those of class k that go left.
template <class LeftOf>
DEVICE i64 key_weighted(u32 criterion, const double* weight, const u32* total, u32 classes, LeftOf left_of) {
  WeightedKey sums;
  for (u32 k = 0; k < classes; ++k) {
    const u32 c = left_of(k);
    sums.add(criterion, weight[k], c, total[k] - c);
  }
  return sums.key(criterion);
}

// Impurity of n rows from the sum over classes of squared counts, or of entropy's terms.
DEVICE double gini_impurity(u64 n, u64 squares) {
  const double w = static_cast<double>(n);
  return 1.0 - static_cast<double>(squares) / (w * w);
}
DEVICE double entropy_impurity(const i64* terms, u64 n, i64 sum) {
  return static_cast<double>(terms[n] - sum) * 0x1p-32 / static_cast<double>(n);
}

// A node's impurity: scikit-learn's gini 1 - sum p^2, or entropy in bits; count(k): bootstrap counts of class k.
// weight == nullptr: all classes weigh 1.
template <class Count>
DEVICE double impurity_of(u32 criterion, const i64* terms, const double* weight, u32 classes, Count count) {
  if (weight != nullptr) {
    double w = 0, sum = 0;
    for (u32 k = 0; k < classes; ++k) {
      const double c = weight[k] * count(k);
      w += c;
      sum += criterion == gini ? c * c : entropy_term(c);
    }
    return criterion == gini ? 1.0 - sum / (w * w) : (entropy_term(w) - sum) / w;
  }
  u64 n = 0;
  if (criterion == gini) {
    u64 squares = 0;
    for (u32 k = 0; k < classes; ++k) {
      const u64 c = count(k);
      n += c;
      squares += c * c;
    }
    return gini_impurity(n, squares);
  }
  i64 sum = 0;
  for (u32 k = 0; k < classes; ++k) {
    const u64 c = count(k);
    n += c;
    sum += terms[c];
  }
  return entropy_impurity(terms, n, sum);
}
