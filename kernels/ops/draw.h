// Random search: the values of a range of trials, each a function of (seed, trial, parameter). The words are Philox
// 4x32-10's with key = seed, counter = {16 * parameter + attempt, 0, trial}, that is cuRAND's subsequence `trial`.
// Included inside a backend's namespace.

// An index in [0, n) without bias: Lemire's method (ACM TOMACS 2019) over 64-bit words; 32 words are at hand, and each is
// rejected with a chance below n / 2^64, so the last one is taken as it is.
template <class Source>
DEVICE u64 unbiased_below(u64 n, Source words) {
  const u64 threshold = (0 - n) % n;
  u64 word = 0;
  for (u32 attempt = 0; attempt < 16; ++attempt) {
    const Words w = words(attempt);
    for (u32 half = 0; half < 2; ++half) {
      word = static_cast<u64>(w.v[2 * half + 1]) << 32 | w.v[2 * half];
      if (word * n >= threshold) return multiply_high(word, n);
    }
  }
  return multiply_high(word, n);
}

template <class Source>
DEVICE double draw_value(const DrawSpec& s, Source words) {
  if (s.kind == draw_index) {   // the end of a stepped range is the user's number, not low + n * step rounded
    const double stepped = s.low + s.step * static_cast<double>(unbiased_below(s.count, words));
    return stepped < s.most ? stepped : s.most;
  }
  const Words w = words(0);
  const double share = static_cast<double>((static_cast<u64>(w.v[1]) << 32 | w.v[0]) >> 11) * 0x1p-53;   // [0, 1)
  double x = s.low + (s.high - s.low) * share;
  if (s.kind == draw_log || s.kind == draw_log_integer) x = exp_of(x);
  if (s.kind == draw_log_integer) x = static_cast<double>(static_cast<i64>(x + 0.5));
  return x < s.least ? s.least : x > s.most ? s.most : x;
}
