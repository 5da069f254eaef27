// What one lane keeps of a tree's rows. Included inside a backend's namespace.

// A training row of a tree.
template <class Stat>
struct Sample {
  u32 row;
  typename Stat::Payload payload;
};

// A validation row of a tree.
struct Placed {
  u32 row;
  u32 place;   // among the fold's validation rows
};

template <class Stat>
inline Sample<Stat> sample_of(const Stat& stat, u32 row, u32 drawn) {
  return {row, stat.payload(row, drawn)};
}
