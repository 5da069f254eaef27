// Bytes that only grow, at their end. A block that has its own pages is grown by moving the pages, so that there are never
// two copies of it, as there are of a vector's; and pages that nothing was written to are no memory yet.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

namespace warptune {

class GrowingBytes {
 public:
  GrowingBytes() = default;
  GrowingBytes(GrowingBytes&& other) noexcept { swap(other); }
  GrowingBytes(const GrowingBytes& other) {
    if (other.size_ > 0) std::memcpy(grow(other.size_), other.data(), other.size_);
  }
  GrowingBytes& operator=(GrowingBytes other) noexcept {
    swap(other);
    return *this;
  }
  ~GrowingBytes() = default;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::byte* data() { return data_.get(); }
  [[nodiscard]] const std::byte* data() const { return data_.get(); }

  void reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    void* const larger = std::realloc(data_.get(), capacity);   // aligned for every number
    if (larger == nullptr) throw std::bad_alloc();
    static_cast<void>(data_.release());   // realloc has freed it
    data_.reset(static_cast<std::byte*>(larger));
    capacity_ = capacity;
  }
  // `count` more bytes, whose values are yet to be written.
  std::byte* grow(std::size_t count) {
    if (count > capacity_ - size_) {
      reserve(std::max({size_ + count, capacity_ + capacity_ / 2, std::size_t{64}}));
    }
    std::byte* const begin = data_.get() + size_;
    size_ += count;
    return begin;
  }

 private:
  struct Free {
    void operator()(std::byte* p) const { std::free(p); }
  };
  void swap(GrowingBytes& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  std::unique_ptr<std::byte, Free> data_;
  std::size_t size_ = 0, capacity_ = 0;
};

}   // namespace warptune
