// accuracy sums the rows that are predicted right. Included inside a backend's namespace.

template <class Block, class Votes>
DEVICE void add_accuracy(Block& block, const QueryRows<Votes>& q) {
  add_over_rows(block, q, [](const RowVotes& row, u32 label) -> u64 { return row.likeliest() == label; });
}
