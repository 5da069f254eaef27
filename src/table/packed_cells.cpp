#include "table/packed_cells.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "table/decimal_codes.h"
#include "table/missing_number.h"
#include "table/number.h"

namespace warptune {

namespace {

using number_detail::powers_of_ten;

constexpr int scales = number_detail::exact_powers + 1;
// Enough to tell which form is the smallest, or nearly so: what they do not show is kept aside, and counted.
constexpr std::size_t sample_size = 128;

// The codes of an integer type that are no n.
template <class Int>
constexpr Int missing_code = std::numeric_limits<Int>::min();
template <class Int>
constexpr Int aside_code = std::numeric_limits<Int>::min() + 1;

// What the codes of an integer type can be.
template <class Int>
constexpr CodeForm code_form(int scale) {
  return {powers_of_ten[scale], std::numeric_limits<Int>::max() - 1, missing_code<Int>};
}

// A long column is first touched page by page; with pages of 2 MiB that is a quarter of the page faults' time. Only advice.
void prefer_huge_pages(const std::byte* data, std::size_t bytes) {
  constexpr std::uintptr_t huge_page = std::uintptr_t{2} << 20;
  const auto begin = reinterpret_cast<std::uintptr_t>(data);
  const std::uintptr_t first = (begin + huge_page - 1) / huge_page * huge_page;
  const std::uintptr_t last = (begin + bytes) / huge_page * huge_page;
  if (last < first + huge_page) return;
  ::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

}   // namespace

// Counts, for every width and scale, the values that fit.
PackedCells::Choice PackedCells::choose(std::span<const double> sample) {
  constexpr std::array<std::size_t, 3> widths = {1, 2, 4};
  std::array<std::array<std::size_t, widths.size()>, scales> fitting{};
  std::size_t numbers = 0;
  for (const double value : sample) {
    if (value != value) continue;
    ++numbers;
    for (int scale = 0; scale < scales; ++scale) {
      if (!is_code(value, code_form<std::int32_t>(scale))) continue;
      // With every further digit behind the point n is ten times as big.
      double n = std::abs(nearest_n(value, powers_of_ten[scale]));
      for (; scale < scales && n <= code_form<std::int32_t>(0).most; n *= 10) {
        fitting[scale][2] += 1;
        fitting[scale][1] += n <= code_form<std::int16_t>(0).most ? 1 : 0;
        fitting[scale][0] += n <= code_form<std::int8_t>(0).most ? 1 : 0;
        ++scale;
      }
      break;
    }
  }
  Choice best{{8, 0}, 8 * sample.size()};
  for (int scale = 0; scale < scales; ++scale) {
    for (std::size_t w = 0; w < widths.size(); ++w) {
      const std::size_t bytes = widths[w] * sample.size() + (numbers - fitting[scale][w]) * aside_bytes;
      if (bytes < best.bytes) best = {{widths[w], scale}, bytes};
    }
  }
  return best;
}

// Looks at rows of the whole column, so that neither its first rows nor its last decide alone.
void PackedCells::choose_again() {
  const std::size_t count = size_ < sample_size ? size_ : sample_size;
  if (count == 0) return;
  std::array<double, sample_size> sample;
  for (std::size_t i = 0; i < count; ++i) sample[i] = (*this)[i * size_ / count];
  const Choice best = choose({sample.data(), count});
  const std::size_t would_be = best.bytes * size_ / count;
  if (bytes() > 8 * size_) {
    rewrite(would_be < 8 * size_ && best.form != form_ ? best.form : Form{8, 0});
  } else if (would_be + size_ / 4 < bytes()) {   // a smaller gain is not worth the work
    rewrite(best.form);
  }
  next_choice_ = 4 * size_;
  most_aside_ = 2 * aside_.size() + size_ / 16 + 16;
}

void PackedCells::rewrite(Form form) {
  PackedCells other;
  other.form_ = form;
  other.expected_ = expected_;
  other.next_choice_ = other.most_aside_ = std::numeric_limits<std::size_t>::max();
  for_each_piece([&](std::span<double> values) { other.append(values); });
  *this = std::move(other);
}

void PackedCells::make_room() {
  const std::size_t bytes = expected_ * form_.width;
  bytes_.reserve(bytes);
  prefer_huge_pages(bytes_.data(), bytes);
}

void PackedCells::append(std::span<const double> values) {
  if (size_ == 0 && !values.empty()) {
    std::array<double, sample_size> sample;
    const std::size_t count = std::min(values.size(), sample_size);
    for (std::size_t i = 0; i < count; ++i) sample[i] = values[i * values.size() / count];
    if (next_choice_ == 0) form_ = choose({sample.data(), count}).form;
    make_room();
    next_choice_ = std::max(next_choice_, 4 * values.size());
    most_aside_ = std::max(most_aside_, values.size() / 16 + 16);
  }
  for (std::size_t begin = 0; begin < values.size(); begin += piece_size) {
    const std::span<const double> some = values.subspan(begin, std::min(piece_size, values.size() - begin));
    switch (form_.width) {
      case 1: append_as<std::int8_t>(some); break;
      case 2: append_as<std::int16_t>(some); break;
      case 4: append_as<std::int32_t>(some); break;
      default: {
        auto* const out = reinterpret_cast<double*>(bytes_.grow(some.size() * sizeof(double)));
        for (std::size_t i = 0; i < some.size(); ++i) out[i] = some[i] + 0.0;   // -0 becomes 0
        size_ += some.size();
      }
    }
    if (size_ >= next_choice_ || aside_.size() > most_aside_) choose_again();
  }
}

void PackedCells::append(PackedCells other) {
  if (size_ == 0) {
    *this = std::move(other);
  } else {
    other.for_each_piece([&](std::span<double> values) { append(values); });
  }
}

template <class Int>
void PackedCells::append_as(std::span<const double> values) {
  const CodeForm form = code_form<Int>(form_.scale);
  std::array<std::int32_t, piece_size> codes;
  const bool all = decimal_codes(values, form, codes.data());
  Int* const out = reinterpret_cast<Int*>(bytes_.grow(values.size() * sizeof(Int)));
  for (std::size_t i = 0; i < values.size(); ++i) out[i] = static_cast<Int>(codes[i]);
  for (std::size_t i = 0; !all && i < values.size(); ++i) {
    if (values[i] != values[i] || is_code(values[i], form)) continue;
    out[i] = aside_code<Int>;
    aside_rows_.push_back(static_cast<std::uint32_t>(size_ + i));
    aside_.push_back(values[i]);
  }
  size_ += values.size();
}

template <class Int>
void PackedCells::read_as(std::size_t begin, std::span<double> out) const {
  const double power = powers_of_ten[form_.scale];
  const Int* const codes = reinterpret_cast<const Int*>(bytes_.data()) + begin;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(codes[i]) / power;
  int absent = 0;
  for (std::size_t i = 0; i < out.size(); ++i) absent |= codes[i] == missing_code<Int> ? 1 : 0;
  for (std::size_t i = 0; absent != 0 && i < out.size(); ++i) {
    if (codes[i] == missing_code<Int>) out[i] = missing_number;
  }
  if (aside_.empty()) return;
  const auto first = std::lower_bound(aside_rows_.begin(), aside_rows_.end(), begin);
  for (auto row = first; row != aside_rows_.end() && *row < begin + out.size(); ++row) {
    out[*row - begin] = aside_[static_cast<std::size_t>(row - aside_rows_.begin())];
  }
}

double PackedCells::operator[](std::size_t row) const {
  double value = 0;
  read(row, {&value, 1});
  return value;
}

void PackedCells::read(std::size_t begin, std::span<double> out) const {
  if (out.empty()) return;
  switch (form_.width) {
    case 1: return read_as<std::int8_t>(begin, out);
    case 2: return read_as<std::int16_t>(begin, out);
    case 4: return read_as<std::int32_t>(begin, out);
    default: std::memcpy(out.data(), bytes_.data() + begin * sizeof(double), out.size_bytes());
  }
}

template <class Int>
std::optional<PackedCells::Counts> PackedCells::counts_of() const {
  const std::span code(reinterpret_cast<const Int*>(bytes_.data()), size_);
  Int least = std::numeric_limits<Int>::max(), most = missing_code<Int>;
  std::size_t absent = 0;
  for (const Int n : code) {
    absent += n == missing_code<Int> ? 1 : 0;
    least = std::min(least, n == missing_code<Int> ? least : n);
    most = std::max(most, n);
  }
  Counts counts;
  counts.has_missing = absent > 0;
  if (absent == size_) return counts;
  const std::int64_t first = std::int64_t{0} + least;
  const auto range = static_cast<std::size_t>(most - first) + 1;
  if (range > size_ || !aside_.empty()) return std::nullopt;
  counts.counts.resize(range);   // first of all n, then of those that occur
  for (const Int n : code) {
    if (n != missing_code<Int>) ++counts.counts[static_cast<std::size_t>(n - first)];
  }
  const auto different = std::count_if(counts.counts.begin(), counts.counts.end(), [](auto rows) { return rows > 0; });
  counts.values.reserve(static_cast<std::size_t>(different));
  std::size_t found = 0;
  for (std::size_t i = 0; i < range; ++i) {
    if (counts.counts[i] == 0) continue;
    counts.values.push_back(static_cast<double>(static_cast<std::int64_t>(i) + first) / powers_of_ten[form_.scale]);
    counts.counts[found++] = counts.counts[i];
  }
  counts.counts.resize(found);
  return counts;
}

std::optional<PackedCells::Counts> PackedCells::counts() const {
  switch (form_.width) {
    case 1: return counts_of<std::int8_t>();
    case 2: return counts_of<std::int16_t>();
    case 4: return counts_of<std::int32_t>();
    default: return std::nullopt;
  }
}

std::vector<double> PackedCells::doubles() const {
  std::vector<double> values(size_);
  read(0, values);
  return values;
}

void PackedCells::recode(const std::function<std::uint32_t(std::uint32_t)>& code_of) {
  if (form_ == Form{4, 0} && aside_.empty()) {   // many codes: the same bytes can hold them
    auto* const codes = reinterpret_cast<std::int32_t*>(bytes_.data());
    for (std::size_t r = 0; r < size_; ++r) {
      if (codes[r] == missing_code<std::int32_t>) continue;
      codes[r] = static_cast<std::int32_t>(code_of(static_cast<std::uint32_t>(codes[r])));
    }
    return;
  }
  PackedCells coded;
  for_each_piece([&](std::span<double> values) {
    for (double& value : values) {
      if (value == value) value = code_of(static_cast<std::uint32_t>(value));
    }
    coded.append(values);
  });
  *this = std::move(coded);
}

}   // namespace warptune
