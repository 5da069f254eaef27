// balanced_accuracy sums, for each class, its rows that are predicted right. Included inside a backend's namespace.

template <class Block, class Votes>
DEVICE void add_balanced_accuracy(Block& block, const QueryRows<Votes>& q) {
  for (u32 i = block.lane(); i < q.rows; i += block.lanes())
    if (q.votes(i).likeliest() == q.labels[i]) block.add_global(q.sums + q.labels[i], 1);
}
