// roc_auc: the area under the ROC curve of one query, exactly: positives ranked above negatives, ties counted half (Hanley
// and McNeil, 1982), as twice the number of such pairs. Rows keep their votes for class 1; area_of_query ranks them when
// all rows have theirs. Included inside a backend's namespace.

template <class Block, class Votes>
DEVICE void keep_for_roc_auc(Block& block, const QueryRows<Votes>& q) {
  for (u32 i = block.lane(); i < q.rows; i += block.lanes()) q.keys[i] = q.votes(i).of(1);
}

// Sorts keys[0, n) by a stable radix sort, 8 bits at a time; other: [n], counts: [256][lanes]. Returns where they lie.
template <class Block>
DEVICE u64* sort_keys(Block& block, u64* keys, u64* other, u32 n, u32 bits, u32* counts) {
  const u32 lanes = block.lanes(), lane = block.lane();
  const u32 chunk = (n + lanes - 1) / lanes;
  const u32 begin = lane * chunk < n ? lane * chunk : n, end = begin + chunk < n ? begin + chunk : n;
  for (u32 shift = 0; shift < bits; shift += 8) {
    for (u32 d = 0; d < 256; ++d) counts[d * lanes + lane] = 0;
    for (u32 i = begin; i < end; ++i) ++counts[((keys[i] >> shift) & 255) * lanes + lane];
    block.sync();
    // Exclusive sum over [digit][lane]: each lane sums a run of 256 entries.
    u32 sum = 0, total = 0;
    for (u32 i = lane * 256; i < lane * 256 + 256; ++i) sum += counts[i];
    u32 before = block.scan_exclusive(sum, &total);
    for (u32 i = lane * 256; i < lane * 256 + 256; ++i) {
      const u32 c = counts[i];
      counts[i] = before;
      before += c;
    }
    block.sync();
    for (u32 i = begin; i < end; ++i) other[counts[((keys[i] >> shift) & 255) * lanes + lane]++] = keys[i];
    block.sync();
    u64* swap = keys;
    keys = other;
    other = swap;
  }
  return keys;
}

DEVICE u64 area_workspace_bytes(u32 valid, u32 lanes) {
  return (static_cast<u64>(valid) * 12 + 256ull * lanes * 4 + 127) & ~u64{63};
}

template <class Block>
DEVICE void area_of_query(Block& block, const AreaArgs& a, AreaUnit unit, u8* workspace) {
  const Fit& fit = a.fits[unit.fit];
  const Query& query = fit.query[unit.query];
  const u32 n = fit.end - fit.begin;
  u64* keys = fit.area_keys + static_cast<u64>(query.keys) * n;
  u64* other = reinterpret_cast<u64*>(workspace);
  u32* negatives = reinterpret_cast<u32*>(other + n);   // before each place
  u32* counts = negatives + n;
  const u32* order = fit.order + fit.begin;
  for (u32 i = block.lane(); i < n; i += block.lanes()) keys[i] = keys[i] << 1 | a.data.labels[order[i]];
  block.sync();
  u32 bits = vote_bits + 2;
  while (query.trees >> (bits - vote_bits - 1)) ++bits;   // votes <= trees << vote_bits
  const u64* sorted = sort_keys(block, keys, other, n, bits, counts);
  const u32 lanes = block.lanes(), lane = block.lane();
  const u32 chunk = (n + lanes - 1) / lanes;
  const u32 begin = lane * chunk < n ? lane * chunk : n, end = begin + chunk < n ? begin + chunk : n;
  u32 mine = 0, total = 0;
  for (u32 i = begin; i < end; ++i) mine += !(sorted[i] & 1);
  u32 before = block.scan_exclusive(mine, &total);
  for (u32 i = begin; i < end; ++i) {
    negatives[i] = before;
    before += !(sorted[i] & 1);
  }
  block.sync();
  u64 pairs = 0;
  u32 run_begin = 0, run_end = 0;
  for (u32 i = begin; i < end; ++i) {
    if (i == begin || i >= run_end) {   // a new run of equal votes
      const u64 votes = sorted[i] >> 1;
      run_begin = i;
      if (i == begin) {
        u32 low = 0, high = i;   // the run may have begun in another lane's part
        while (low < high) {
          const u32 middle = (low + high) / 2;
          if (sorted[middle] >> 1 < votes)
            low = middle + 1;
          else
            high = middle;
        }
        run_begin = low;
      }
      run_end = i + 1;
      while (run_end < n && sorted[run_end] >> 1 == votes) ++run_end;
    }
    if (sorted[i] & 1) pairs += static_cast<u64>(negatives[run_begin]) + (run_end < n ? negatives[run_end] : total);
  }
  pairs = block.warp_sum(pairs);
  if (block.warp_lane() == 0 && pairs > 0)
    block.add_global(fit.sums + static_cast<u64>(query.sums) * fit.sums_per_query, pairs);
  block.sync();
}
