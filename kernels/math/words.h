// Words by four: what a counter-based generator gives, and what memory gives in one load. Included inside a backend's
// namespace.

struct Words {
  u32 v[4];
};
// of[k] of an array in registers, which have no addresses.
template <u32 count>
DEVICE u32 one_of(const u32* of, u32 k) {
  u32 word = of[0];
  for (u32 m = 1; m < count; ++m) word = m == k ? of[m] : word;
  return word;
}
// The same of words.v, in fewer steps.
DEVICE u32 word_of(const Words& words, u32 k) {
  const u32 low = (k & 1) != 0 ? words.v[1] : words.v[0], high = (k & 1) != 0 ? words.v[3] : words.v[2];
  return (k & 2) != 0 ? high : low;
}
struct alignas(16) Four {
  u32 v[4];
};

DEVICE u64 multiply_high(u64 a, u64 b) {
  const u64 a0 = static_cast<u32>(a), a1 = a >> 32, b0 = static_cast<u32>(b), b1 = b >> 32;
  const u64 low = a0 * b0, mid = a1 * b0 + (low >> 32), mid2 = a0 * b1 + static_cast<u32>(mid);
  return a1 * b1 + (mid >> 32) + (mid2 >> 32);
}
