// The block of the CUDA backend: a thread block. Included inside a backend's namespace.

struct CudaBlock {
  static constexpr bool single = false, gang = false;

  u32* partial;               // shared memory: [33] sums of warps, and a word for take()
  const volatile u32* stop;   // UnitArgs::stop

  DEVICE static u32 lane() { return threadIdx.x; }
  DEVICE static u32 lanes() { return blockDim.x; }
  DEVICE static u32 warp() { return threadIdx.x / 32; }
  DEVICE static u32 warps() { return blockDim.x / 32; }
  DEVICE static u32 warp_lane() { return threadIdx.x % 32; }
  DEVICE static constexpr u32 warp_lanes() { return 32; }
  DEVICE static void sync() { __syncthreads(); }
  DEVICE static void warp_sync() { __syncwarp(); }
  DEVICE CudaBlock own() const { return *this; }
  DEVICE static constexpr u32 size() { return 1; }
  DEVICE static constexpr u32 rank() { return 0; }

  // Whether the host wants the launch to end: a read over the bus, by one lane at times. Nobody asks: false.
  DEVICE bool stopped() const { return stop != nullptr && *stop != 0; }

  // The next unit of work, told to all lanes; none32 once the host wants the launch to end.
  DEVICE u32 take(u32* next) {
    __syncthreads();
    if (threadIdx.x == 0) {
      const u32 unit = atomicAdd(next, 1u);   // both are on their way at once
      partial[32] = stopped() ? none32 : unit;
    }
    __syncthreads();
    return partial[32];
  }
  DEVICE static void add_global(u64* sum, u64 x) {
    atomicAdd(reinterpret_cast<unsigned long long*>(sum), static_cast<unsigned long long>(x));
  }
  DEVICE static u32 add(u32* sum, u32 x) { return atomicAdd(sum, x); }
  DEVICE static u64 add(u64* sum, u64 x) {
    return atomicAdd(reinterpret_cast<unsigned long long*>(sum), static_cast<unsigned long long>(x));
  }

  // One atomic per warp, for several items of each lane.
  template <u32 items>
  DEVICE static void append(u32* count, const bool* keep, u32* place) {
    u32 keepers[items], all = 0;
    for (u32 m = 0; m < items; ++m) {
      keepers[m] = __ballot_sync(0xffffffffu, keep[m]);
      place[m] = all + static_cast<u32>(__popc(keepers[m] & ((1u << warp_lane()) - 1)));
      all += static_cast<u32>(__popc(keepers[m]));
    }
    u32 base = 0;
    if (all != 0 && warp_lane() == 0) base = atomicAdd(count, all);
    base = __shfl_sync(0xffffffffu, base, 0);
    for (u32 m = 0; m < items; ++m) place[m] += base;
  }
  // One atomic per warp, item and list: rows lie in the order of their nodes, so a warp meets few lists. Each step is taken for
  // all items before the next.
  template <u32 items>
  DEVICE static void append_of(u32* counts, const u32* list, const bool* keep, u32* place) {
    u32 peers[items], base[items];   // lanes with the same list
    for (u32 m = 0; m < items; ++m) peers[m] = __match_any_sync(0xffffffffu, keep[m] ? list[m] : 0xffffffffu);
    for (u32 m = 0; m < items; ++m) {
      base[m] = 0;
      if (keep[m] && __ffs(static_cast<int>(peers[m])) - 1 == static_cast<int>(warp_lane()))
        base[m] = atomicAdd(counts + list[m], static_cast<u32>(__popc(peers[m])));
    }
    for (u32 m = 0; m < items; ++m)
      place[m] = __shfl_sync(0xffffffffu, base[m], __ffs(static_cast<int>(peers[m])) - 1) +
                 static_cast<u32>(__popc(peers[m] & ((1u << warp_lane()) - 1)));
  }
  DEVICE u32 scan_exclusive(u32 x, u32* total) {
    u32 sum = x;
    for (u32 d = 1; d < 32; d *= 2) {
      const u32 y = __shfl_up_sync(0xffffffffu, sum, d);
      if (warp_lane() >= d) sum += y;
    }
    if (warp_lane() == 31) partial[warp()] = sum;
    __syncthreads();
    u32 before = 0, all = 0;
    for (u32 w = 0; w < warps(); ++w) {
      if (w == warp()) before = all;
      all += partial[w];
    }
    __syncthreads();
    *total = all;
    return before + sum - x;
  }
  DEVICE static u32 warp_scan_inclusive(u32 x) {
    for (u32 d = 1; d < 32; d *= 2) {
      const u32 y = __shfl_up_sync(0xffffffffu, x, d);
      if (warp_lane() >= d) x += y;
    }
    return x;
  }
  DEVICE static u32 warp_ballot(bool x) { return __ballot_sync(0xffffffffu, x); }
  DEVICE static u32 warp_shuffle(u32 x, u32 from) { return __shfl_sync(0xffffffffu, x, static_cast<int>(from)); }
  DEVICE static u32 warp_last(u32 x) { return __shfl_sync(0xffffffffu, x, 31); }
  DEVICE static u64 warp_sum(u64 x) {
    for (u32 d = 16; d > 0; d /= 2) x += __shfl_xor_sync(0xffffffffu, x, d);
    return x;
  }
  // From compute capability 8.0 on a warp reduces 32 bits in one instruction.
  DEVICE static u32 warp_sum32(u32 x) {
#if __CUDA_ARCH__ >= 800
    return __reduce_add_sync(0xffffffffu, x);
#else
    for (u32 d = 16; d > 0; d /= 2) x += __shfl_xor_sync(0xffffffffu, x, d);
    return x;
#endif
  }
  DEVICE static u32 warp_min(u32 x) {
#if __CUDA_ARCH__ >= 800
    return __reduce_min_sync(0xffffffffu, x);
#else
    for (u32 d = 16; d > 0; d /= 2) {
      const u32 y = __shfl_xor_sync(0xffffffffu, x, d);
      x = y < x ? y : x;
    }
    return x;
#endif
  }
  DEVICE static u32 warp_or(u32 x) {
#if __CUDA_ARCH__ >= 800
    return __reduce_or_sync(0xffffffffu, x);
#else
    for (u32 d = 16; d > 0; d /= 2) x |= __shfl_xor_sync(0xffffffffu, x, d);
    return x;
#endif
  }
  DEVICE static i64 warp_max(i64 x) {
    // The high words first, then the low ones of those that have the highest.
    const int high = static_cast<int>(x >> 32);
    const int top = -1 - static_cast<int>(warp_min(static_cast<u32>(-1 - high) ^ 0x80000000u) ^ 0x80000000u);
    const u32 low = ~warp_min(high == top ? ~static_cast<u32>(x) : 0xffffffffu);
    return static_cast<i64>(static_cast<u64>(static_cast<u32>(top)) << 32 | low);
  }
};
