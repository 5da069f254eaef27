// Reciprocals and logarithms in 32-bit floats, to a relative error of 2^-21 (of the logarithm: and an absolute one of 2^-22).
// Not the same bits everywhere: only for choosing what is looked at exactly. Included inside a backend's namespace.

DEVICE float rough_reciprocal(float x) {
#ifdef __CUDA_ARCH__
  float y;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return 1 / x;
#endif
}

DEVICE float rough_log2(float x) {
#ifdef __CUDA_ARCH__
  float y;
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return static_cast<float>(log2_of(static_cast<double>(x)));
#endif
}

// Positive floats are in the order of their bits.
DEVICE u32 float_bits(float x) { return __builtin_bit_cast(u32, x); }
DEVICE float float_of(u32 bits) { return __builtin_bit_cast(float, bits); }
