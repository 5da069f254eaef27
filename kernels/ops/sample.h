// The training rows of one tree: a bootstrap (or all rows), each row once with its number of draws; the root's
// sums. Included inside a backend's namespace.

// Where the i-th of a range stands.
DEVICE u32 place_of(const HoledRange& range, u32 i) {
  const u32 at = range.begin + i;
  return at < range.skip_at ? at : at + range.skip;
}

// The i-th training row of a fold.
DEVICE u32 train_row(const Fit& fit, u32 i) { return fit.order[place_of(fit.train, i)]; }

// A draw of a row is one word, or two where a class is drawn first.
DEVICE u32 words_per_draw(const Fit& fit) { return fit.draw_classes > 0 ? 2 : 1; }

// The number of the drawn training row. class_weight=balanced (scikit-learn 1.9): rows are drawn in proportion to n /
// (classes * rows of their class), so every class is as likely, and then every row of it.
DEVICE u32 drawn_row(const Fit& fit, u32 train, const u32* words) {
  if (fit.draw_classes == 0) return below(words[0], train);
  const HoledRange& range = fit.class_range[below(words[0], fit.draw_classes)];
  const u32 place = fit.class_order[place_of(range, below(words[1], range.rows))];
  return place - fit.train.begin - (place < fit.train.skip_at ? 0 : fit.train.skip);
}

template <class Block>
DEVICE u32 sum_of_warp(Block& block, u32 x) {
  return block.warp_sum32(x);
}
template <class Block>
DEVICE u64 sum_of_warp(Block& block, u64 x) {
  return block.warp_sum(x);
}

// Samples of the rows that were drawn, and the sums of node 0, by many lanes: each looks at four rows at once.
template <class Stat, class Block>
DEVICE void collect_samples(Block& block, const Stat& stat, Tree<Stat>& t, u32* shared_count) {
  using Number = typename Stat::Number;
  constexpr u32 at_once = rows_at_once;
  const Fit& fit = stat.fit;
  const u32 train = fit.train.rows;
  if (block.lane() == 0) *shared_count = 0;
  block.sync();
  Number own[2] = {0, 0};   // of this lane's rows, when there are two numbers
  const bool two = Stat::numbers(stat.data) == 2;
  for (u32 from = 0; from < train; from += at_once * block.lanes()) {   // every lane takes part in every append
    u32 drawn[at_once], row[at_once], place[at_once];
    bool keep[at_once];
    for (u32 m = 0; m < at_once; ++m) {
      const u32 i = from + m * block.lanes() + block.lane();
      drawn[m] = i >= train ? 0 : fit.draws > 0 ? t.draws[i] : 1;
      row[m] = train_row(fit, i < train ? i : train - 1);
    }
    for (u32 m = 0; m < at_once; ++m) keep[m] = drawn[m] > 0;
    block.template append<at_once>(shared_count, keep, place);
    Sample<Stat> sample[at_once];
    for (u32 m = 0; m < at_once; ++m) sample[m] = sample_of(stat, row[m], drawn[m]);
    for (u32 m = 0; m < at_once; ++m) {
      if (!keep[m]) continue;
      t.samples[place[m]] = sample[m];
      if (two)
        Stat::each(sample[m].payload, [&](u32 k, Number x) { own[k] += x; });
      else
        Stat::each(sample[m].payload, [&](u32 k, Number x) { block.add(&t.sums[k], x); });
    }
  }
  if (two)
    for (u32 k = 0; k < 2; ++k) {
      const Number sum = sum_of_warp(block, own[k]);
      if (block.warp_lane() == 0) block.add(&t.sums[k], sum);
    }
  block.sync();
}

// Fills samples and the sums of node 0, which must be zero; returns the number of samples.
template <class Stat, class Block>
DEVICE u32 sample_rows(Block& block, const Stat& stat, Tree<Stat>& t, u32 tree, u32* shared_count) {
  using Number = typename Stat::Number;
  const Fit& fit = stat.fit;
  const u32 train = fit.train.rows;
  if (fit.draws > 0) {
    for (u32 i = block.lane(); i < train; i += block.lanes()) t.draws[i] = 0;
    block.sync();
    if constexpr (Block::single) {
      draw_rows(block, fit, tree, train, t.draws);   // ops/sample_single.h
    } else {
      const u32 width = words_per_draw(fit), per_block = 4 / width;
      for (u32 j = block.lane(); j < (fit.draws + per_block - 1) / per_block; j += block.lanes()) {
        const Words w = philox(fit.bootstrap_key, j, tree, 0, 0);
        for (u32 k = 0; k < per_block; ++k)
          if (j * per_block + k < fit.draws) block.add(&t.draws[drawn_row(fit, train, w.v + k * width)], 1);
      }
    }
  }
  if constexpr (Block::single) {
    *shared_count = 0;
    for (u32 i = 0; i < train; ++i) {
      const u32 drawn = fit.draws > 0 ? t.draws[i] : 1;
      const Sample<Stat> sample = sample_of(stat, train_row(fit, i), drawn);
      t.samples[*shared_count] = sample;   // overwritten by the next one when it was not drawn
      *shared_count += drawn > 0;
      Stat::each(sample.payload, [&](u32 k, Number x) { t.sums[k] += x; });
    }
  } else {
    collect_samples(block, stat, t, shared_count);
  }
  return *shared_count;
}
