// What has to be reported: the ways in which such code usually leaks, and a verdict that nobody declared public.
#include <array>

#include "crypto/aead.hpp"
#include "crypto/secret.hpp"
#include "message/cells.hpp"
#include "message/padding.hpp"
#include "probes.hpp"
#include "secrets.hpp"

namespace xch::constant_time {
namespace {

// Out of line and through volatile: a compiler that vectorised them would not leak.
[[gnu::noinline]] bool equal_until_they_differ(ByteView a, ByteView b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (static_cast<volatile const std::uint8_t*>(a.data())[i] != b[i]) return false;
  return true;
}

[[gnu::noinline]] bool zero_behind(ByteView body, std::uint32_t length) {
  std::uint8_t rest = 0;
  for (std::size_t i = 4 + length; i < body.size(); ++i)
    rest = static_cast<std::uint8_t>(rest | static_cast<volatile const std::uint8_t*>(body.data())[i]);
  return rest == 0;
}

volatile unsigned sink = 0;

void compare() {
  const Bytes a(32, 1), b(32, 1);
  make_secret(a);
  if (equal_until_they_differ(a, b)) sink = sink + 1;
}

void table() {
  static const std::array<std::uint8_t, 256> squares = [] {
    std::array<std::uint8_t, 256> out{};
    for (unsigned i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i * i);
    return out;
  }();
  Bytes secret(1, 7);
  make_secret(secret);
  sink = static_cast<const volatile std::uint8_t*>(squares.data())[secret[0]];
}

void unpad() {
  Bytes body(4096);
  store_u32(body.data(), 1000);
  make_secret(body);
  if (zero_behind(body, load_u32(body.data()))) sink = sink + 1;
}

// The library's own verdicts, kept secret: the branch that acts on them is seen, so what is declared public is what
// made the other probes silent.
void of_a_tag(crypto::Aead aead) {
  const VerdictsStaySecret stay;
  Bytes key(crypto::kAeadKey, 1), sealed(64 + crypto::kAeadTag), out(64);
  make_secret(key);
  (void)crypto::aead_open(aead, key, Bytes(crypto::kAeadNonce), {}, sealed, out, Code::open_cell_tag);
}

void of_a_compare() {
  const VerdictsStaySecret stay;
  const Bytes a(32, 1), b(32, 1);
  make_secret(a);
  if (crypto::equal_ct(a, b)) sink = sink + 1;
}

void of_a_cell() {
  const VerdictsStaySecret stay;
  Bytes plain(64);
  make_secret(plain);
  if (message::read_plain(plain)) sink = sink + 1;
}

}  // namespace

void add_leaks(std::vector<Probe>& to) {
  to.push_back({"leak.compare", compare, true});
  to.push_back({"leak.table", table, true});
  to.push_back({"leak.unpad", unpad, true});
  to.push_back({"leak.verdict.aes-256-gcm", [] { of_a_tag(crypto::Aead::aes256gcm); }, true});
  to.push_back({"leak.verdict.chacha20-poly1305", [] { of_a_tag(crypto::Aead::chacha20poly1305); }, true});
  to.push_back({"leak.verdict.compare", of_a_compare, true});
  to.push_back({"leak.verdict.cell", of_a_cell, true});
}

}  // namespace xch::constant_time
