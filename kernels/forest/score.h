// Scores a round's trees for a tile of structures: adds each validation row's votes tree by tree, in order, and sums the
// metric wherever a query asks for that number of trees. Rows are independent, sums over rows are integers, so only a few numbers per query leave
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

// What a unit keeps at hand: votes of its rows, [tile][rows] for many lanes, which then meet in no memory bank, [rows][tile]
// for one, which adds a tile as a vector; and the rows' labels.
DEVICE u64 kept_votes_bytes(u32 rows, const Fit& fit) {
  return static_cast<u64>(rows) * (fit.tile * fit.values * sizeof(u64) + 1);
}

// Two classes; tile: Fit::tile, known to the compiler.
template <u32 tile, class Block>
DEVICE void score_tile(Block& block, const ScoreArgs& a, const Fit& fit, ScoreUnit unit, u64* votes) {
  const u32 valid = fit.end - fit.begin, rows = unit.rows;
  const auto at = [rows](u64 row, u32 place) { return Block::single ? row * tile + place : place * rows + row; };
  u64* kept = fit.votes + (static_cast<u64>(unit.tile) * valid + unit.row) * tile;
  u8* labels = reinterpret_cast<u8*>(votes + static_cast<u64>(rows) * tile);
  for (u32 i = block.lane(); i < rows; i += block.lanes()) {   // a lane's rows are its own all through
    labels[i] = a.data.labels[fit.order[fit.begin + unit.row + i]];
    for (u32 s = 0; s < tile; ++s) votes[at(i, s)] = fit.first_tree == 0 ? 0 : kept[i * tile + s];
  }
  u32 q = fit.query_begin[unit.tile];
  const u32 q_end = fit.query_begin[unit.tile + 1];
  while (q < q_end && fit.query[q].trees <= fit.first_tree) ++q;
  for (u32 tree = 0; tree < fit.trees && q < q_end; ++tree) {
    const u32* leaf = fit.leaf + static_cast<u64>(tree) * valid + unit.row;
    const u32* cut = fit.cut + (static_cast<u64>(tree) * fit.tiles + unit.tile) * fit.max_nodes * tile;
    if constexpr (Block::single) {
      add_votes<tile>(votes, cut, leaf, rows);   // ops/votes_single.h
    } else {
      for (u32 i = block.lane(); i < rows; i += block.lanes()) {
        const u32* more = cut + static_cast<u64>(leaf[i]) * tile;
        if constexpr (tile < 4) {
          for (u32 s = 0; s < tile; ++s) votes[at(i, s)] += more[s];
        } else {
          for (u32 s = 0; s < tile; s += 4) {
            const Four four = *reinterpret_cast<const Four*>(more + s);
            for (u32 k = 0; k < 4; ++k) votes[at(i, s + k)] += four.v[k];
          }
        }
      }
    }
    const u32 grown = fit.first_tree + tree + 1;
    if (fit.query[q].trees != grown) continue;
    const u64 total = static_cast<u64>(grown) << vote_bits;
    if (fit.metric == accuracy) {   // of the whole tile at once
      u64 right[tile] = {};
      if constexpr (Block::single) {
        count_right<tile>(votes, labels, rows, total, right);
      } else {
        for (u32 i = block.lane(); i < rows; i += block.lanes())
          for (u32 s = 0; s < tile; ++s) right[s] += (2 * votes[at(i, s)] > total) == (labels[i] != 0);
      }
      for (u32 s = 0; s < tile; ++s)
        for (; q < q_end && fit.query[q].trees == grown && fit.query[q].place == s; ++q) {
          const u32 sum = block.warp_sum32(static_cast<u32>(right[s]));
          if (block.warp_lane() == 0) block.add_global(fit.sums + fit.query[q].sums, sum);
        }
      continue;
    }
    for (; q < q_end && fit.query[q].trees == grown; ++q) {
      const u32 s = fit.query[q].place;
      u64* sums = fit.sums + static_cast<u64>(fit.query[q].sums) * fit.sums_per_query;
      if (fit.metric == log_loss) {
        u64 sum = 0;
        for (u32 i = block.lane(); i < rows; i += block.lanes()) {
          const u64 ones = votes[at(i, s)];
          sum += log_loss_of(labels[i] != 0 ? ones : total - ones, total);
        }
        sum = block.warp_sum(sum);
        if (block.warp_lane() == 0) block.add_global(sums, sum);
      } else if (fit.metric == balanced_accuracy) {
        for (u32 i = block.lane(); i < rows; i += block.lanes())
          if (predicted_class(votes + at(i, s), 1, total) == labels[i]) block.add_global(sums + labels[i], 1);
      } else {
        u64* keys = fit.area_keys + static_cast<u64>(fit.query[q].keys) * valid + unit.row;
        for (u32 i = block.lane(); i < rows; i += block.lanes()) keys[i] = votes[at(i, s)];
      }
    }
  }
  for (u32 i = block.lane(); i < rows; i += block.lanes())
    for (u32 s = 0; s < tile; ++s) kept[i * tile + s] = votes[at(i, s)];
}

// More classes: tiles of one structure.
template <class Block>
DEVICE void score_classes(Block& block, const ScoreArgs& a, const Fit& fit, ScoreUnit unit, u64* votes) {
  const u32 valid = fit.end - fit.begin, values = fit.values;
  u64* kept = fit.votes + (static_cast<u64>(unit.tile) * valid + unit.row) * values;
  u8* labels = reinterpret_cast<u8*>(votes + static_cast<u64>(unit.rows) * values);
  for (u32 i = block.lane(); i < unit.rows; i += block.lanes())   // a lane's rows are its own all through
    labels[i] = a.data.labels[fit.order[fit.begin + unit.row + i]];
  const u32 numbers = unit.rows * values;
  for (u32 i = block.lane(); i < numbers; i += block.lanes()) votes[i] = fit.first_tree == 0 ? 0 : kept[i];
  u32 q = fit.query_begin[unit.tile];
  const u32 q_end = fit.query_begin[unit.tile + 1];
  while (q < q_end && fit.query[q].trees <= fit.first_tree) ++q;
  block.sync();
  for (u32 tree = 0; tree < fit.trees && q < q_end; ++tree) {
    const u32* leaf = fit.leaf + static_cast<u64>(tree) * valid + unit.row;
    const u32* cut = fit.cut + (static_cast<u64>(tree) * fit.tiles + unit.tile) * fit.max_nodes;
    const u32* value = fit.value + static_cast<u64>(tree) * fit.max_nodes * values;
    for (u32 i = block.lane(); i < unit.rows; i += block.lanes()) {
      const u32* v = value + static_cast<u64>(cut[leaf[i]]) * values;
      for (u32 k = 0; k < values; ++k) votes[static_cast<u64>(i) * values + k] += v[k];
    }
    const u32 grown = fit.first_tree + tree + 1;
    const u64 total = static_cast<u64>(grown) << vote_bits;
    for (; q < q_end && fit.query[q].trees == grown; ++q) {
      u64* sums = fit.sums + static_cast<u64>(fit.query[q].sums) * fit.sums_per_query;
      u64 sum = 0;
      for (u32 i = block.lane(); i < unit.rows; i += block.lanes()) {
        const u64* v = votes + static_cast<u64>(i) * values;
        if (fit.metric == log_loss) {
          sum += log_loss_of(v[labels[i]], total);
          continue;
        }
        const bool right = predicted_class(v, values, total) == labels[i];
        if (fit.metric == accuracy)
          sum += right;
        else if (right)   // balanced_accuracy; roc_auc is of two classes
          block.add_global(sums + labels[i], 1);
      }
      if (fit.metric == balanced_accuracy) continue;
      sum = block.warp_sum(sum);
      if (block.warp_lane() == 0) block.add_global(sums, sum);
    }
  }
  block.sync();
  for (u32 i = block.lane(); i < numbers; i += block.lanes()) kept[i] = votes[i];
}

// votes: [kept_votes_bytes].
template <class Block>
DEVICE void score_rows(Block& block, const ScoreArgs& a, ScoreUnit unit, u64* votes) {
  const Fit& fit = a.fits[unit.fit];
  if (fit.values > 1)
    score_classes(block, a, fit, unit, votes);
  else if (fit.tile == 1)
    score_tile<1>(block, a, fit, unit, votes);
  else if (fit.tile == 4)
    score_tile<4>(block, a, fit, unit, votes);
  else
    score_tile<most_tile>(block, a, fit, unit, votes);
  block.sync();   // the next unit uses the same workspace
}
