// accuracy sums the rows that are predicted right. Included inside a backend's namespace.

template <class Block, class Votes>
DEVICE void add_accuracy(Block& block, const QueryRows<Votes>& q) {
  add_over_rows(block, q, [](const RowVotes& row, u32 label) -> u64 { return row.likeliest() == label; });
}

// Two classes, the whole tile at once. votes: as score_tile's; right: [tile], of this lane's rows.
template <u32 tile, class Block, class At>
DEVICE void count_right_of_tile(Block& block, const u64* votes, At at, const u8* labels, u32 rows, u64 total,
                                u64* right) {
  if constexpr (Block::single) {
    count_right<tile>(votes, labels, rows, total, right);   // ops/votes_single.h
  } else {
    for (u32 i = block.lane(); i < rows; i += block.lanes())
      for (u32 s = 0; s < tile; ++s) right[s] += (2 * votes[at(i, s)] > total) == (labels[i] != 0);
  }
}
