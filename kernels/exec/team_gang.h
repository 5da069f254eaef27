// Several blocks of threads of the CPU that grow one tree together, as CudaGang's do: for tests. Included inside a backend's
// namespace.

struct TeamGang : TeamBlock {
  static constexpr bool gang = true;

  pthread_barrier_t* barrier;   // of all blocks' lanes
  GangWords* words_;
  u32* own_flag_;
  u32 rank_, size_;

  u32 warp() const { return my_lane * size_ + rank_; }
  u32 warps() const { return my_lanes * size_; }
  u32 lane() const { return warp(); }
  u32 lanes() const { return warps(); }
  u32 size() const { return size_; }
  u32 rank() const { return rank_; }
  GangWords& words() const { return *words_; }
  u32* own_flag() const { return own_flag_; }
  void sync() { pthread_barrier_wait(barrier); }
};
