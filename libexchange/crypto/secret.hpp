// Secrets: values that are wiped, never copied, never printed, and opened by one door.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "base/bytes.hpp"
#include "base/memory.hpp"
#include "base/result.hpp"

namespace xch::crypto {

/// wipe overwrites memory in a way the compiler may not remove (libsodium sodium_memzero).
void wipe(MutableView memory);
/// equal_ct compares two secrets of one public length in constant time; different lengths are unequal.
bool equal_ct(ByteView a, ByteView b);

/// Secret<N, Tag> is N secret bytes: move-only, wiped on move and on destruction; no ==, no <<, no copy.
/// expose() and expose_mutable() are its one door, so a search for "expose" lists every use of key bytes.
template <std::size_t N, class Tag>
class Secret {
 public:
  static constexpr std::size_t kSize = N;
  Secret() = default;
  ~Secret() { wipe(MutableView(bytes_)); }
  Secret(Secret&& o) noexcept : bytes_(o.bytes_) { wipe(MutableView(o.bytes_)); }
  Secret& operator=(Secret&& o) noexcept {
    if (this == &o) return *this;
    bytes_ = o.bytes_;
    wipe(MutableView(o.bytes_));
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  bool operator==(const Secret&) const = delete;

  ByteView expose() const { return ByteView(bytes_); }
  MutableView expose_mutable() { return MutableView(bytes_); }
  /// duplicate is the visible way to a second copy.
  Secret duplicate() const {
    Secret s;
    s.bytes_ = bytes_;
    return s;
  }
  /// from copies exactly N bytes; record_malformed otherwise.
  static Result<Secret> from(ByteView v) {
    if (v.size() != N) return fail(Code::record_malformed);
    Secret s;
    for (std::size_t i = 0; i < N; ++i) s.bytes_[i] = v[i];
    return s;
  }

 private:
  std::array<std::uint8_t, N> bytes_{};
};

/// Arena is locked memory (one sodium_malloc region: guard pages, mlock, not in core dumps) for one operation.
/// take() hands out zeroed, 16-byte aligned pieces until reset() wipes and reuses the whole. It grows by further
/// regions when one is full. Not thread-safe: one operation, one arena. Errors: locked_memory.
class Arena final : public Memory {
 public:
  static Result<std::unique_ptr<Arena>> make(std::size_t first_bytes = 256 * 1024);
  ~Arena() override;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Result<MutableView> take(std::size_t size) override;
  /// reset wipes everything handed out; pieces taken before are dead.
  void reset();
  std::size_t bytes_in_use() const;

 private:
  Arena() = default;
  struct Region;
  Region* head_ = nullptr;   // newest first
  Region* spare_ = nullptr;  // emptied by reset, kept
  std::size_t in_use_ = 0;
};

/// ArenaPool keeps a few arenas of a context so that an operation does not pay for locking memory each time
/// (sodium_malloc costs about 30 us). lease() returns one that is reset when the lease ends. Thread-safe.
class ArenaPool {
 public:
  ArenaPool();
  ~ArenaPool();
  ArenaPool(const ArenaPool&) = delete;
  ArenaPool& operator=(const ArenaPool&) = delete;
  class Lease {
   public:
    Lease(Lease&&) noexcept;
    Lease& operator=(Lease&&) noexcept;
    ~Lease();
    Arena& operator*() const { return *arena_; }
    Arena* operator->() const { return arena_.get(); }

   private:
    friend class ArenaPool;
    Lease(ArenaPool* pool, std::unique_ptr<Arena> arena) : pool_(pool), arena_(std::move(arena)) {}
    ArenaPool* pool_ = nullptr;
    std::unique_ptr<Arena> arena_;
  };
  Result<Lease> lease();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// SecretBytes is a secret of run-time length on the ordinary heap, wiped when dropped; for values that leave an
/// arena (a passphrase, an opened value on its way to the caller). Move-only; expose() is the door.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size) : data_(size ? new std::uint8_t[size]() : nullptr), size_(size) {}
  explicit SecretBytes(ByteView v) : SecretBytes(v.size()) {
    if (size_) std::memcpy(data_.get(), v.data(), size_);
  }
  ~SecretBytes() { clear(); }
  SecretBytes(SecretBytes&& o) noexcept : data_(std::move(o.data_)), size_(o.size_) { o.size_ = 0; }
  SecretBytes& operator=(SecretBytes&& o) noexcept {
    if (this == &o) return *this;
    clear();
    data_ = std::move(o.data_);
    size_ = o.size_;
    o.size_ = 0;
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  ByteView expose() const { return ByteView(data_.get(), size_); }
  MutableView expose_mutable() { return MutableView(data_.get(), size_); }
  void clear() {
    if (data_) wipe(MutableView(data_.get(), size_));
    data_.reset();
    size_ = 0;
  }

 private:
  std::unique_ptr<std::uint8_t[]> data_;
  std::size_t size_ = 0;
};

}  // namespace xch::crypto
