// Which features a node looks at: drawn one after the other without replacement, each a function of the node's path and
// the draw's number. scikit-learn's rule: max_features features are visited; if all of them are constant in the node,
// more are visited until one is not. Included inside a backend's namespace.

struct FeaturePlace {
  u32 feature, word, bit;   // bit: of visited[word]
};

// The r-th (from 0) that is not in a set of up to 32.
DEVICE u32 find_in_word(u32 visited, u32 r) {
  u32 left = ~visited;
  for (; r > 0; --r) left &= left - 1;
  return lowest_bit(left);
}

// The r-th (from 0) feature, by index, that is not yet visited. visited: [(features + 31) / 32] words.
DEVICE FeaturePlace find_feature(const u32* visited, u32 r) {
  u32 word = 0;
  for (;; ++word) {
    const u32 free = bits_set(~visited[word]);
    if (r < free) break;
    r -= free;
  }
  const u32 at = find_in_word(visited[word], r);
  return {word * 32 + at, word, 1u << at};
}

// As find_feature, and marks it.
DEVICE u32 visit_feature(u32* visited, u32 r) {
  const FeaturePlace place = find_feature(visited, r);
  visited[place.word] |= place.bit;
  return place.feature;
}

// Word number j of the node's feature stream.
DEVICE u32 feature_word(u64 key, u32 tree, u64 path, u32 j, Words* block) {
  if (j % 4 == 0) *block = philox(key, j / 4, tree, static_cast<u32>(path), static_cast<u32>(path >> 32));
  return block->v[j % 4];
}

// A uniform double in [0, 1) for the random threshold of the node's visit number j (extra_trees), and a coin for the
// side of missing values.
struct ThresholdDraw {
  double share;
  bool missing_left;
};
DEVICE ThresholdDraw threshold_draw(u64 key, u32 tree, u64 path, u32 j) {
  const Words w = philox(key, 0x80000000u | j, tree, static_cast<u32>(path), static_cast<u32>(path >> 32));
  const u64 bits = (static_cast<u64>(w.v[1]) << 32 | w.v[0]) >> 11;
  return {static_cast<double>(bits) * 0x1p-53, (w.v[2] & 1) != 0};
}
