#include "crypto/aead.hpp"

#include <gtest/gtest.h>

#include "crypto/aead_internal.hpp"
#include "crypto/vectors.hpp"

namespace xch::crypto {
namespace {

constexpr Code kFailed = Code::record_malformed;  // any code serves: open returns the one it is given
const std::size_t kSizes[] = {1, 15, 16, 17, 64, 96, 1023, 1024, 1025, 1040, 1041, 4096, 70000};

class AeadTest : public testing::TestWithParam<Aead> {
 protected:
  Bytes key_ = Bytes(32, 0x42), nonce_ = Bytes(12, 0x24), aad_ = ascii("LXE1 aad");

  Bytes sealed(ByteView plain) const {
    Bytes out(plain.size() + kAeadTag);
    EXPECT_TRUE(aead_seal(GetParam(), key_, nonce_, aad_, plain, out));
    return out;
  }
  // Opens into a buffer full of old bytes, which a failure must wipe.
  bool opens(ByteView ct, Bytes* plain = nullptr) const {
    Bytes out(ct.size() > kAeadTag ? ct.size() - kAeadTag : 8, 0xee);
    const auto got = aead_open(GetParam(), key_, nonce_, aad_, ct, out, kFailed);
    if (!got) {
      EXPECT_EQ(refusal(got), kFailed);
      EXPECT_TRUE(all_zero(out));
    }
    if (plain != nullptr) *plain = out;
    return got.has_value();
  }
};

INSTANTIATE_TEST_SUITE_P(Both, AeadTest, testing::Values(Aead::aes256gcm, Aead::chacha20poly1305),
                         [](const auto& p) { return p.param == Aead::aes256gcm ? "Aes256Gcm" : "ChaCha20Poly1305"; });

Bytes text(std::size_t size) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i * 7 + 1);
  return out;
}

TEST_P(AeadTest, OpensWhatItSealed) {
  for (const std::size_t size : kSizes) {
    Bytes plain;
    ASSERT_TRUE(opens(sealed(text(size)), &plain)) << size;
    EXPECT_EQ(plain, text(size)) << size;
  }
}

TEST_P(AeadTest, SealsAndOpensInPlace) {
  for (const std::size_t size : kSizes) {
    Bytes buffer = text(size);
    buffer.resize(size + kAeadTag);
    const MutableView view(buffer);
    ASSERT_TRUE(aead_seal(GetParam(), key_, nonce_, aad_, ByteView(buffer).sub(0, size), view));
    EXPECT_EQ(buffer, sealed(text(size)));
    ASSERT_TRUE(aead_open(GetParam(), key_, nonce_, aad_, buffer, view.sub(0, size), kFailed));
    EXPECT_TRUE(equal(ByteView(buffer).sub(0, size), text(size)));
  }
}

TEST_P(AeadTest, RefusesEveryFlippedBitAndWipesTheOutput) {
  for (const std::size_t size : {1u, 64u, 1025u}) {
    Bytes ct = sealed(text(size));
    for (std::size_t i = 0; i < ct.size(); i += size > 100 ? 37 : 1) {
      for (int bit = 0; bit < 8; ++bit) {
        ct[i] ^= static_cast<std::uint8_t>(1 << bit);
        ASSERT_FALSE(opens(ct)) << i;
        ct[i] ^= static_cast<std::uint8_t>(1 << bit);
      }
    }
    EXPECT_TRUE(opens(ct));
  }
}

TEST_P(AeadTest, RefusesAnythingButTheWholeTag) {
  // CVE-2026-34182 and its kin: a tag of which only the first bytes are right.
  for (const std::size_t size : {64u, 1025u}) {
    const Bytes good = sealed(text(size));
    for (std::size_t right = 0; right < kAeadTag; ++right) {
      Bytes ct = good;
      for (std::size_t i = right; i < kAeadTag; ++i) ct[size + i] ^= 0xff;
      EXPECT_FALSE(opens(ct)) << right;
    }
    for (std::size_t cut = 1; cut <= kAeadTag; ++cut) EXPECT_FALSE(opens(ByteView(good).sub(0, good.size() - cut)));
  }
}

TEST_P(AeadTest, RefusesCiphertextThatHasNoTagAtAll) {
  // OpenSSL's ChaCha20-Poly1305 accepts garbage where no tag was ever set; here there is always one.
  for (const std::size_t size : {0u, 1u, 15u, 16u}) EXPECT_FALSE(opens(Bytes(size, 0x55))) << size;
  for (const std::size_t size : {17u, 80u, 1040u, 1041u, 5000u}) EXPECT_FALSE(opens(Bytes(size, 0x55))) << size;
}

TEST_P(AeadTest, RefusesTheEmptyMessageBothWays) {
  Bytes out(kAeadTag, 0xee);
  EXPECT_EQ(refusal(aead_seal(GetParam(), key_, nonce_, aad_, {}, out)), Code::bug);
  EXPECT_FALSE(opens(Bytes(kAeadTag, 0)));
}

TEST_P(AeadTest, RefusesAnotherKeyNonceOrAssociatedData) {
  const Bytes ct = sealed(text(64));
  for (Bytes* input : {&key_, &nonce_, &aad_}) {
    input->back() ^= 1;
    EXPECT_FALSE(opens(ct));
    input->back() ^= 1;
  }
  aad_.pop_back();
  EXPECT_FALSE(opens(ct));
}

TEST_P(AeadTest, WorksWithoutAssociatedData) {
  aad_.clear();
  for (const std::size_t size : {64u, 1025u}) EXPECT_TRUE(opens(sealed(text(size))));
}

TEST_P(AeadTest, RefusesBuffersAndKeysOfTheWrongSize) {
  const Bytes plain = text(64);
  Bytes exact(80), small(79), large(81);
  EXPECT_EQ(refusal(aead_seal(GetParam(), key_, nonce_, aad_, plain, small)), Code::bug);
  EXPECT_EQ(refusal(aead_seal(GetParam(), key_, nonce_, aad_, plain, large)), Code::bug);
  EXPECT_EQ(refusal(aead_seal(GetParam(), ByteView(key_).sub(1), nonce_, aad_, plain, exact)), Code::bug);
  EXPECT_EQ(refusal(aead_seal(GetParam(), key_, ByteView(nonce_).sub(1), aad_, plain, exact)), Code::bug);
  const Bytes ct = sealed(plain);
  Bytes out(63, 0xee);
  EXPECT_FALSE(aead_open(GetParam(), key_, nonce_, aad_, ct, out, kFailed));
  EXPECT_TRUE(all_zero(out));
}

TEST(Aead, RefusesAnAlgorithmItDoesNotKnow) {
  Bytes out(80, 0xee), plain(64, 0xee);
  const auto unknown = static_cast<Aead>(1);
  EXPECT_EQ(refusal(aead_seal(unknown, Bytes(32), Bytes(12), {}, Bytes(64), out)), Code::crypto_unavailable);
  EXPECT_TRUE(all_zero(out));
  EXPECT_FALSE(aead_open(unknown, Bytes(32), Bytes(12), {}, out, plain, kFailed));
  EXPECT_TRUE(all_zero(plain));
}

TEST(Aead, GivesTheSameBytesFromBothLibraries) {
  const Bytes key(32, 3), nonce(12, 4), aad = ascii("aad");
  for (const std::size_t size : kSizes) {
    const Bytes plain = text(size);
    Bytes a(size + kAeadTag), b(size + kAeadTag), back(size);
    ASSERT_TRUE(aead_seal_openssl(Aead::chacha20poly1305, key, nonce, aad, plain, a));
    ASSERT_TRUE(chacha_seal_sodium(key, nonce, aad, plain, b));
    EXPECT_EQ(a, b) << size;
    ASSERT_TRUE(aead_open_openssl(Aead::chacha20poly1305, key, nonce, aad, b, back));
    EXPECT_EQ(back, plain);
    ASSERT_TRUE(chacha_open_sodium(key, nonce, aad, a, back));
    EXPECT_EQ(back, plain);
    a.back() ^= 1;
    EXPECT_FALSE(aead_open_openssl(Aead::chacha20poly1305, key, nonce, aad, a, back));
    EXPECT_FALSE(chacha_open_sodium(key, nonce, aad, a, back));
  }
}

struct Counts {
  int valid = 0, forged = 0, empty = 0, other_nonce = 0;
};

// Runs every case with a 256-bit key and a 16-byte tag, by size as always and, for ChaCha, by both libraries.
Counts run_wycheproof(const nlohmann::json& file, Aead aead) {
  Counts n;
  for (const auto& group : file["testGroups"]) {
    if (group["keySize"] != 256 || group["tagSize"] != 128) continue;
    for (const auto& test : group["tests"]) {
      const Bytes key = hex(test["key"]), nonce = hex(test["iv"]), aad = hex(test["aad"]), msg = hex(test["msg"]);
      const Bytes ct = hex(test["ct"]) + hex(test["tag"]);
      Bytes out(msg.size(), 0xee), sealed(ct.size());
      const bool opens = aead_open(aead, key, nonce, aad, ct, out, kFailed).has_value();
      const bool seals = aead_seal(aead, key, nonce, aad, msg, sealed).has_value() && sealed == ct;
      if (nonce.size() != kAeadNonce) {
        EXPECT_FALSE(opens || seals) << test["tcId"];
        ++n.other_nonce;
      } else if (msg.empty()) {
        // Valid by the standard, refused here: no object of the format seals nothing.
        EXPECT_FALSE(opens || seals) << test["tcId"];
        ++n.empty;
      } else if (test["result"] == "valid") {
        EXPECT_TRUE(opens && seals) << test["tcId"];
        EXPECT_EQ(out, msg) << test["tcId"];
        ++n.valid;
      } else {
        EXPECT_FALSE(opens) << test["tcId"];
        EXPECT_TRUE(all_zero(out)) << test["tcId"];
        ++n.forged;
      }
      if (aead == Aead::chacha20poly1305 && nonce.size() == kAeadNonce && !msg.empty()) {
        EXPECT_EQ(aead_open_openssl(aead, key, nonce, aad, ct, out), opens) << test["tcId"];
        EXPECT_EQ(chacha_open_sodium(key, nonce, aad, ct, out), opens) << test["tcId"];
      }
    }
  }
  return n;
}

TEST(Aes256Gcm, AgreesWithWycheproof) {
  XCH_VECTORS(file, "wycheproof/aes_gcm_test.json");
  nlohmann::json ours = file;
  ours["testGroups"] = nlohmann::json::array();
  for (const auto& group : file["testGroups"])
    if (group["ivSize"] == 96) ours["testGroups"].push_back(group);
  const Counts n = run_wycheproof(ours, Aead::aes256gcm);
  EXPECT_EQ(n.valid, 37);
  EXPECT_EQ(n.forged, 27);
  EXPECT_EQ(n.empty, 2);
  EXPECT_EQ(n.other_nonce, 0);
}

TEST(ChaCha20Poly1305, AgreesWithWycheproof) {
  XCH_VECTORS(file, "wycheproof/chacha20_poly1305_test.json");
  const Counts n = run_wycheproof(file, Aead::chacha20poly1305);
  EXPECT_EQ(n.valid, 254);
  EXPECT_EQ(n.forged, 40);
  EXPECT_EQ(n.empty, 22);
  EXPECT_EQ(n.other_nonce, 9);
}

}  // namespace
}  // namespace xch::crypto
