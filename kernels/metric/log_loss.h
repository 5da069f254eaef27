// log_loss sums -ln of the share of the row's class, * 2^32 and rounded: as scikit-learn's, shares below 2^-52 count as
// that. Included inside a backend's namespace.

DEVICE u64 log_loss_of(u64 votes, u64 total) {
  const double p = static_cast<double>(votes) / static_cast<double>(total);
  const double clipped = p < 2.220446049250313e-16 ? 2.220446049250313e-16 : p;
  const double loss = clipped >= 1.0 ? 0.0 : -log_of(clipped);
  return static_cast<u64>(loss * 4294967296.0 + 0.5);
}

template <class Block, class Votes>
DEVICE void add_log_loss(Block& block, const QueryRows<Votes>& q) {
  add_over_rows(block, q, [](const RowVotes& row, u32 label) { return log_loss_of(row.of(label), row.total); });
}
