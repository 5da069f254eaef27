// A tree while it grows, in its block's workspace, and its rows. Nodes are numbered level by level, left to right, so a
// node's number is larger than its parent's and does not depend on how deep the tree is cut.
// Included inside a backend's namespace.

// A training row of a tree: its number, class, and how often the bootstrap drew it.
struct Sample {
  u32 row;            // its number; or its bins themselves, see row_key()
  u32 weight_label;   // weight << 8 | label
};

// A validation row of a tree.
struct Placed {
  u32 row;     // as Sample's
  u32 place;   // among the fold's validation rows
};

// What the many-lane bodies keep of a row: with up to four features its bins, which saves fetching them; else its number.
DEVICE u32 row_key(const DatasetView& data, u32 row) {
  if (data.features > 4) return row;
  if (data.features == 4) return reinterpret_cast<const u32*>(data.bins)[row];   // little endian, as below
  u32 key = 0;
  for (u32 f = 0; f < data.features; ++f)
    key |= static_cast<u32>(data.bins[static_cast<u64>(row) * data.features + f]) << (8 * f);
  return key;
}
DEVICE u32 bin_of(const DatasetView& data, u32 key, u32 f) {
  if (data.features > 4) return data.bins[static_cast<u64>(key) * data.features + f];
  return key >> (8 * f) & 255;
}

struct Tree {
  // per node, [max_nodes]
  u32 *begin, *end;     // its training rows: samples[begin, end)
  u32 *vbegin, *vend;   // its validation rows: validation[vbegin, vend)
  u64* path;            // name for random draws
  u32* feature;         // of its split; none32: it has none
  u32* threshold;       // bins <= (threshold & 255) go left; bit 8: missing values go left
  u32* left;            // left child; the right one is the next
  u32* parent;
  u32* depth;
  u32* weight;   // sum of bootstrap counts
  double* impurity;
  double* improvement;   // weighted decrease of impurity, as scikit-learn's min_impurity_decrease means it
  u32* counts;           // [max_nodes][classes] sums of bootstrap counts
  // per level
  u32* level_begin;   // [max_nodes + 2]
  // rows
  Sample *samples, *samples_other;         // [training rows]
  Placed *validation, *validation_other;   // [validation rows]
  u32* draws;                              // [training rows] how often each row was drawn
  u32* visited;                            // [(features + 31) / 32] words of the features' bit set
  double* class_weights;                   // [classes]
  u32* order;                              // [max_nodes] best-first order of split nodes
  u32* heap;                               // [max_nodes]
  double* cost;                            // [max_nodes] for pruning
  u8* scratch;                             // histograms where they do not fit elsewhere
  u64 scratch_bytes;
};

struct Carver {
  u8* at;
  u64 used = 0;
  template <class T>
  DEVICE T* take(u64 count) {
    used = (used + 63) & ~u64{63};
    T* p = reinterpret_cast<T*>(at + used);
    used += count * sizeof(T);
    return p;
  }
};

// Cuts a workspace up; with at == nullptr only its size (the result's second) means something.
struct CarvedTree {
  Tree tree;
  u64 bytes;
};
DEVICE CarvedTree carve_tree(u8* at, const DatasetView& data, const Fit& fit, u64 scratch_bytes) {
  Carver c{at};
  Tree t;
  const u64 nodes = fit.max_nodes, valid = fit.end - fit.begin, train = fit.rows - valid;
  t.begin = c.take<u32>(nodes);
  t.end = c.take<u32>(nodes);
  t.vbegin = c.take<u32>(nodes);
  t.vend = c.take<u32>(nodes);
  t.path = c.take<u64>(nodes);
  t.feature = c.take<u32>(nodes);
  t.threshold = c.take<u32>(nodes);
  t.left = c.take<u32>(nodes);
  t.parent = c.take<u32>(nodes);
  t.depth = c.take<u32>(nodes);
  t.weight = c.take<u32>(nodes);
  t.impurity = c.take<double>(nodes);
  t.improvement = c.take<double>(nodes);
  t.counts = c.take<u32>(nodes * data.classes);
  t.level_begin = c.take<u32>(nodes + 2);
  t.samples = c.take<Sample>(train);
  t.samples_other = c.take<Sample>(train);
  t.validation = c.take<Placed>(valid);
  t.validation_other = c.take<Placed>(valid);
  t.draws = c.take<u32>(train);
  t.visited = c.take<u32>((data.features + 31) / 32);
  t.class_weights = c.take<double>(data.classes);
  t.order = c.take<u32>(nodes);
  t.heap = c.take<u32>(nodes);
  t.cost = c.take<double>(nodes);
  t.scratch = c.take<u8>(scratch_bytes);
  t.scratch_bytes = scratch_bytes;
  return {t, (c.used + 63) & ~u64{63}};
}
