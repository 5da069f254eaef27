// Where a split's threshold lies, and which side a bin goes. Included inside a backend's namespace.

// The threshold half-way (in bins) between a candidate's bin and the node's next occupied one, as scikit-learn's
// mid-points: rows that fall between two bins of this node are shared out to both sides. Without a next one the split is
// between all values and the missing ones. extra_trees' random threshold stays where it was drawn.
DEVICE u32 threshold_bin(const Fit& fit, u32 bin, u32 next, u32 bins) {
  if (next >= bins) return bins - 1;
  return fit.random_thresholds ? bin : (bin + next) / 2;
}

// Whether a bin goes left under Tree::threshold; bins: value bins of the feature, also its missing bin.
DEVICE bool goes_left(u32 bin, u32 threshold, u32 bins) {
  return bin == bins ? (threshold >> 8) != 0 : bin <= (threshold & 255u);
}

