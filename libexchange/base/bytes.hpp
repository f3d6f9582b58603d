// Bytes and views of bytes. C++17, since wire/ (which includes this) is compiled as C++17.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace xch {

using Bytes = std::vector<std::uint8_t>;

/// ByteView is a borrowed, read-only run of bytes. Inputs are ByteViews; nobody keeps one after the call
/// unless its name says Borrowed.
class ByteView {
 public:
  constexpr ByteView() = default;
  constexpr ByteView(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  ByteView(const Bytes& b) : data_(b.data()), size_(b.size()) {}  // NOLINT: views are made in passing
  template <std::size_t N>
  constexpr ByteView(const std::array<std::uint8_t, N>& a) : data_(a.data()), size_(N) {}  // NOLINT
  explicit ByteView(std::string_view text)
      : data_(reinterpret_cast<const std::uint8_t*>(text.data())), size_(text.size()) {}

  constexpr const std::uint8_t* data() const { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr const std::uint8_t* begin() const { return data_; }
  constexpr const std::uint8_t* end() const { return data_ + size_; }
  constexpr std::uint8_t operator[](std::size_t i) const { return data_[i]; }
  /// sub returns bytes [offset, offset + count), cut at the end of the view.
  constexpr ByteView sub(std::size_t offset, std::size_t count = static_cast<std::size_t>(-1)) const {
    if (offset > size_) return ByteView(data_ + size_, 0);
    return ByteView(data_ + offset, count < size_ - offset ? count : size_ - offset);
  }
  Bytes copy() const { return Bytes(begin(), end()); }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// MutableView is a borrowed run of bytes to write into.
class MutableView {
 public:
  constexpr MutableView() = default;
  constexpr MutableView(std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  MutableView(Bytes& b) : data_(b.data()), size_(b.size()) {}  // NOLINT
  template <std::size_t N>
  constexpr MutableView(std::array<std::uint8_t, N>& a) : data_(a.data()), size_(N) {}  // NOLINT
  constexpr std::uint8_t* data() const { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr std::uint8_t* begin() const { return data_; }
  constexpr std::uint8_t* end() const { return data_ + size_; }
  constexpr std::uint8_t& operator[](std::size_t i) const { return data_[i]; }
  constexpr MutableView sub(std::size_t offset, std::size_t count = static_cast<std::size_t>(-1)) const {
    if (offset > size_) return MutableView(data_ + size_, 0);
    return MutableView(data_ + offset, count < size_ - offset ? count : size_ - offset);
  }
  constexpr operator ByteView() const { return ByteView(data_, size_); }  // NOLINT

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// equal compares public bytes. Secrets are compared with crypto::equal_ct.
inline bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.size() == 0 || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

/// Fixed<N, Tag> is a public value of exactly N bytes; Tag keeps a grant hash from being passed as a header hash.
template <std::size_t N, class Tag>
struct Fixed {
  static constexpr std::size_t kSize = N;
  std::array<std::uint8_t, N> bytes{};

  ByteView view() const { return ByteView(bytes); }
  operator ByteView() const { return view(); }  // NOLINT
  bool is_zero() const {
    for (auto b : bytes)
      if (b != 0) return false;
    return true;
  }
  /// copy_from takes exactly N bytes; anything else leaves the value alone and returns false.
  [[nodiscard]] bool copy_from(ByteView v) {
    if (v.size() != N) return false;
    std::memcpy(bytes.data(), v.data(), N);
    return true;
  }
  friend bool operator==(const Fixed& a, const Fixed& b) { return a.bytes == b.bytes; }
  friend bool operator!=(const Fixed& a, const Fixed& b) { return a.bytes != b.bytes; }
  friend bool operator<(const Fixed& a, const Fixed& b) { return a.bytes < b.bytes; }
};

/// ByteWriter appends big-endian integers and byte strings: the encoding of every hash, key-derivation and
/// associated-data input (docs/format.md, "Conventions").
class ByteWriter {
 public:
  ByteWriter& u8(std::uint8_t v) { out_.push_back(v); return *this; }
  ByteWriter& u16(std::uint16_t v) { return u8(static_cast<std::uint8_t>(v >> 8)).u8(static_cast<std::uint8_t>(v)); }
  ByteWriter& u32(std::uint32_t v) { return u16(static_cast<std::uint16_t>(v >> 16)).u16(static_cast<std::uint16_t>(v)); }
  ByteWriter& u64(std::uint64_t v) { return u32(static_cast<std::uint32_t>(v >> 32)).u32(static_cast<std::uint32_t>(v)); }
  ByteWriter& raw(ByteView v) { out_.insert(out_.end(), v.begin(), v.end()); return *this; }
  ByteWriter& raw(std::string_view v) { return raw(ByteView(v)); }
  /// v16(x) = u16(len) || x. The caller keeps x below 65,536 bytes.
  ByteWriter& v16(ByteView v) { return u16(static_cast<std::uint16_t>(v.size())).raw(v); }
  const Bytes& bytes() const& { return out_; }
  Bytes take() && { return std::move(out_); }
  operator ByteView() const { return out_; }  // NOLINT

 private:
  Bytes out_;
};

inline std::uint16_t load_u16(const std::uint8_t* p) { return static_cast<std::uint16_t>(p[0] << 8 | p[1]); }
inline std::uint32_t load_u32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) << 24 | static_cast<std::uint32_t>(p[1]) << 16 |
         static_cast<std::uint32_t>(p[2]) << 8 | p[3];
}
inline std::uint64_t load_u64(const std::uint8_t* p) {
  return static_cast<std::uint64_t>(load_u32(p)) << 32 | load_u32(p + 4);
}
inline void store_u16(std::uint8_t* p, std::uint16_t v) { p[0] = static_cast<std::uint8_t>(v >> 8); p[1] = static_cast<std::uint8_t>(v); }
inline void store_u32(std::uint8_t* p, std::uint32_t v) { store_u16(p, static_cast<std::uint16_t>(v >> 16)); store_u16(p + 2, static_cast<std::uint16_t>(v)); }
inline void store_u64(std::uint8_t* p, std::uint64_t v) { store_u32(p, static_cast<std::uint32_t>(v >> 32)); store_u32(p + 4, static_cast<std::uint32_t>(v)); }

}  // namespace xch
