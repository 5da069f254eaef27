// How one lane's search sees a feature of a node: an axis of bins, on which candidates lie. In a large node they are the
// dataset's bins. In a node of few rows, of a feature whose bins have several values, they are the node's own: a row's bin
// is the number of rows whose code is smaller, so each value has one. Included inside a backend's namespace.

// The one candidate of extra_trees.
struct Drawn {
  u32 bin, threshold;
};

struct Axis {
  const DatasetView* data = nullptr;
  u32 feature = 0;
  u32 bins = 0;                // value bins; the missing one comes next
  const u8* place = nullptr;   // [rows] each row's own bin; nullptr: the dataset's bins
  const u16* code = nullptr;   // [bins] of own bins that rows have

  // Tree::threshold after `bin`, when `next` is the node's next occupied one, without the side of missing values.
  u32 threshold(u32 bin, u32 next) const {
    if (next >= bins) return all_values(*data, feature);
    return place != nullptr ? threshold_of_codes(*data, feature, code[bin], code[next], 0.5)
                            : threshold_of_bins(*data, feature, bin, next, 0.5);
  }
  // first, last: the node's outermost occupied bins.
  Drawn draw(u32 first, u32 last, double share, u32 rows) const {
    if (place == nullptr) {
      const u32 threshold = threshold_of_bins(*data, feature, first, last, share);
      return {threshold >> 8, threshold};
    }
    const u32 threshold = threshold_of_codes(*data, feature, code[first], code[last], share);
    u32 below = 0;   // rows
    for (u32 i = 0; i < rows; ++i) below += place[i] != bins && code[place[i]] <= threshold;
    return {below - 1, threshold};
  }
};

struct OwnBins {
  alignas(64) u8 place[exact_rows];
  u16 code[exact_rows];
};

// Ranks up to 16 * vectors numbers among `rows`: how many of all are smaller. Without branches; compilers make vectors of
// it for every instruction set.
template <u32 vectors>
inline void rank_numbers(const i16* all, u32 rows, const i16* of, u8* rank) {
  using Vector [[gnu::vector_size(32)]] = i16;
  Vector number[vectors], smaller[vectors] = {};
  __builtin_memcpy(number, of, sizeof number);
  for (u32 k = 0; k < rows; ++k) {
    const i16 x = all[k];
    const Vector other = {x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
    for (u32 v = 0; v < vectors; ++v) smaller[v] -= other < number[v];
  }
  i16 count[16 * vectors];
  __builtin_memcpy(count, smaller, sizeof count);
  for (u32 i = 0; i < 16 * vectors; ++i) rank[i] = static_cast<u8>(count[i]);
}

template <class Stat>
inline Axis own_axis(const NodeTask<Stat>& task, u32 feature, OwnBins& own) {
  const u64 stride = task.data->features;
  const u8 *bins = task.data->bins + feature, *fine = task.data->fine + feature;
  const u32 missing = task.data->feature_bins[feature];
  u16 code[exact_rows];
  alignas(64) i16 number[exact_rows] = {};   // codes in the order of signed numbers
  for (u32 i = 0; i < task.rows; ++i) {
    const u64 at = task.samples[i].row * stride;
    code[i] = static_cast<u16>(bins[at] << 8 | fine[at]);
    number[i] = static_cast<i16>(code[i] ^ 0x8000);
  }
  for (u32 from = 0; from < task.rows; from += 64) {
    const u32 vectors = task.rows - from > 48 ? 4 : (task.rows - from + 15) / 16;
    if (vectors == 1)
      rank_numbers<1>(number, task.rows, number + from, own.place + from);
    else if (vectors == 2)
      rank_numbers<2>(number, task.rows, number + from, own.place + from);
    else if (vectors == 3)
      rank_numbers<3>(number, task.rows, number + from, own.place + from);
    else
      rank_numbers<4>(number, task.rows, number + from, own.place + from);
  }
  for (u32 i = 0; i < task.rows; ++i) {
    if (code[i] >> 8 == missing)
      own.place[i] = static_cast<u8>(task.rows);
    else
      own.code[own.place[i]] = code[i];
  }
  return {task.data, feature, task.rows, own.place, own.code};
}

// own: where the axis lives, if it is one of own bins.
template <class Stat>
inline Axis axis_of(const NodeTask<Stat>& task, u32 feature, OwnBins& own) {
  if (task.rows <= exact_rows && task.data->feature_fine[feature]) return own_axis(task, feature, own);
  return {task.data, feature, task.data->feature_bins[feature], nullptr, nullptr};
}
