// Scores a round's trees: adds each validation row's votes tree by tree, in order, and sums the metric wherever a query
// asks for that number of trees. Rows are independent, sums over rows are integers, so only a few numbers per query leave
// the device. Included inside a backend's namespace.

// -ln of the share of the row's class, as scikit-learn's log_loss: shares below 2^-52 count as that.
DEVICE u64 log_loss_of(u64 votes, u64 total) {
  const double p = static_cast<double>(votes) / static_cast<double>(total);
  const double clipped = p < 2.220446049250313e-16 ? 2.220446049250313e-16 : p;
  const double loss = clipped >= 1.0 ? 0.0 : -log_of(clipped);
  return static_cast<u64>(loss * 4294967296.0 + 0.5);
}

// A row's predicted class: the most votes, ties to the lowest class.
DEVICE u32 predicted_class(const u64* votes, u32 values, u64 total) {
  if (values == 1) return 2 * votes[0] > total ? 1 : 0;
  u32 best = 0;
  for (u32 k = 1; k < values; ++k)
    if (votes[k] > votes[best]) best = k;
  return best;
}

template <class Block>
DEVICE void score_rows(Block& block, const ScoreArgs& a, ScoreUnit unit, u64* votes) {
  const Fit& fit = a.fits[unit.fit];
  const u32 valid = fit.end - fit.begin, values = fit.values;
  u64* kept = fit.votes + (static_cast<u64>(unit.structure) * valid + unit.row) * values;
  const u32 numbers = unit.rows * values;
  for (u32 i = block.lane(); i < numbers; i += block.lanes()) votes[i] = fit.first_tree == 0 ? 0 : kept[i];
  u32 q = fit.query_begin[unit.structure];
  const u32 q_end = fit.query_begin[unit.structure + 1];
  while (q < q_end && fit.query[q].trees <= fit.first_tree) ++q;
  // A lane's rows are its own all through, so no sync is needed between trees. Rows of a lane: row, row + lanes ...
  block.sync();
  for (u32 tree = 0; tree < fit.trees && q < q_end; ++tree) {
    const u32* leaf = fit.leaf + static_cast<u64>(tree) * valid + unit.row;
    const u32* cut = fit.cut + (static_cast<u64>(tree) * fit.structures + unit.structure) * fit.max_nodes;
    const u32* value = fit.value + static_cast<u64>(tree) * fit.max_nodes * values;
    if (values == 1) {
      for (u32 i = block.lane(); i < unit.rows; i += block.lanes()) votes[i] += cut[leaf[i]];
    } else {
      for (u32 i = block.lane(); i < unit.rows; i += block.lanes()) {
        const u32* v = value + static_cast<u64>(cut[leaf[i]]) * values;
        for (u32 k = 0; k < values; ++k) votes[static_cast<u64>(i) * values + k] += v[k];
      }
    }
    const u32 grown = fit.first_tree + tree + 1;
    const u64 total = static_cast<u64>(grown) << vote_bits;
    for (; q < q_end && fit.query[q].trees == grown; ++q) {
      u64* sums = fit.sums + static_cast<u64>(fit.query[q].sums) * fit.sums_per_query;
      const u32* order = fit.order + fit.begin + unit.row;
      if (fit.metric == accuracy || fit.metric == log_loss) {
        u64 sum = 0;
        for (u32 i = block.lane(); i < unit.rows; i += block.lanes()) {
          const u64* v = votes + static_cast<u64>(i) * values;
          const u32 label = a.data.labels[order[i]];
          if (fit.metric == accuracy)
            sum += predicted_class(v, values, total) == label;
          else
            sum += log_loss_of(values > 1 ? v[label] : label == 1 ? v[0] : total - v[0], total);
        }
        sum = block.warp_sum(sum);
        if (block.warp_lane() == 0) block.add_global(sums, sum);
      } else if (fit.metric == balanced_accuracy) {
        for (u32 i = block.lane(); i < unit.rows; i += block.lanes()) {
          const u32 label = a.data.labels[order[i]];
          if (predicted_class(votes + static_cast<u64>(i) * values, values, total) == label)
            block.add_global(sums + label, 1);
        }
      } else {
        u64* keys = fit.area_keys + static_cast<u64>(fit.query[q].keys) * valid + unit.row;
        for (u32 i = block.lane(); i < unit.rows; i += block.lanes()) keys[i] = votes[i];
      }
    }
  }
  block.sync();
  for (u32 i = block.lane(); i < numbers; i += block.lanes()) kept[i] = votes[i];
  block.sync();
}
