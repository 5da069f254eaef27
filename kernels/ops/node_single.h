// A node as one lane searches it: what the search is given, what it finds, the features that it looks at. Included inside a
// backend's namespace.

// What a node's search needs to know about it.
template <class Stat>
struct NodeTask {
  const DatasetView* data;
  const Fit* fit;
  const Stat* stat;
  const Sample<Stat>* samples;   // its own, [rows]
  u32 rows;
  u32 drawn;                           // sum of bootstrap counts
  const typename Stat::Number* sums;   // [numbers]
  double min_weight;                   // of a leaf
  u32 tree;
  u64 path;
};

template <class Stat>
struct Split {
  i64 key = smallest_key;
  u32 feature = none32;
  u32 threshold = 0;               // see ops/threshold.h
  bool paired = false;             // else what goes left is to be summed
  typename Stat::Pair left = {};   // sums of what goes left
};

// Draws a node's features one after the other. visited must be zero and is left zero.
struct FeatureDraws {
  u32* visited;
  u32 words, features, count = 0;
  Words block{};
};
template <class Stat>
inline u32 next_feature(FeatureDraws& d, const NodeTask<Stat>& task) {
  const u32 word = feature_word(task.fit->node_key, task.tree, task.path, d.count, &d.block);
  const u32 f = visit_feature(d.visited, below(word, d.features - d.count));
  ++d.count;
  return f;
}
