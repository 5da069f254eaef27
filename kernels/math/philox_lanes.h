// Philox 4x32-10 for sixteen consecutive counters at once: philox() written so that a compiler turns it into vectors.
// Included inside a backend's namespace.

inline constexpr u32 philox_lanes = 16;

// words[4 * i + w] = philox(key, first + i, c1, c2, c3).v[w], i < 16.
inline void philox_words(u64 key, u32 first, u32 c1, u32 c2, u32 c3, u32* words) {
  u32 a[philox_lanes], b[philox_lanes], c[philox_lanes], d[philox_lanes];
  for (u32 i = 0; i < philox_lanes; ++i) {
    a[i] = first + i;
    b[i] = c1;
    c[i] = c2;
    d[i] = c3;
  }
  u32 k0 = static_cast<u32>(key), k1 = static_cast<u32>(key >> 32);
  for (u32 round = 0; round < 10; ++round) {
    for (u32 i = 0; i < philox_lanes; ++i) {
      const u64 x = static_cast<u64>(a[i]) * 0xD2511F53u, y = static_cast<u64>(c[i]) * 0xCD9E8D57u;
      const u32 na = static_cast<u32>(y >> 32) ^ b[i] ^ k0, nc = static_cast<u32>(x >> 32) ^ d[i] ^ k1;
      b[i] = static_cast<u32>(y);
      d[i] = static_cast<u32>(x);
      a[i] = na;
      c[i] = nc;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  for (u32 i = 0; i < philox_lanes; ++i) {
    words[4 * i] = a[i];
    words[4 * i + 1] = b[i];
    words[4 * i + 2] = c[i];
    words[4 * i + 3] = d[i];
  }
}
