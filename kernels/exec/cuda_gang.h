// Several thread blocks of a cooperative launch as one block of all their lanes; they share the device's memory only. Included
// inside a backend's namespace.

// What a block knows of its gang, in shared memory: registers are few.
struct GangPlace {
  GangWords* words;
  u32 rank, size;   // this block's number, of so many
  u32 own_flag;     // of this block alone
};

struct CudaGang : CudaBlock {
  static constexpr bool gang = true;

  GangPlace* place;

  // Warps are numbered across blocks first, so that few of them are of many blocks.
  DEVICE u32 warp() const { return CudaBlock::warp() * size() + rank(); }
  DEVICE u32 warps() const { return CudaBlock::warps() * size(); }
  DEVICE u32 lane() const { return warp() * 32 + warp_lane(); }
  DEVICE u32 lanes() const { return CudaBlock::lanes() * size(); }
  DEVICE u32 size() const { return place->size; }
  DEVICE u32 rank() const { return place->rank; }
  DEVICE GangWords& words() const { return *place->words; }
  DEVICE u32* own_flag() const { return &place->own_flag; }
  DEVICE CudaBlock own() const { return *this; }

  // All blocks run at once, so each may wait for the others: as cooperative_groups' grid_group::sync() does, for a part of the
  // grid. All add up to the upper bit, which turns.
  DEVICE void sync() const {
    __syncthreads();
    if (threadIdx.x == 0) {
      const volatile u32* arrived = &words().arrived;
      __threadfence();
      const u32 before = atomicAdd(&words().arrived, rank() == 0 ? 0x80000000u - (size() - 1) : 1u);
      while (((before ^ *arrived) & 0x80000000u) == 0) __nanosleep(100);   // others need the way to the L2 cache
      __threadfence();
    }
    __syncthreads();
  }

  // A unit for all of them.
  DEVICE u32 take(u32* next) const {
    sync();   // the last one is done with
    if (rank() == 0) {
      const u32 unit = own().take(next);
      if (threadIdx.x == 0) words().unit = unit;
    }
    sync();
    return words().unit;
  }
};
