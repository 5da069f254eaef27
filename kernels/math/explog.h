// exp and log with the same bits on every device: IEEE additions, multiplications and divisions only, no contraction.
// exp and the natural log are within 2 ulp of the true value on normal positive numbers, log2 within 3. Included inside a backend's namespace.

DEVICE u64 bits_of(double x) { return __builtin_bit_cast(u64, x); }
DEVICE double double_of(u64 bits) { return __builtin_bit_cast(double, bits); }

struct Exponent {
  double mantissa;   // in [sqrt(1/2), sqrt(2))
  int power;
};

DEVICE Exponent split_exponent(double x) {
  const u64 bits = bits_of(x);
  int power = static_cast<int>(bits >> 52) - 1023;
  double m = double_of((bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++power;
  }
  return {m, power};
}

// ln of the mantissa: 2 atanh(f), f = (m - 1) / (m + 1), |f| <= 0.1716, so that 11 terms reach 2^-56.
DEVICE double log_mantissa(double m) {
  const double f = (m - 1.0) / (m + 1.0);
  const double s = f * f;
  double p = 1.0 / 21.0;
  p = p * s + 1.0 / 19.0;
  p = p * s + 1.0 / 17.0;
  p = p * s + 1.0 / 15.0;
  p = p * s + 1.0 / 13.0;
  p = p * s + 1.0 / 11.0;
  p = p * s + 1.0 / 9.0;
  p = p * s + 1.0 / 7.0;
  p = p * s + 1.0 / 5.0;
  p = p * s + 1.0 / 3.0;
  return 2.0 * f + 2.0 * f * s * p;
}

// x > 0 and normal.
DEVICE double log_of(double x) {
  const Exponent e = split_exponent(x);
  // ln 2 in two parts: the high one has 32 bits, so its product with the power is exact.
  return e.power * 0x1.62e42fee00000p-1 + (log_mantissa(e.mantissa) + e.power * 0x1.a39ef35793c76p-33);
}

DEVICE double log2_of(double x) {
  const Exponent e = split_exponent(x);
  return e.power + log_mantissa(e.mantissa) * 0x1.71547652b82fep+0;
}

// |x| <= 700.
DEVICE double exp_of(double x) {
  const double scaled = x * 0x1.71547652b82fep+0;
  const int power = static_cast<int>(scaled + (scaled < 0 ? -0.5 : 0.5));
  const double r = (x - power * 0x1.62e42fee00000p-1) - power * 0x1.a39ef35793c76p-33;   // |r| <= ln2 / 2
  double p = 1.0 / 6227020800.0;   // Taylor's series to r^13: 2^-58
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  return p * double_of(static_cast<u64>(power + 1023) << 52);
}
