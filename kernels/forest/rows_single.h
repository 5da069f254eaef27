// What one lane keeps of a tree's rows. Included inside a backend's namespace.

// A training row of a tree.
struct Sample {
  u32 row;
  u32 weight_label;   // how often the bootstrap drew it << 8 | class
};

// A validation row of a tree.
struct Placed {
  u32 row;
  u32 place;   // among the fold's validation rows
};

inline Sample sample_of(const DatasetView&, u32 row, u32 weight, u32 label) { return {row, weight << 8 | label}; }
