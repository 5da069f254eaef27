// The training rows of one tree: a bootstrap (or all rows), each row once with its number of draws; the root's class
// counts. Included inside a backend's namespace.

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

// Fills samples and counts[0..classes) of node 0; returns the number of samples. counts must be zero.
template <class Block>
DEVICE u32 sample_rows(Block& block, const DatasetView& data, const Fit& fit, Tree& t, u32 tree, u32* shared_count) {
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
  if (block.lane() == 0) *shared_count = 0;
  block.sync();
  u32 of_class[2] = {0, 0};                                         // of this lane's rows, when there are two classes
  const u32 rounds = (train + block.lanes() - 1) / block.lanes();   // every lane takes part in every append
  for (u32 round = 0; round < rounds; ++round) {
    const u32 i = round * block.lanes() + block.lane();
    const u32 weight = i >= train ? 0 : fit.draws > 0 ? t.draws[i] : 1;
    const u32 at = block.append(shared_count, weight > 0);
    if (i < train) {
      const u32 row = train_row(fit, i), label = data.labels[row];
      if constexpr (Block::single) {
        t.samples[at] = sample_of(data, row, weight, label);   // overwritten by the next one when weight is 0
        t.counts[label] += weight;
      } else if (weight > 0) {
        t.samples[at] = sample_of(data, row, weight, label);
        if (data.classes == 2)
          of_class[label] += weight;
        else
          block.add(&t.counts[label], weight);
      }
    }
  }
  if (!Block::single && data.classes == 2)
    for (u32 k = 0; k < 2; ++k) {
      const u32 sum = block.warp_sum32(of_class[k]);
      if (block.warp_lane() == 0) block.add(&t.counts[k], sum);
    }
  block.sync();
  return *shared_count;
}

// Class weights of this tree (scikit-learn's class_weight): n / (classes * count) of all training rows, given in the
// fit, or of the tree's own sample. A class without rows weighs 0.
template <class Block>
DEVICE const double* tree_class_weights(Block& block, const DatasetView& data, const Fit& fit, Tree& t) {
  if (fit.weighted == 0) return nullptr;
  if (fit.weighted == 1) return fit.class_weights;
  u64 n = 0;
  for (u32 k = 0; k < data.classes; ++k) n += t.counts[k];
  for (u32 k = block.lane(); k < data.classes; k += block.lanes())
    t.class_weights[k] =
        t.counts[k] == 0 ? 0.0 : static_cast<double>(n) / (static_cast<double>(data.classes) * t.counts[k]);
  block.sync();
  return t.class_weights;
}
