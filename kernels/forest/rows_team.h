// What many lanes keep of a tree's rows. Included inside a backend's namespace.

// The cells of a row: themselves, where there are at most four, which saves fetching them anew; else where they lie.
struct alignas(8) Cells {
  u32 bins;   // of feature f: bits 8 f .. 8 f + 7; or the row's number
  u32 fine;   // the same
};

// A training row of a tree, in one load.
template <class Stat>
struct alignas(16) Sample {
  Cells cells;
  typename Stat::Payload payload;
  u32 owner;   // its node
};

DEVICE u32 few_cells(const u8* cells, u64 row, u32 features) {
  if (features == 4) return reinterpret_cast<const u32*>(cells)[row];   // little endian, as below
  u32 all = 0;
  for (u32 f = 0; f < features; ++f) all |= static_cast<u32>(cells[row * features + f]) << (8 * f);
  return all;
}
DEVICE Cells cells_of(const DatasetView& data, u32 row) {
  if (data.features > 4) return {row, 0};
  return {few_cells(data.bins, row, data.features),
          data.fine != nullptr ? few_cells(data.fine, row, data.features) : 0};
}
DEVICE u32 bin_of(const DatasetView& data, Cells cells, u32 f) {
  if (data.features > 4) return data.bins[static_cast<u64>(cells.bins) * data.features + f];
  return cells.bins >> (8 * f) & 255;
}
DEVICE u32 code_of(const DatasetView& data, Cells cells, u32 f) {
  if (data.features <= 4) return (cells.bins >> (8 * f) & 255) << 8 | (cells.fine >> (8 * f) & 255);
  const u64 at = static_cast<u64>(cells.bins) * data.features + f;
  return static_cast<u32>(data.bins[at]) << 8 | (data.fine != nullptr ? data.fine[at] : 0u);
}
template <class Stat>
DEVICE Sample<Stat> sample_of(const Stat& stat, u32 row, u32 drawn) {
  return {cells_of(stat.data, row), stat.payload(row, drawn), 0};
}
