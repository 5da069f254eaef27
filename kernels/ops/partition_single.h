// Sends a node's rows to its two children with one lane: the body for a core. Included inside a backend's namespace.

// Returns how many of the `rows` items go left; left ones first. Without branches: both places are written, one counts.
// left_of: of a row's number.
template <class Item, class LeftOf>
inline u32 partition_items(Item* items, Item* other, u32 rows, LeftOf left_of) {
  u32 left = 0, right = 0;
  for (u32 i = 0; i < rows; ++i) {
    const Item item = items[i];
    const bool l = left_of(item.row);
    items[left] = item;
    other[right] = item;
    left += l;
    right += !l;
  }
  __builtin_memcpy(items + left, other, right * sizeof(Item));
  return left;
}

// Item: what has a row; threshold: see ops/threshold.h. Not inlined: its loops need all registers.
template <class Item>
[[gnu::noinline]] u32 partition_rows(const DatasetView& data, u32 feature, u32 threshold, Item* items, Item* other,
                                     u32 rows) {
  const u8* column = data.bins + feature;
  const u64 stride = data.features;
  const u32 bins = data.feature_bins[feature], last = threshold & 0xffffu;
  const bool missing = data.feature_missing[feature] != 0;
  if (between_bins(threshold)) {
    if (missing)
      return partition_items(items, other, rows, [=](u32 row) {
        return goes_left(static_cast<u32>(column[row * stride]) << 8, threshold, bins);
      });
    return partition_items(items, other, rows, [=](u32 row) { return column[row * stride] <= last >> 8; });
  }
  const u8* fine = data.fine + feature;
  const auto code_of = [=](u32 row) { return static_cast<u32>(column[row * stride]) << 8 | fine[row * stride]; };
  if (missing)
    return partition_items(items, other, rows, [=](u32 row) { return goes_left(code_of(row), threshold, bins); });
  return partition_items(items, other, rows, [=](u32 row) { return code_of(row) <= last; });
}
