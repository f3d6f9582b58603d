#include "crypto/sha256.hpp"

#include <cstring>
#include <new>
#include <stdexcept>

namespace xch::crypto {
namespace {

void check(int ok) {
  if (ok != 1) throw std::bad_alloc();  // with a fetched SHA-256 nothing else can fail
}

EVP_MD_CTX* borrow() {
  const Engine* e = engine();
  if (e == nullptr) throw std::runtime_error("the cryptographic library could not be started");
  if (EVP_MD_CTX* kept = e->digests.take()) return kept;
  EVP_MD_CTX* made = EVP_MD_CTX_new();
  if (made != nullptr && EVP_DigestInit_ex2(made, e->sha256, nullptr) == 1) return made;
  EVP_MD_CTX_free(made);
  throw std::bad_alloc();
}

}  // namespace

Sha256::Sha256() : ctx_(borrow()) {}

Sha256::~Sha256() {
  if (fresh_ || EVP_DigestInit_ex2(ctx_, nullptr, nullptr) == 1) {
    engine()->digests.give(ctx_);
    return;
  }
  EVP_MD_CTX_free(ctx_);
}

Sha256& Sha256::add(ByteView bytes) {
  fresh_ = false;
  check(EVP_DigestUpdate(ctx_, bytes.data(), bytes.size()));
  return *this;
}

Sha256& Sha256::add_label(std::string_view label) {
  if (label.size() > 255) throw std::length_error("label");
  const auto size = static_cast<std::uint8_t>(label.size());
  return add(ByteView(&size, 1)).add(ByteView(label));
}

void Sha256::finish(std::uint8_t* out32) {
  check(EVP_DigestFinal_ex(ctx_, out32, nullptr));
  fresh_ = false;
  check(EVP_DigestInit_ex2(ctx_, nullptr, nullptr));
  fresh_ = true;
}

void Sha256::restart_from(const EVP_MD_CTX* state) {
  fresh_ = false;
  check(EVP_MD_CTX_copy_ex(ctx_, state));
}

HmacOnce::HmacOnce(Sha256& hash, ByteView key) {
  // RFC 2104 section 2: a key longer than a block is hashed; then it is padded with zeros and masked.
  if (key.size() > kSha256Block) {
    hash.add(key).finish(inner_.data());
  } else if (!key.empty()) {
    std::memcpy(inner_.data(), key.data(), key.size());
  }
  for (std::size_t i = 0; i < kSha256Block; ++i) {
    outer_[i] = inner_[i] ^ 0x5c;
    inner_[i] ^= 0x36;
  }
}

HmacOnce::~HmacOnce() {
  wipe(MutableView(inner_));
  wipe(MutableView(outer_));
}

void HmacOnce::end(Sha256& hash, std::uint8_t* out32) const {
  hash.finish(out32);
  hash.add(ByteView(outer_)).add(ByteView(out32, kSha256)).finish(out32);
}

Hmac::Hmac(ByteView key) : inner_(nullptr), outer_(nullptr) {
  ErrorMark mark;
  Sha256 hash;
  const HmacOnce once(hash, key);
  inner_ = EVP_MD_CTX_new();
  outer_ = EVP_MD_CTX_new();
  const bool ok = inner_ && outer_ && EVP_MD_CTX_copy_ex(inner_, hash.ctx_) == 1 &&
                  EVP_MD_CTX_copy_ex(outer_, hash.ctx_) == 1 &&
                  EVP_DigestUpdate(inner_, once.inner_.data(), kSha256Block) == 1 &&
                  EVP_DigestUpdate(outer_, once.outer_.data(), kSha256Block) == 1;
  if (ok) return;
  EVP_MD_CTX_free(inner_);
  EVP_MD_CTX_free(outer_);
  throw std::bad_alloc();
}

Hmac::~Hmac() {
  EVP_MD_CTX_free(inner_);  // wipes
  EVP_MD_CTX_free(outer_);
}

void Hmac::end(Sha256& hash, std::uint8_t* out32) const {
  hash.finish(out32);
  hash.restart_from(outer_);
  hash.add(ByteView(out32, kSha256)).finish(out32);
}

void hmac(Sha256& hash, ByteView key, std::initializer_list<ByteView> parts, std::uint8_t* out32) {
  const HmacOnce mac(hash, key);
  mac.begin(hash);
  hash.add(parts);
  mac.end(hash, out32);
}

}  // namespace xch::crypto
