// The block of the CPU backend: one lane, so every cooperative operation is its own trivial case and loops run at full
// speed. Included inside a backend's namespace; see kernels/README.md for the vocabulary.

struct SingleLane {
  static constexpr bool single = true;

  u32 block = 0;
  u32 index() const { return block; }
  static constexpr u32 lane() { return 0; }
  static constexpr u32 lanes() { return 1; }
  static constexpr u32 warp() { return 0; }
  static constexpr u32 warps() { return 1; }
  static constexpr u32 warp_lane() { return 0; }
  static constexpr u32 warp_lanes() { return 1; }
  static void sync() {}
  static void warp_sync() {}

  // Units of work are shared between blocks, that is between threads.
  static u32 take(u32* next) { return __atomic_fetch_add(next, 1u, __ATOMIC_RELAXED); }
  // Sums that several blocks add to.
  static void add_global(u64* sum, u64 x) { __atomic_fetch_add(sum, x, __ATOMIC_RELAXED); }
  // Counters that only this block's lanes add to.
  static u32 add(u32* sum, u32 x) {
    const u32 old = *sum;
    *sum = old + x;
    return old;
  }
  static u64 add(u64* sum, u64 x) {
    const u64 old = *sum;
    *sum = old + x;
    return old;
  }
  static u32 scan_exclusive(u32 x, u32* total) {
    *total = x;
    return 0;
  }
  static u64 warp_sum(u64 x) { return x; }
};
