// Scores a wave's trees for a tile of structures: adds each validation row's votes tree by tree, in order, and sums the
// metric wherever a query asks for that number of trees. Rows are independent, sums over rows are integers, so only a few
// numbers per query leave the device. Included inside a backend's namespace.

// The one place that knows the metrics: a file in kernels/metric/ each.
template <class Block, class Votes>
DEVICE void add_metric(Block& block, u32 metric, const QueryRows<Votes>& q) {
  if (metric == accuracy)
    add_accuracy(block, q);
  else if (metric == balanced_accuracy)
    add_balanced_accuracy(block, q);
  else if (metric == log_loss)
    add_log_loss(block, q);
  else
    keep_for_roc_auc(block, q);
}

template <class Votes>
DEVICE QueryRows<Votes> query_rows(const Fit& fit, const Query& query, ScoreUnit unit, const u8* labels, Votes votes) {
  return {fit.sums + static_cast<u64>(query.sums) * fit.sums_per_query,
          fit.area_keys + static_cast<u64>(query.keys) * (fit.end - fit.begin) + unit.row, labels, unit.rows, votes};
}

// What a unit keeps at hand: votes of its rows, and their labels.
DEVICE u64 kept_votes_bytes(u32 rows, const Fit& fit) {
  return static_cast<u64>(rows) * (fit.tile * fit.values * sizeof(u64) + 1);
}

// Two classes, with one lane; tile: Fit::tile, known to the compiler. votes: [rows][tile].
template <u32 tile, class Block>
DEVICE void score_tile_single(Block& block, const ScoreArgs& a, const Fit& fit, ScoreUnit unit, u64* votes) {
  const u32 valid = fit.end - fit.begin, rows = unit.rows;
  u64* kept = fit.votes + (static_cast<u64>(unit.tile) * valid + unit.row) * tile;
  u8* labels = reinterpret_cast<u8*>(votes + static_cast<u64>(rows) * tile);
  for (u32 i = 0; i < rows; ++i) {
    labels[i] = a.data.labels[fit.order[fit.begin + unit.row + i]];
    for (u32 s = 0; s < tile; ++s) votes[i * tile + s] = fit.first_tree == 0 ? 0 : kept[i * tile + s];
  }
  u32 q = fit.query_begin[unit.tile];
  const u32 q_end = fit.query_begin[unit.tile + 1];
  while (q < q_end && fit.query[q].trees <= fit.first_tree) ++q;
  for (u32 tree = 0; tree < fit.trees && q < q_end; ++tree) {
    const u32* leaf = fit.leaf + static_cast<u64>(tree) * valid + unit.row;
    const u32* cut = fit.cut + (static_cast<u64>(tree) * fit.tiles + unit.tile) * fit.max_nodes * tile;
    add_votes<tile>(votes, cut, leaf, rows);   // ops/votes_single.h
    const u32 grown = fit.first_tree + tree + 1;
    if (fit.query[q].trees != grown) continue;
    const u64 total = static_cast<u64>(grown) << vote_bits;
    if (fit.metric == accuracy) {   // of the whole tile at once
      u64 right[tile] = {};
      count_right<tile>(votes, labels, rows, total, right);   // ops/votes_single.h
      for (u32 s = 0; s < tile; ++s)
        for (; q < q_end && fit.query[q].trees == grown && fit.query[q].place == s; ++q)
          block.add_global(fit.sums + fit.query[q].sums, right[s]);
      continue;
    }
    for (; q < q_end && fit.query[q].trees == grown; ++q) {
      const Query& query = fit.query[q];
      const auto votes_of = [&](u32 i) { return RowVotes{votes + i * tile + query.place, 1, total}; };
      add_metric(block, fit.metric, query_rows(fit, query, unit, labels, votes_of));
    }
  }
  for (u32 i = 0; i < rows; ++i)
    for (u32 s = 0; s < tile; ++s) kept[i * tile + s] = votes[i * tile + s];
}

template <u32 tile, class Block>
DEVICE void score_tile(Block& block, const ScoreArgs& a, const Fit& fit, ScoreUnit unit, u64* votes) {
  if constexpr (Block::single)
    score_tile_single<tile>(block, a, fit, unit, votes);
  else
    score_tile_team<tile>(block, a, fit, unit, votes);   // score_team.h
}

// Adds the trees from `tree` to `stop`, of more than two classes, with one lane. votes: [rows][values].
DEVICE void add_trees_single(const Fit& fit, ScoreUnit unit, u32 tree, u32 stop, u64* votes) {
  const u64 valid = fit.end - fit.begin, values = fit.values;
  for (; tree < stop; ++tree) {
    const u32* leaf = fit.leaf + tree * valid + unit.row;
    const u32* cut = fit.cut + (static_cast<u64>(tree) * fit.tiles + unit.tile) * fit.max_nodes;
    const u32* value = fit.value + static_cast<u64>(tree) * fit.max_nodes * values;
    for (u32 i = 0; i < unit.rows; ++i) {
      const u32* v = value + cut[leaf[i]] * values;
      for (u32 k = 0; k < values; ++k) votes[i * values + k] += v[k];
    }
  }
}

// More than two classes: tiles of one structure.
template <class Block>
DEVICE void score_classes(Block& block, const ScoreArgs& a, const Fit& fit, ScoreUnit unit, u64* votes) {
  const u32 valid = fit.end - fit.begin, values = fit.values, numbers = unit.rows * values;
  u64* kept = fit.votes + (static_cast<u64>(unit.tile) * valid + unit.row) * values;
  u8* labels = reinterpret_cast<u8*>(votes + numbers);
  for (u32 i = block.lane(); i < unit.rows; i += block.lanes())
    labels[i] = a.data.labels[fit.order[fit.begin + unit.row + i]];
  for (u32 i = block.lane(); i < numbers; i += block.lanes()) votes[i] = fit.first_tree == 0 ? 0 : kept[i];
  block.sync();
  u32 q = fit.query_begin[unit.tile], tree = 0;
  const u32 q_end = fit.query_begin[unit.tile + 1];
  while (q < q_end && fit.query[q].trees <= fit.first_tree) ++q;
  while (tree < fit.trees && q < q_end) {
    const u32 asked = fit.query[q].trees - fit.first_tree, stop = asked < fit.trees ? asked : fit.trees;
    if constexpr (Block::single)
      add_trees_single(fit, unit, tree, stop, votes);
    else
      add_trees_team(block, fit, unit, tree, stop, votes);   // score_team.h
    block.sync();
    tree = stop;
    const u32 grown = fit.first_tree + tree;
    const u64 total = static_cast<u64>(grown) << vote_bits;
    for (; q < q_end && fit.query[q].trees == grown; ++q) {
      const auto votes_of = [&](u32 i) { return RowVotes{votes + static_cast<u64>(i) * values, values, total}; };
      add_metric(block, fit.metric, query_rows(fit, fit.query[q], unit, labels, votes_of));
    }
    block.sync();
  }
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
