// Random numbers as a function: draw(key, counter). Philox 4x32-10 (Salmon et al., SC 2011), Random123's code, which is
// also cuRAND's generator: the same key and counter give the same words on every device.
// Included inside a backend's namespace.

DEVICE Words philox(u64 key, u32 c0, u32 c1, u32 c2, u32 c3) {
  const philox4x32_ctr_t counter = {{c0, c1, c2, c3}};
  const philox4x32_key_t k = {{static_cast<u32>(key), static_cast<u32>(key >> 32)}};
  const philox4x32_ctr_t r = philox4x32_R(10, counter, k);
  return {{r.v[0], r.v[1], r.v[2], r.v[3]}};
}

// An index below n from one word. The bias is at most n / 2^32, far below what a bootstrap or a feature draw can show;
// samplers, whose draws users see, use unbiased_below() instead.
DEVICE u32 below(u32 word, u32 n) { return static_cast<u32>((static_cast<u64>(word) * n) >> 32); }

// A node's name: a function of its path from the root, so that its draws do not depend on the order of growth.
DEVICE u64 child_path(u64 path, u32 side) {
  u64 z = path * 2 + side + 0x9E3779B97F4A7C15ull;   // SplitMix64's finaliser (Steele et al., 2014)
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}
