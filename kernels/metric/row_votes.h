// What a metric sees of one row: the votes of its classes. Included inside a backend's namespace.

struct RowVotes {
  const u64* votes;   // [values]
  u32 values;         // classes, or 1 (class 1's) for two classes
  u64 total;          // votes of all classes
  DEVICE u64 of(u32 label) const {
    if (values > 1) return votes[label];
    return label != 0 ? votes[0] : total - votes[0];
  }
  // The class with the most votes, ties to the lowest.
  DEVICE u32 likeliest() const {
    if (values == 1) return 2 * votes[0] > total ? 1 : 0;
    u32 best = 0;
    for (u32 k = 1; k < values; ++k)
      if (votes[k] > votes[best]) best = k;
    return best;
  }
};

// A query's sums, of the rows that a unit scores. Votes: the RowVotes of a row.
template <class Votes>
struct QueryRows {
  u64* sums;          // [sums_per_query]
  u64* keys;          // [rows] of a metric that ranks; else nothing
  const u8* labels;   // [rows]
  u32 rows;
  Votes votes;
};

// Adds of(row votes, label) of all rows to the query's only sum.
template <class Block, class Votes, class OfRow>
DEVICE void add_over_rows(Block& block, const QueryRows<Votes>& q, OfRow of_row) {
  u64 sum = 0;
  for (u32 i = block.lane(); i < q.rows; i += block.lanes()) sum += of_row(q.votes(i), q.labels[i]);
  sum = block.warp_sum(sum);
  if (block.warp_lane() == 0) block.add_global(q.sums, sum);
}
