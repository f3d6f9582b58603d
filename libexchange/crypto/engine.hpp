// The one OpenSSL library context of the process and what is kept in it. Internal to crypto/: no other folder may
// include this file.
#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/types.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <new>

namespace xch::crypto {

/// Pool keeps a few objects for reuse without a lock and without thread_local (which would tie their life to the
/// host's threads). An object leaves the pool by take() and returns by give(); which slot a thread tries first
/// follows from where its stack lies, so threads rarely meet on one cache line.
template <class T, void (*Free)(T*)>
class Pool {
 public:
  /// take returns a kept object or null.
  T* take() {
    const std::size_t start = first_slot();
    for (std::size_t i = 0; i < kSlots; ++i) {
      auto& slot = slots_[(start + i) % kSlots].object;
      if (slot.load(std::memory_order_relaxed) == nullptr) continue;
      if (T* got = slot.exchange(nullptr, std::memory_order_acquire)) return got;
    }
    return nullptr;
  }
  /// give keeps the object, or frees it when the pool is full. The caller has left no secret in it.
  void give(T* object) {
    const std::size_t start = first_slot();
    for (std::size_t i = 0; i < kSlots; ++i) {
      T* empty = nullptr;
      if (slots_[(start + i) % kSlots].object.compare_exchange_strong(empty, object, std::memory_order_release,
                                                                      std::memory_order_relaxed))
        return;
    }
    Free(object);
  }

 private:
  static constexpr std::size_t kSlots = 16;
  static std::size_t first_slot() {
    const char here = 0;
    // Stacks of different threads are at least this far apart; the multiplication spreads them over the slots.
    return static_cast<std::size_t>((reinterpret_cast<std::uintptr_t>(&here) >> 18) * 0x9E3779B97F4A7C15u >> 60);
  }
  struct alignas(64) Slot {
    std::atomic<T*> object{nullptr};
  };
  std::array<Slot, kSlots> slots_;
};

/// Engine holds one private OSSL_LIB_CTX (never the host's default context; no openssl.cnf is read) and every
/// algorithm, fetched once: a fetch takes locks that halve the throughput of two threads. It is made once and never
/// freed, since freeing an OSSL_LIB_CTX under a living host thread is a use after free at that thread's end.
struct Engine {
  OSSL_LIB_CTX* libctx = nullptr;
  OSSL_PROVIDER* provider = nullptr;
  EVP_MD* sha256 = nullptr;
  EVP_CIPHER* aes256gcm = nullptr;
  EVP_CIPHER* chacha20poly1305 = nullptr;

  EVP_PKEY* p256_parameters = nullptr;  // P-256 without a key: duplicating it is 5 times cheaper than naming the curve
  EC_GROUP* p256_group = nullptr;
  BIGNUM* p256_order_minus_2 = nullptr;
  BN_MONT_CTX* p256_order_mont = nullptr;

  mutable Pool<EVP_MD_CTX, EVP_MD_CTX_free> digests;   // each initialised for SHA-256, holding nothing
  mutable Pool<EVP_PKEY_CTX, EVP_PKEY_CTX_free> p256_importers;
  mutable Pool<EVP_PKEY, EVP_PKEY_free> p256_peers;    // P-256 public keys to be overwritten with the next peer
};

/// engine is the process's engine; null if the libraries cannot be brought up.
const Engine* engine();

/// Deleter<F> lets unique_ptr own an OpenSSL object.
template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using PkeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using PkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using CipherCtxPtr = std::unique_ptr<EVP_CIPHER_CTX, Deleter<EVP_CIPHER_CTX_free>>;
using BnCtxPtr = std::unique_ptr<BN_CTX, Deleter<BN_CTX_free>>;
using BnPtr = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using SecretBnPtr = std::unique_ptr<BIGNUM, Deleter<BN_clear_free>>;
using PointPtr = std::unique_ptr<EC_POINT, Deleter<EC_POINT_free>>;
using SecretPointPtr = std::unique_ptr<EC_POINT, Deleter<EC_POINT_clear_free>>;

/// ErrorMark takes back what a failing call leaves in OpenSSL's per-thread error queue, which belongs to the host.
class ErrorMark {
 public:
  ErrorMark() : queue_was_empty_(ERR_set_mark() == 0) {}
  ~ErrorMark() { ERR_pop_to_mark(); }
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
  /// saw_no_memory: among the errors since the mark, as far as they can be told from the host's, is one of memory.
  bool saw_no_memory() const;

 private:
  bool queue_was_empty_;
};

/// must_have is for what fails only where OpenSSL has no memory, whatever the input: "not valid" would be untrue then, and
/// would have an agency put away what is good. std::bad_alloc passes through every layer to the boundary, as from any
/// container.
inline void must_have(bool done) {
  if (!done) throw std::bad_alloc();
}
/// may_refuse is the verdict of a call that fails for bad input as well: what stands since the mark tells the two apart.
inline bool may_refuse(const ErrorMark& mark, bool accepted) {
  must_have(accepted || !mark.saw_no_memory());
  return accepted;
}

}  // namespace xch::crypto
