// Compares, AEADs, key agreement and key files.
#include <array>

#include "crypto/aead.hpp"
#include "crypto/hpke.hpp"
#include "crypto/key_file.hpp"
#include "crypto/keys.hpp"
#include "crypto/labels.hpp"
#include "crypto/secret.hpp"
#include "crypto/suite.hpp"
#include "probes.hpp"
#include "secrets.hpp"
#include "support/coalition.hpp"

namespace xch::constant_time {
namespace {

using testing::must;

constexpr std::size_t kSizes[] = {1, 16, 32, 33, 64};

void compare() {
  for (const auto size : kSizes) {
    const Bytes a(size, 7), same(size, 7);
    make_secret(a);
    make_secret(same);
    expect(crypto::equal_ct(a, same), "equal bytes are equal");
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
      Bytes other(size, 7);
      other[at] = 8;
      make_secret(other);
      expect(!crypto::equal_ct(a, other), "other bytes are not equal");
    }
  }
  expect(take_verdicts().compare == 4 * std::size(kSizes), "every verdict came from secrets");
}

// One message, as whoever has the key seals it. Key and plaintext are secret, what is sent is not.
struct Sealed {
  Bytes key = Bytes(crypto::kAeadKey, 1), nonce = Bytes(crypto::kAeadNonce, 2), aad = Bytes(34, 3), plain, bytes;
  Sealed(crypto::Aead aead, std::size_t size) : plain(size, 4), bytes(size + crypto::kAeadTag) {
    make_secret(key);
    make_secret(nonce);
    make_secret(plain);
    must(crypto::aead_seal(aead, key, nonce, aad, plain, bytes));
    expect(is_secret(bytes), "what was sealed depends on secrets");
    make_public(bytes);
  }
};

// 64 bytes are libsodium's in suite x25519, 4096 OpenSSL's.
void aead(crypto::Aead which) {
  for (const std::size_t size : {64u, 4096u}) {
    Sealed sealed(which, size);
    Bytes out(size);
    const auto open = [&] {
      return crypto::aead_open(which, sealed.key, sealed.nonce, sealed.aad, sealed.bytes, out, Code::open_cell_tag);
    };
    expect(open().has_value(), "what was sealed opens");
    expect(is_secret(out), "what was opened is secret");
    // The first and the last byte of the ciphertext and of the tag.
    for (const std::size_t at : {std::size_t{0}, size - 1, size, size + crypto::kAeadTag - 1}) {
      sealed.bytes[at] ^= 1;
      const auto opened = open();
      expect(!opened && opened.error().code == Code::open_cell_tag, "what was changed does not open");
      expect(is_public(out), "nothing of a secret stays in what did not open");
      sealed.bytes[at] ^= 1;
    }
  }
  expect(take_verdicts().tag == 2 * 5, "every verdict came from secrets");
}

// Private keys from bytes, and what they agree on and sign.
void x25519_keys() {
  const auto random = std::make_unique<crypto::SeededRandom_for_testing>(ByteView(std::string_view("constant time")));
  const auto peer = must(crypto::KemPrivateKey::generate(SuiteId::x25519, *random));
  Bytes secret(32, 9);
  make_secret(secret);
  const auto key = must(crypto::KemPrivateKey::from_bytes(SuiteId::x25519, secret));
  expect(is_secret(key.public_key().bytes()), "the public key comes from the private one");
  make_public(key.public_key().bytes());
  Bytes plain(32, 5), sealed(32 + crypto::hpke_overhead(SuiteId::x25519));
  must(crypto::hpke_seal(key.public_key(), {}, {}, plain, *random, sealed));
  expect(crypto::hpke_open(key, {}, {}, sealed, plain, Code::open_wrap).has_value(), "its message opens");
  expect(is_secret(plain), "what was opened is secret");
  sealed.back() ^= 1;
  expect(!crypto::hpke_open(key, {}, {}, sealed, plain, Code::open_wrap), "a changed one does not");
  const Verdicts seen = take_verdicts();
  expect(seen.scalarmult == 2 && seen.tag == 2, "every verdict came from secrets");
}

void ed25519_keys() {
  Bytes seed(32, 9);
  make_secret(seed);
  const auto key = must(crypto::SignPrivateKey::from_bytes(SuiteId::x25519, seed));
  make_public(key.public_key().bytes());
  const auto signature = must(crypto::sign(key, KeyId{}, crypto::sign_label(Kind::note), Bytes(32, 1)));
  expect(secret_bytes(signature) != 0, "the signature comes from the private key");
  make_public(signature);
  must(crypto::verify(key.public_key(), KeyId{}, crypto::sign_label(Kind::note), Bytes(32, 1), signature, Code::bug));
}

void key_file() {
  crypto::SeededRandom_for_testing random(ByteView(std::string_view("constant time")));
  crypto::KeyFileHeader header;
  header.purpose = "home store";
  header.owner = "harbor";
  header.suite = SuiteId::p256;
  header.public_key = Bytes(65, 4);
  const Bytes kept(32, 6), phrase(24, 'p');
  const std::string text =
      must(crypto::seal_key_file_for_testing(header, kept, phrase, random, crypto::KeyFileCost{1, 8192}));
  for (const bool right : {true, false}) {
    Bytes tried = phrase;
    if (!right) tried.back() = 'q';
    make_secret(tried);
    crypto::KeyFileHeader read;
    const auto opened = crypto::open_key_file_for_testing(text, tried, &read);
    expect(opened.has_value() == right, "the passphrase decides");
    if (right) {
      expect(is_secret(opened->expose()), "the key is secret");
      expect(is_public(read.public_key), "the header is not");
    } else {
      expect(opened.error().code == Code::key_passphrase, "a wrong passphrase is named so");
    }
  }
  const Verdicts seen = take_verdicts();
  expect(seen.stretched == 2 && seen.tag == 2, "every verdict came from secrets");
}

}  // namespace

void add_primitives(std::vector<Probe>& to) {
  to.push_back({"compare", compare});
  to.push_back({"aead.aes-256-gcm", [] { aead(crypto::Aead::aes256gcm); }});
  to.push_back({"aead.chacha20-poly1305", [] { aead(crypto::Aead::chacha20poly1305); }});
  to.push_back({"keys.x25519", x25519_keys});
  to.push_back({"keys.ed25519", ed25519_keys});
  to.push_back({"key-file", key_file});
}

}  // namespace xch::constant_time
