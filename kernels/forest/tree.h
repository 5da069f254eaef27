// A tree while it grows, in its block's workspace. Its rows are of the body that grows it: forest/rows_single.h,
// forest/rows_team.h. Nodes are numbered level by level, left to right, so a
// node's number is larger than its parent's and does not depend on how deep the tree is cut.
// Included inside a backend's namespace.

template <class Stat>
struct Tree {
  // per node, [max_nodes]
  u32 *begin, *end;   // its training rows: samples[begin, end)
  u64* path;          // name for random draws
  u32* feature;       // of its split; none32: it has none
  u32* threshold;     // of its split, see ops/threshold.h
  u32* left;          // left child; the right one is the next
  u32* parent;
  u32* depth;
  u32* drawn;   // sum of bootstrap counts
  double* impurity;
  double* improvement;           // weighted decrease of impurity, as scikit-learn's min_impurity_decrease means it
  typename Stat::Number* sums;   // [max_nodes][numbers]
  // per level
  u32* level_begin;   // [max_nodes + 2]
  // rows
  Sample<Stat>*samples, *samples_other;   // [training rows]
  u32* draws;                             // [training rows] how often each row was drawn
  u32* visited;                           // [(features + 31) / 32] words of the features' bit set
  double* stat_space;                     // [Stat::space]
  u32* order;                             // [max_nodes] best-first order of split nodes
  u32* heap;                              // [max_nodes]
  double* cost;                           // [max_nodes] for pruning
  u8* scratch;                            // histograms where they do not fit elsewhere
  u64 scratch_bytes;
};

// A node's sums, [numbers].
template <class Stat>
DEVICE typename Stat::Number* sums_of(const Stat& stat, const Tree<Stat>& t, u32 node) {
  return t.sums + static_cast<u64>(node) * Stat::numbers(stat.data);
}
template <class Number>
struct NumberOf {
  const Number* numbers;
  DEVICE Number operator()(u32 k) const { return numbers[k]; }
};
template <class Number>
DEVICE NumberOf<Number> number_of(const Number* numbers) {
  return {numbers};
}

inline constexpr u32 rows_at_once = 4;   // of a lane, where there are many: their loads are in flight together

// What all nodes of a tree have in common.
template <class Stat>
struct Growth {
  const DatasetView& data;
  const Fit& fit;
  Stat stat;
  u32 tree;
  double total_weight;   // of the root
  double min_weight;     // of a leaf
};

struct Carver {
  u8* at;
  u64 used = 0;
  DEVICE u64 next() const { return (used + 63) & ~u64{63}; }
  template <class T>
  DEVICE T* take(u64 count) {
    used = next();
    T* p = reinterpret_cast<T*>(at + used);
    used += count * sizeof(T);
    return p;
  }
};

// Cuts a workspace up; with at == nullptr only its size (the result's second) means something.
template <class Stat>
struct CarvedTree {
  Tree<Stat> tree;
  u64 bytes;
};
template <class Stat>
DEVICE CarvedTree<Stat> carve_tree(u8* at, const DatasetView& data, const Fit& fit, u64 scratch_bytes) {
  Carver c{at};
  Tree<Stat> t;
  const u64 nodes = fit.max_nodes, train = fit.train.rows;
  t.begin = c.take<u32>(nodes);
  t.end = c.take<u32>(nodes);
  t.path = c.take<u64>(nodes);
  t.feature = c.take<u32>(nodes);
  t.threshold = c.take<u32>(nodes);
  t.left = c.take<u32>(nodes);
  t.parent = c.take<u32>(nodes);
  t.depth = c.take<u32>(nodes);
  t.drawn = c.take<u32>(nodes);
  t.impurity = c.take<double>(nodes);
  t.improvement = c.take<double>(nodes);
  t.sums = c.take<typename Stat::Number>(nodes * Stat::numbers(data));
  t.level_begin = c.take<u32>(nodes + 2);
  t.samples = c.template take<Sample<Stat>>(train);
  t.samples_other = c.template take<Sample<Stat>>(train);
  t.draws = c.take<u32>(train);
  t.visited = c.take<u32>((data.features + 31) / 32);
  t.stat_space = c.take<double>(Stat::space(data));
  t.order = c.take<u32>(nodes);
  t.heap = c.take<u32>(nodes);
  t.cost = c.take<double>(nodes);
  t.scratch = c.take<u8>(scratch_bytes);
  t.scratch_bytes = scratch_bytes;
  return {t, c.next()};
}
