#include "crypto/hpke.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "crypto/aead.hpp"
#include "crypto/hpke_internal.hpp"
#include "crypto/suite.hpp"
#include "crypto/vectors.hpp"

namespace xch::crypto {
namespace {

constexpr Code kFailed = Code::record_malformed;

class HpkeTest : public testing::TestWithParam<SuiteId> {
 protected:
  SeededRandom_for_testing random_{ByteView(std::string_view("hpke"))};
  KemPrivateKey key_ = KemPrivateKey::generate(GetParam(), random_).value();
  Bytes info_ = ascii("LX1 test info"), aad_ = ascii("aad"), plain_ = ascii("a short secret");

  Bytes sealed() {
    Bytes out(plain_.size() + hpke_overhead(GetParam()));
    EXPECT_TRUE(hpke_seal(key_.public_key(), info_, aad_, plain_, random_, out));
    return out;
  }
  bool opens(ByteView ct, Bytes* plain = nullptr) const {
    const std::size_t overhead = hpke_overhead(GetParam());
    Bytes out(ct.size() > overhead ? ct.size() - overhead : 8, 0xee);
    const auto got = hpke_open(key_, info_, aad_, ct, out, kFailed);
    if (!got) {
      EXPECT_EQ(refusal(got), kFailed);
      EXPECT_TRUE(all_zero(out));
    }
    if (plain != nullptr) *plain = out;
    return got.has_value();
  }
};

INSTANTIATE_TEST_SUITE_P(Both, HpkeTest, testing::Values(SuiteId::p256, SuiteId::x25519),
                         [](const auto& p) { return p.param == SuiteId::p256 ? "P256" : "X25519"; });

TEST_P(HpkeTest, OpensWhatItSealed) {
  Bytes plain;
  EXPECT_TRUE(opens(sealed(), &plain));
  EXPECT_EQ(plain, plain_);
  plain_ = Bytes(40000, 5);
  EXPECT_TRUE(opens(sealed(), &plain));
  EXPECT_EQ(plain, plain_);
}

TEST_P(HpkeTest, OpensInPlace) {
  Bytes ct = sealed();
  const std::size_t enc = hpke_enc_size(GetParam());
  const MutableView out = MutableView(ct).sub(enc, plain_.size());
  ASSERT_TRUE(hpke_open(key_, info_, aad_, ct, out, kFailed));
  EXPECT_TRUE(equal(out, plain_));
}

TEST_P(HpkeTest, MakesAFreshKeyForEveryMessage) {
  const Bytes a = sealed(), b = sealed();
  const std::size_t enc = hpke_enc_size(GetParam());
  EXPECT_FALSE(equal(ByteView(a).sub(0, enc), ByteView(b).sub(0, enc)));
  EXPECT_FALSE(equal(ByteView(a).sub(enc), ByteView(b).sub(enc)));
}

TEST_P(HpkeTest, RefusesEveryFlippedByteAndWipesTheOutput) {
  Bytes ct = sealed();
  for (std::size_t i = 0; i < ct.size(); ++i) {
    ct[i] ^= 0x01;
    ASSERT_FALSE(opens(ct)) << i;
    ct[i] ^= 0x01;
  }
  EXPECT_TRUE(opens(ct));
}

TEST_P(HpkeTest, BindsInfoAssociatedDataAndKey) {
  const Bytes ct = sealed();
  info_.back() ^= 1;
  EXPECT_FALSE(opens(ct));
  info_.back() ^= 1;
  aad_.back() ^= 1;
  EXPECT_FALSE(opens(ct));
  aad_.back() ^= 1;
  EXPECT_TRUE(opens(ct));
  key_ = KemPrivateKey::generate(GetParam(), random_).value();
  EXPECT_FALSE(opens(ct));
}

TEST_P(HpkeTest, RefusesEveryTruncation) {
  const Bytes ct = sealed();
  for (std::size_t n = 0; n < ct.size(); ++n) ASSERT_FALSE(opens(ByteView(ct).sub(0, n))) << n;
  EXPECT_FALSE(opens(ct + Bytes{0}));
}

TEST_P(HpkeTest, RefusesTheEmptyMessage) {
  plain_.clear();
  Bytes out(hpke_overhead(GetParam()));
  EXPECT_EQ(refusal(hpke_seal(key_.public_key(), info_, aad_, plain_, random_, out)), Code::bug);
}

TEST_P(HpkeTest, RefusesAnOutputOfTheWrongSize) {
  Bytes out(plain_.size() + hpke_overhead(GetParam()) - 1);
  EXPECT_EQ(refusal(hpke_seal(key_.public_key(), info_, aad_, plain_, random_, out)), Code::bug);
  Bytes small(plain_.size() - 1, 0xee);
  EXPECT_FALSE(hpke_open(key_, info_, aad_, sealed(), small, kFailed));
  EXPECT_TRUE(all_zero(small));
}

TEST_P(HpkeTest, WorksOnManyThreadsWithOneKey) {
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        Bytes ct(plain_.size() + hpke_overhead(GetParam())), out(plain_.size());
        if (!hpke_seal(key_.public_key(), info_, aad_, plain_, system_random(), ct) ||
            !hpke_open(key_, info_, aad_, ct, out, kFailed) || out != plain_)
          ++failures;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(failures, 0);
}

TEST(Hpke, RefusesAKeyThatWasNeverGiven) {
  Bytes out(100), plain(20, 0xee);
  EXPECT_EQ(refusal(hpke_seal(KemPublicKey(), {}, {}, plain, system_random(), out)), Code::key_suite);
  auto key = KemPrivateKey::generate(SuiteId::p256, system_random()).value();
  const auto moved = std::move(key);
  EXPECT_EQ(refusal(hpke_open(key, {}, {}, out, plain, kFailed)), kFailed);
  EXPECT_TRUE(all_zero(plain));
}

TEST(HpkeP256, RefusesCompressedAndHybridEnc) {
  auto key = KemPrivateKey::generate(SuiteId::p256, system_random()).value();
  const Bytes plain(32, 1);
  Bytes ct(plain.size() + hpke_overhead(SuiteId::p256)), out(plain.size());
  ASSERT_TRUE(hpke_seal(key.public_key(), {}, {}, plain, system_random(), ct));
  // The right point by another name: hybrid with the right parity decodes in OpenSSL.
  ct[0] = static_cast<std::uint8_t>(0x06 + (ct[64] & 1));
  EXPECT_FALSE(hpke_open(key, {}, {}, ct, out, kFailed));
  ct[0] = static_cast<std::uint8_t>(0x02 + (ct[64] & 1));
  EXPECT_FALSE(hpke_open(key, {}, {}, ct, out, kFailed));
  ct.erase(ct.begin() + 33, ct.begin() + 65);  // a true compressed point
  EXPECT_FALSE(hpke_open(key, {}, {}, ct, out, kFailed));
}

// The points of small order on Curve25519 and their non-canonical names (RFC 7748 section 6.1, cr.yp.to/ecdh.html).
const char* const kLowOrder[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
};

TEST(HpkeX25519, RefusesALowOrderKeyAtSeal) {
  for (const auto* point : kLowOrder) {
    const auto key = KemPublicKey::parse(SuiteId::x25519, hex(point)).value();
    Bytes out(32 + hpke_overhead(SuiteId::x25519));
    EXPECT_EQ(refusal(hpke_seal(key, {}, {}, Bytes(32, 1), system_random(), out)), Code::key_public) << point;
  }
}

TEST(HpkeX25519, RefusesALowOrderEncAtOpen) {
  const auto key = KemPrivateKey::generate(SuiteId::x25519, system_random()).value();
  for (const auto* point : kLowOrder) {
    // Anybody knows the all-zero result: the refusal has to come before the AEAD is asked.
    const Bytes enc = hex(point);
    SharedSecret shared;
    EXPECT_FALSE(hpke_decap(key, enc, shared));
    Bytes out(32, 0xee);
    EXPECT_EQ(refusal(hpke_open(key, {}, {}, enc + Bytes(48, 2), out, kFailed)), kFailed);
    EXPECT_TRUE(all_zero(out));
  }
}

SharedSecret shared_of(const nlohmann::json& test) { return SharedSecret::from(hex(test["shared_secret"])).value(); }

TEST(HpkeVectors, ReproduceTheKemAndTheKeySchedule) {
  XCH_VECTORS(file, "hpke-rfc9180/rfc9180-x25519-p256.json");
  int kems = 0, schedules = 0, with_key = 0;
  for (const auto& test : file) {
    if (test["mode"] != 0 || test["kdf_id"] != 1) continue;
    const SuiteId suite = test["kem_id"] == 0x0010 ? SuiteId::p256 : SuiteId::x25519;
    ASSERT_EQ(suite_info(suite).kem_id, test["kem_id"].get<int>());
    // DeriveKeyPair(ikmR), by way of generate.
    FixedRandom ikm(hex(test["ikmR"]));
    const auto key = KemPrivateKey::generate(suite, ikm).value();
    EXPECT_TRUE(equal(export_private_key(key).expose(), hex(test["skRm"])));
    EXPECT_TRUE(equal(key.public_key().bytes(), hex(test["pkRm"])));
    // Encap with ikmE, and Decap.
    Bytes enc(hpke_enc_size(suite));
    SharedSecret sent, received;
    ASSERT_TRUE(hpke_encap(key.public_key(), hex(test["ikmE"]), enc, sent));
    EXPECT_EQ(enc, hex(test["enc"]));
    ASSERT_TRUE(hpke_decap(key, enc, received));
    EXPECT_TRUE(equal(sent.expose(), hex(test["shared_secret"])));
    EXPECT_TRUE(equal(received.expose(), hex(test["shared_secret"])));
    ++kems;

    const HpkeSchedule schedule = hpke_schedule({test["kem_id"], test["kdf_id"], test["aead_id"]}, received, hex(test["info"]));
    EXPECT_TRUE(equal(ByteView(schedule.context), hex(test["key_schedule_context"])));
    EXPECT_TRUE(equal(schedule.secret.expose(), hex(test["secret"])));
    Bytes exporter(32);
    hpke_expand(schedule, "exp", exporter);
    EXPECT_EQ(exporter, hex(test["exporter_secret"]));
    ++schedules;
    if (test["aead_id"] == 0xffff) continue;
    Bytes aead_key(test["aead_id"] == 1 ? 16 : 32), nonce(12);
    hpke_expand(schedule, "key", aead_key);
    hpke_expand(schedule, "base_nonce", nonce);
    EXPECT_EQ(aead_key, hex(test["key"]));
    EXPECT_EQ(nonce, hex(test["base_nonce"]));
    ++with_key;
  }
  EXPECT_EQ(kems, 8);
  EXPECT_EQ(schedules, 8);
  EXPECT_EQ(with_key, 6);
}

TEST(HpkeVectors, ReproduceTheSingleShotOfOurSuites) {
  XCH_VECTORS(file, "hpke-rfc9180/rfc9180-x25519-p256.json");
  int n = 0;
  for (const auto& test : file) {
    if (test["mode"] != 0) continue;
    for (const auto suite : {SuiteId::p256, SuiteId::x25519}) {
      const SuiteInfo& s = suite_info(suite);
      if (test["kem_id"] != s.kem_id || test["kdf_id"] != s.kdf_id || test["aead_id"] != static_cast<int>(s.aead)) continue;
      const auto& first = test["encryptions"][0];
      ASSERT_EQ(first["seq"], 0);
      const Bytes pt = hex(first["pt"]), expected = hex(test["enc"]) + hex(first["ct"]);
      FixedRandom ephemeral(hex(test["ikmE"]));
      Bytes out(pt.size() + hpke_overhead(suite)), back(pt.size());
      const auto to = KemPublicKey::parse(suite, hex(test["pkRm"])).value();
      ASSERT_TRUE(hpke_seal(to, hex(test["info"]), hex(first["aad"]), pt, ephemeral, out));
      EXPECT_EQ(out, expected);
      EXPECT_EQ(ephemeral.left(), 0u);
      const auto key = KemPrivateKey::from_bytes(suite, hex(test["skRm"])).value();
      ASSERT_TRUE(hpke_open(key, hex(test["info"]), hex(first["aad"]), out, back, kFailed));
      EXPECT_EQ(back, pt);
      ++n;
    }
  }
  EXPECT_EQ(n, 2);
}

TEST(HpkeVectors, ReproduceEveryEncryptionWithOurAeads) {
  XCH_VECTORS(file, "hpke-rfc9180/rfc9180-x25519-p256.json");
  int n = 0;
  for (const auto& test : file) {
    if (test["mode"] != 0 || test["kdf_id"] != 1 || (test["aead_id"] != 2 && test["aead_id"] != 3)) continue;
    const HpkeSchedule schedule =
        hpke_schedule({test["kem_id"], test["kdf_id"], test["aead_id"]}, shared_of(test), hex(test["info"]));
    Bytes key(32), base(12);
    hpke_expand(schedule, "key", key);
    hpke_expand(schedule, "base_nonce", base);
    for (const auto& e : test["encryptions"]) {
      const Bytes pt = hex(e["pt"]);
      Bytes nonce = base, ct(pt.size() + kAeadTag);
      const std::uint32_t seq = e["seq"];
      nonce[10] ^= static_cast<std::uint8_t>(seq >> 8);
      nonce[11] ^= static_cast<std::uint8_t>(seq);
      EXPECT_EQ(nonce, hex(e["nonce"]));
      ASSERT_TRUE(aead_seal(static_cast<Aead>(test["aead_id"].get<int>()), key, nonce, hex(e["aad"]), pt, ct));
      EXPECT_EQ(ct, hex(e["ct"]));
      ++n;
    }
  }
  EXPECT_EQ(n, 4 * 9);
}

}  // namespace
}  // namespace xch::crypto
