// Sends a node's rows to its two children with one lane: the body for a core. Included inside a backend's namespace.

// Returns how many of the `rows` items go left; left ones first. Without branches: both places are written, one counts.
template <class Item, class RowOf>
inline u32 partition_rows(const DatasetView& data, u32 feature, u32 threshold, Item* items, Item* other, u32 rows,
                          RowOf row_of) {
  const u8* column = data.bins + feature;
  const u64 stride = data.features;
  u32 left = 0, right = 0;
  const u32 bins = data.feature_bins[feature];
  if (data.feature_missing[feature]) {
    for (u32 i = 0; i < rows; ++i) {
      const Item item = items[i];
      const bool l = goes_left(column[row_of(item) * stride], threshold, bins);
      items[left] = item;
      other[right] = item;
      left += l;
      right += !l;
    }
  } else {
    const u32 at = threshold & 255u;
    for (u32 i = 0; i < rows; ++i) {
      const Item item = items[i];
      const bool l = column[row_of(item) * stride] <= at;
      items[left] = item;
      other[right] = item;
      left += l;
      right += !l;
    }
  }
  __builtin_memcpy(items + left, other, right * sizeof(Item));
  return left;
}
