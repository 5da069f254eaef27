// Finds a node's best split with one lane: the body for a core, node by node. ops/search_team.h is the same search for many
// lanes. Included inside a backend's namespace.

// Before a tree's first search: search_sums' buckets are zero between uses.
template <class Stat>
inline void clear_buckets(const Stat& stat, Tree<Stat>& t) {
  if (needs_sums(stat, t.drawn[0]))
    __builtin_memset(t.scratch, 0, 4 * sum_buckets_count<Stat>(stat.data) * sizeof(typename Stat::Number));
}

template <class Stat>
inline u64 single_scratch_bytes(const DatasetView& data) {
  const u64 buckets_of = (data.bucket_bins + 63) / 64 * 64;
  const u64 pairs = 4 * buckets_of * sizeof(u64);
  const u64 sums = (4 * sum_buckets_count<Stat>(data) + 2 * Stat::padded(data)) * sizeof(typename Stat::Number) +
                   buckets_of * sizeof(u32);
  return pairs > sums ? pairs : sums;
}

template <class Stat>
inline Split<Stat> search_node(const NodeTask<Stat>& task, Tree<Stat>& t) {
  // Without a bootstrap each row counts once, so sums count rows.
  const bool tracked = task.fit->min_samples_leaf > 1 && task.fit->draws > 0;
  return with_buckets(
      *task.stat, tracked, task.drawn, [&]<class Bucket>(Bucket) { return search_pairs<Bucket>(task, t); },
      [&] { return search_sums(task, t); });
}
