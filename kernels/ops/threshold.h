// Where a split's threshold lies, and which side a bin goes. Included inside a backend's namespace.

// The threshold half-way between the values of a candidate's bin and of the node's next occupied one, as scikit-learn's:
// values that are not in this node go to the nearer side. Half-way in bins is not the same where values are unevenly
// spread: on shuttle it costs 0.00006 of accuracy, 6 standard errors. Without a next bin the split is between all values
// and the missing ones. extra_trees' random threshold stays where it was drawn.
DEVICE u32 threshold_bin(const DatasetView& data, const Fit& fit, u32 feature, u32 bin, u32 next) {
  const u32 bins = data.feature_bins[feature];
  if (next >= bins) return bins - 1;
  if (fit.random_thresholds) return bin;
  const double* values = data.bin_values + data.value_begin[feature];
  return last_bin_up_to(values, bin, next, values[bin] / 2 + values[next] / 2);
}

// Whether a bin goes left under Tree::threshold; bins: value bins of the feature, also its missing bin.
DEVICE bool goes_left(u32 bin, u32 threshold, u32 bins) {
  return bin == bins ? (threshold >> 8) != 0 : bin <= (threshold & 255u);
}
