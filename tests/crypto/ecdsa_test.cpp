#include <gtest/gtest.h>

#include "crypto/digest.hpp"
#include "crypto/p256.hpp"
#include "crypto/vectors.hpp"

namespace xch::crypto::p256 {
namespace {

const Bytes kOrder = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
const Bytes kHalf = hex("7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8");

// n - v, of 32-byte numbers.
Bytes order_minus(ByteView v) {
  Bytes out(32);
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int d = kOrder[i] - v[i] - borrow;
    borrow = d < 0;
    out[i] = static_cast<std::uint8_t>(d);
  }
  return out;
}

struct Pair {
  Scalar scalar;
  Point point{};
  PkeyCtxPtr ready;

  explicit Pair(ByteView secret) : scalar(Scalar::from(secret).value()) {
    EXPECT_TRUE(public_point(scalar, point));
    ready = verify_ready(import_public(point).get());
    EXPECT_TRUE(ready);
  }
  Bytes sign(ByteView hash) const {
    Bytes out(64);
    EXPECT_TRUE(ecdsa_sign(scalar, hash, out));
    return out;
  }
  bool verify(ByteView hash, ByteView signature) const { return ecdsa_verify(ready.get(), hash, signature); }
};

const Bytes kRfcKey = hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");

TEST(Ecdsa, SignsTheExamplesOfRfc6979) {
  // RFC 6979 appendix A.2.5, P-256 with SHA-256. The s of "sample" is above n/2, so here it is n - s.
  const Pair pair(kRfcKey);
  EXPECT_EQ(to_hex(pair.point),
            "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
            "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
  const Bytes sample = pair.sign(sha256(ascii("sample")));
  EXPECT_EQ(to_hex(ByteView(sample).sub(0, 32)), "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716");
  EXPECT_EQ(ByteView(sample).sub(32).copy(),
            order_minus(hex("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")));
  EXPECT_EQ(to_hex(pair.sign(sha256(ascii("test")))),
            "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
            "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083");
}

TEST(Ecdsa, SignsHashesAtAndAboveTheOrder) {
  const Pair pair(kRfcKey);
  Bytes zero(32, 0), above(32, 0xff), order_plus_1 = kOrder, one(32, 0);
  ++order_plus_1[31];
  one[31] = 1;
  for (const Bytes& hash : {zero, above, kOrder, order_plus_1}) EXPECT_TRUE(pair.verify(hash, pair.sign(hash)));
  // Equal modulo n is equal to ECDSA; a hash cannot be chosen that way.
  EXPECT_EQ(pair.sign(order_plus_1), pair.sign(one));
}

TEST(Ecdsa, SignsWithLowSForManyKeysAndOpensslAgrees) {
  SeededRandom_for_testing random(ByteView(std::string_view("ecdsa")));
  for (int i = 0; i < 100; ++i) {
    const auto secret = random_secret<32, struct TestTag>(random);
    const Pair pair(secret.expose());
    const Digest hash = random_fixed<Digest>(random);
    const Bytes s = pair.sign(hash);
    EXPECT_TRUE(pair.verify(hash, s));
    EXPECT_LE(ByteView(s).sub(32).copy(), kHalf);
    EXPECT_EQ(pair.sign(hash), s);
    EXPECT_FALSE(pair.verify(hash, ByteView(s).sub(0, 32).copy() + order_minus(ByteView(s).sub(32))));
  }
}

TEST(Ecdsa, SignsWithTheSmallestAndLargestKey) {
  Bytes one(32, 0), largest = kOrder;
  one[31] = 1;
  --largest[31];
  for (const Bytes& key : {one, largest}) {
    const Pair pair(key);
    const Digest hash = sha256(ascii("m"));
    EXPECT_TRUE(pair.verify(hash, pair.sign(hash)));
  }
}

TEST(Ecdsa, RefusesNumbersOutOfRange) {
  const Pair pair(kRfcKey);
  const Digest hash = sha256(ascii("m"));
  const Bytes good = pair.sign(hash), r = ByteView(good).sub(0, 32).copy(), s = ByteView(good).sub(32).copy();
  Bytes half_plus_1 = kHalf;
  ++half_plus_1[31];
  EXPECT_TRUE(pair.verify(hash, r + s));
  for (const Bytes& bad : {Bytes(32, 0), kOrder, Bytes(32, 0xff)}) {
    EXPECT_FALSE(pair.verify(hash, bad + s));
    EXPECT_FALSE(pair.verify(hash, r + bad));
  }
  EXPECT_FALSE(pair.verify(hash, r + half_plus_1));
  EXPECT_FALSE(pair.verify(hash, Bytes(64, 0)));
}

TEST(Ecdsa, RefusesEveryOtherLengthAndForm) {
  const Pair pair(kRfcKey);
  const Digest hash = sha256(ascii("m"));
  const Bytes good = pair.sign(hash);
  EXPECT_FALSE(pair.verify(hash, ByteView(good).sub(0, 63)));
  EXPECT_FALSE(pair.verify(hash, good + Bytes{0}));
  EXPECT_FALSE(pair.verify(hash, Bytes{0} + good));
  EXPECT_FALSE(pair.verify(hash, {}));
  EXPECT_FALSE(pair.verify(hash.view().sub(1), good));
}

TEST(Ecdsa, AgreesWithWycheproofButForHighS) {
  XCH_VECTORS(file, "wycheproof/ecdsa_secp256r1_sha256_p1363_test.json");
  int low = 0, high = 0, invalid = 0;
  for (const auto& group : file["testGroups"]) {
    const auto ready = verify_ready(import_public(hex(group["publicKey"]["uncompressed"])).get());
    ASSERT_TRUE(ready);
    for (const auto& test : group["tests"]) {
      const Digest hash = sha256(hex(test["msg"]));
      const Bytes sig = hex(test["sig"]);
      const bool accepted = ecdsa_verify(ready.get(), hash, sig);
      if (test["result"] != "valid") {
        EXPECT_FALSE(accepted) << test["tcId"];
        ++invalid;
        continue;
      }
      const Bytes s = ByteView(sig).sub(32).copy();
      if (s <= kHalf) {
        EXPECT_TRUE(accepted) << test["tcId"];
        ++low;
        continue;
      }
      EXPECT_FALSE(accepted) << test["tcId"];
      EXPECT_TRUE(ecdsa_verify(ready.get(), hash, ByteView(sig).sub(0, 32).copy() + order_minus(s))) << test["tcId"];
      ++high;
    }
  }
  EXPECT_EQ(low, 103);
  EXPECT_EQ(high, 70);
  EXPECT_EQ(invalid, 89);
}

}  // namespace
}  // namespace xch::crypto::p256
