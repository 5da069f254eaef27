// Where a split's threshold lies, and which side a cell goes. A threshold is a code (forest.h): cells of codes up to it go
// left; bit 16: missing cells go left. The last code of a bin is written with fine 255, so a split between bins is known by
// it and asks for bins only. Included inside a backend's namespace.

inline constexpr u32 missing_left_bit = 1u << 16;

DEVICE bool between_bins(u32 threshold) { return (threshold & 255) == 255; }

// Whether a cell goes left; bins: value bins of the feature, also its missing bin.
DEVICE bool goes_left(u32 code, u32 threshold, u32 bins) {
  return code >> 8 == bins ? threshold >= missing_left_bit : code <= (threshold & 0xffffu);
}

// Where the values of a bin begin in data.values.
DEVICE u32 bin_begin(const DatasetView& data, u32 feature, u32 bin) {
  return data.bin_begin[data.feature_begin[feature] + bin];
}

// All values go left, and only missing ones right.
DEVICE u32 all_values(const DatasetView& data, u32 feature) { return (data.feature_bins[feature] - 1u) << 8 | 255u; }

// The last of [first, last) whose value is not above `at`; value_of(first) is not. value_of ascends.
template <class ValueOf>
DEVICE u32 last_up_to(u32 first, u32 last, double at, ValueOf value_of) {
  u32 low = first, high = last;
  while (high - low > 1) {
    const u32 middle = (low + high) / 2;
    if (value_of(middle) <= at)
      low = middle;
    else
      high = middle;
  }
  return low;
}

// The threshold between two bins, or two codes, of which `last` is not below it: at `share` of the way from the value of
// the first to the value of the last one. 1/2 is scikit-learn's: values that are not in the node go to the nearer side.
// Half-way in bins is not the same where values are unevenly spread: on shuttle it costs 0.00006 of accuracy, 6 standard
// errors. extra_trees draw the share (scikit-learn's random splitter), and first and last are the node's outermost; they
// are the same where the node has one value beside missing ones.
DEVICE double between(double first, double last, double share) {
  if (share == 0.5) return first / 2 + last / 2;
  const double width = last - first;
  if (width - width != 0) return first * (1 - share) + last * share;   // too wide for a double
  return first + width * share;
}
DEVICE u32 threshold_of_bins(const DatasetView& data, u32 feature, u32 first, u32 last, double share) {
  const u32* begin = data.bin_begin + data.feature_begin[feature];
  const auto value_of = [&](u32 bin) { return data.values[begin[bin]]; };
  return last_up_to(first, last, between(value_of(first), value_of(last), share), value_of) << 8 | 255u;
}
DEVICE u32 threshold_of_codes(const DatasetView& data, u32 feature, u32 first, u32 last, double share) {
  const u32* begin = data.bin_begin + data.feature_begin[feature];
  const u32 low = begin[first >> 8] + (first & 255), high = begin[last >> 8] + (last & 255);
  const double at = between(data.values[low], data.values[high], share);
  const u32 value = last_up_to(low, high, at, [&](u32 i) { return data.values[i]; });
  u32 bin = first >> 8, end = (last >> 8) + 1;   // whose values `value` is one of
  while (end - bin > 1) {
    const u32 middle = (bin + end) / 2;
    if (begin[middle] <= value)
      bin = middle;
    else
      end = middle;
  }
  return bin << 8 | (value + 1 == begin[bin + 1] ? 255u : value - begin[bin]);
}

// A split's threshold, found once the split is a node's best one. last: the last bin, or in a node of few rows the last code,
// that goes left; next: the node's next one, none32 if all values go left. A drawn threshold is both.
struct Between {
  u32 last, next;
};
DEVICE u32 threshold_of(const DatasetView& data, u32 feature, Between split, bool by_bins) {
  if (split.next == none32) return all_values(data, feature);
  if (split.next == split.last) return split.last;
  return by_bins ? threshold_of_bins(data, feature, split.last, split.next, 0.5)
                 : threshold_of_codes(data, feature, split.last, split.next, 0.5);
}
