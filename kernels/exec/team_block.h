// A block of several lanes that are threads of the CPU: how tests run the many-lane bodies without a GPU, under
// ThreadSanitizer, which reports a missing sync(). A warp is one lane. Included inside a backend's namespace.

// Lanes that wait sleep: on a machine with other work std::barrier's, which yield, wait for it too, at each sync().
struct TeamShared {
  explicit TeamShared(u32 lanes) : sums(lanes) { pthread_barrier_init(&barrier, nullptr, lanes); }
  ~TeamShared() { pthread_barrier_destroy(&barrier); }
  TeamShared(const TeamShared&) = delete;
  TeamShared& operator=(const TeamShared&) = delete;
  pthread_barrier_t barrier;
  std::vector<u32> sums;
  const u32* stop = nullptr;   // UnitArgs::stop
};

struct TeamBlock {
  static constexpr bool single = false, gang = false;

  TeamShared* shared;
  u32 my_lane, my_lanes;

  u32 lane() const { return my_lane; }
  u32 lanes() const { return my_lanes; }
  u32 warp() const { return my_lane; }
  u32 warps() const { return my_lanes; }
  static constexpr u32 warp_lane() { return 0; }
  static constexpr u32 warp_lanes() { return 1; }
  void sync() { pthread_barrier_wait(&shared->barrier); }
  static void warp_sync() {}
  TeamBlock own() const { return *this; }
  static constexpr u32 size() { return 1; }
  static constexpr u32 rank() { return 0; }

  bool stopped() const { return shared->stop != nullptr && __atomic_load_n(shared->stop, __ATOMIC_RELAXED) != 0; }
  static void add_global(u64* sum, u64 x) { __atomic_fetch_add(sum, x, __ATOMIC_RELAXED); }
  static u32 add(u32* sum, u32 x) { return __atomic_fetch_add(sum, x, __ATOMIC_RELAXED); }
  static u64 add(u64* sum, u64 x) { return __atomic_fetch_add(sum, x, __ATOMIC_RELAXED); }
  template <u32 items>
  static void append(u32* count, const bool* keep, u32* place) {
    for (u32 m = 0; m < items; ++m) place[m] = keep[m] ? __atomic_fetch_add(count, 1u, __ATOMIC_RELAXED) : 0;
  }
  template <u32 items>
  static void append_of(u32* counts, const u32* list, const bool* keep, u32* place) {
    for (u32 m = 0; m < items; ++m) place[m] = keep[m] ? __atomic_fetch_add(counts + list[m], 1u, __ATOMIC_RELAXED) : 0;
  }
  u32 scan_exclusive(u32 x, u32* total) {
    shared->sums[my_lane] = x;
    sync();
    u32 before = 0, all = 0;
    for (u32 i = 0; i < my_lanes; ++i) {
      if (i == my_lane) before = all;
      all += shared->sums[i];
    }
    *total = all;
    sync();
    return before;
  }
  static u32 warp_scan_inclusive(u32 x) { return x; }
  static u32 warp_ballot(bool x) { return x ? 1 : 0; }
  static u32 warp_shuffle(u32 x, u32) { return x; }
  static u32 warp_last(u32 x) { return x; }
  static u64 warp_sum(u64 x) { return x; }
  static u32 warp_sum32(u32 x) { return x; }
  static i64 warp_max(i64 x) { return x; }
  static u32 warp_min(u32 x) { return x; }
  static u32 warp_or(u32 x) { return x; }
};
