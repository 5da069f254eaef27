// Gini's key of two classes whose counts are below 65,536, without doubles: the bits of gini_binary(), from integers. Most
// cards do one double for 32 or 64 integers. Included inside a backend's namespace.

// A positive number as a double holds it: mantissa * 2^(power - 52), mantissa in [2^52, 2^53].
struct Rounded {
  u64 mantissa;
  u32 power;
};

// a / b, rounded to the nearest double, ties to even: 16 + 64 bits of the quotient are found, which is more than 53, and
// whether something remains. b <= a < 2^32, b < 65,536.
DEVICE Rounded rounded_quotient(u32 a, u32 b) {
  // of 2^32: b * inverse + over, over in [1, b]; so x * inverse / 2^32 is at most 1 below x / b, for x < 2^32
  const u32 inverse = 0xffffffffu / b, over = 0u - inverse * b;
  const auto divide = [=](u32 x, u32& left) {
    u32 q = static_cast<u32>((static_cast<u64>(x) * inverse) >> 32);
    left = x - q * b;
    if (left >= b) {
      ++q;
      left -= b;
    }
    return q;
  };
  u32 rest = 0;
  const u32 whole = divide(a, rest);
  const auto next_word = [=](u32& left) {   // left * 2^32 / b: left times what 2^32 / b is, and times what that leaves
    const u32 q = left * inverse, of_over = divide(left * over, left);
    return q + of_over;
  };
  const u32 middle = next_word(rest), low = next_word(rest);
  const u64 fraction = static_cast<u64>(middle) << 32 | low;
  const u32 power = 31 - leading_zeros(whole), kept = 52 - power;   // bits of the fraction, 37 .. 52
  u64 mantissa = static_cast<u64>(whole) << kept | fraction >> (64 - kept);
  const u64 dropped = fraction << kept, half = 0x8000000000000000ull;
  if (dropped > half || (dropped == half && (rest != 0 || (mantissa & 1) != 0))) ++mantissa;
  return {mantissa, power};
}

// The bits of the sum, rounded in the same way. Powers are below 16.
DEVICE u64 bits_of_sum(Rounded x, Rounded y) {
  if (x.power < y.power) {
    const Rounded z = x;
    x = y;
    y = z;
  }
  u32 dropped_bits = x.power - y.power, power = x.power;
  const u32 low = static_cast<u32>(y.mantissa);
  u32 dropped = low & ((1u << dropped_bits) - 1);
  u64 mantissa = x.mantissa + (y.mantissa >> dropped_bits);
  if (mantissa >> 53 != 0) {
    dropped |= static_cast<u32>(mantissa & 1) << dropped_bits++;
    mantissa >>= 1;
    ++power;
  }
  const u32 twice = 2 * dropped, one = 1u << dropped_bits;
  if (twice > one || (twice == one && (mantissa & 1) != 0)) ++mantissa;
  // A mantissa of 2^53 carries into the power.
  return (static_cast<u64>(1023 + power) << 52) + (mantissa - (1ull << 52));
}

// bits_of(gini_binary(l, l1, n, n1)); 0 < l < n < 65,536.
DEVICE u64 gini_bits(u32 l, u32 l1, u32 n, u32 n1) {
  const u32 l0 = l - l1, r = n - l, r1 = n1 - l1, r0 = r - r1;
  return bits_of_sum(rounded_quotient(l0 * l0 + l1 * l1, l), rounded_quotient(r0 * r0 + r1 * r1, r));
}

// Rough keys of two classes: within n * 2^-18 of a number that orders candidates as their keys do, and positive. Gini's is
// the key itself, of five roundings of 2^-22 each at most. Entropy's is 2 n - (l H(l) + r H(r)): each term's error is that of
// a quotient, of a logarithm, and of a product, in all below 2^-20 of the rows on its side; an integer term's, 2^-32.
DEVICE float rough_gini(u32 l, u32 l1, u32 n, u32 n1) {
  const u32 l0 = l - l1, r = n - l, r1 = n1 - l1, r0 = r - r1;
  return static_cast<float>(l0 * l0 + l1 * l1) * rough_reciprocal(static_cast<float>(l)) +
         static_cast<float>(r0 * r0 + r1 * r1) * rough_reciprocal(static_cast<float>(r));
}
DEVICE float rough_entropy(u32 l, u32 l1, u32 n, u32 n1) {
  const u32 l0 = l - l1, r = n - l, r1 = n1 - l1, r0 = r - r1;
  const float of_left = rough_reciprocal(static_cast<float>(l)), of_right = rough_reciprocal(static_cast<float>(r));
  const auto term = [](u32 count, float of_side) {   // 0 of an empty class
    const float c = static_cast<float>(count == 0 ? 1 : count);
    return count == 0 ? 0.0f : c * rough_log2(c * of_side);
  };
  return (term(l1, of_left) + term(l0, of_left)) + (term(r1, of_right) + term(r0, of_right)) +
         2.0f * static_cast<float>(n);
}
