// A tile of structures' votes with one lane, four of them as a vector. Included inside a backend's namespace.

using FourSums [[gnu::vector_size(32)]] = i64;
using FourWords [[gnu::vector_size(16)]] = u32;

// votes: [rows][tile]; more: [nodes][tile].
template <u32 tile>
inline void add_votes(u64* votes, const u32* more, const u32* leaf, u32 rows) {
  for (u32 i = 0; i < rows; ++i, votes += tile) {
    const u32* of_leaf = more + static_cast<u64>(leaf[i]) * tile;
    if constexpr (tile == 1) {
      *votes += *of_leaf;
    } else {
      for (u32 s = 0; s < tile; s += 4) {
        FourSums sums;
        FourWords words;
        __builtin_memcpy(&sums, votes + s, sizeof sums);
        __builtin_memcpy(&words, of_leaf + s, sizeof words);
        sums += __builtin_convertvector(words, FourSums);
        __builtin_memcpy(votes + s, &sums, sizeof sums);
      }
    }
  }
}

// right: [tile] rows whose class (1: more than half of the votes) is their label.
template <u32 tile>
inline void count_right(const u64* votes, const u8* labels, u32 rows, u64 total, u64* right) {
  if constexpr (tile == 1) {
    for (u32 i = 0; i < rows; ++i) *right += (2 * votes[i] > total) == (labels[i] != 0);
  } else {
    const i64 half = static_cast<i64>(total / 2);   // total is even
    FourSums sums[tile / 4] = {};
    for (u32 i = 0; i < rows; ++i, votes += tile) {
      const i64 turned =
          static_cast<i64>(labels[i]) - 1;   // a comparison gives -1 where it holds; for label 0 it is turned
      for (u32 s = 0; s < tile; s += 4) {
        FourSums of_row;
        __builtin_memcpy(&of_row, votes + s, sizeof of_row);
        sums[s / 4] -= (of_row > half) ^ turned;
      }
    }
    __builtin_memcpy(right, sums, sizeof sums);
  }
}
