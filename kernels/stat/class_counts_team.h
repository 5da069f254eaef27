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
