// Bits of a word. Included inside a backend's namespace.

DEVICE u32 bits_set(u32 x) {
#ifdef __CUDA_ARCH__
  return static_cast<u32>(__popc(x));
#else
  return static_cast<u32>(__builtin_popcount(x));
#endif
}

// Bits before the first that is set; x is not 0.
DEVICE u32 leading_zeros(u32 x) {
#ifdef __CUDA_ARCH__
  return static_cast<u32>(__clz(static_cast<int>(x)));
#else
  return static_cast<u32>(__builtin_clz(x));
#endif
}

// The number of the lowest bit that is set; x is not 0.
DEVICE u32 lowest_bit(u32 x) { return bits_set((x & (0u - x)) - 1); }
