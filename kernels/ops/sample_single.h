// The bootstrap's draws with one lane. Included inside a backend's namespace.

template <class Block>
inline void draw_rows(Block&, const Fit& fit, u32 tree, u32 train, u32* draws) {
  u32 words[4 * philox_lanes];
  if (fit.draw_classes > 0) {
    constexpr u32 together = 2 * philox_lanes;   // draws of two words
    for (u32 from = 0; from < fit.draws; from += together) {
      philox_words(fit.bootstrap_key, from / 2, tree, 0, 0, words);
      const u32 count = fit.draws - from < together ? fit.draws - from : together;
      for (u32 i = 0; i < count; ++i) ++draws[drawn_row(fit, train, words + 2 * i)];
    }
    return;
  }
  for (u32 from = 0; from < fit.draws; from += 4 * philox_lanes) {
    philox_words(fit.bootstrap_key, from / 4, tree, 0, 0, words);
    const u32 count = fit.draws - from < 4 * philox_lanes ? fit.draws - from : 4 * philox_lanes;
    for (u32 i = 0; i < count; ++i) ++draws[below(words[i], train)];
  }
}
