#include "crypto/digest.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "crypto/sha256.hpp"
#include "crypto/vectors.hpp"

namespace xch::crypto {
namespace {

Bytes expand(ByteView prk, ByteView info, std::size_t size) {
  Bytes out(size);
  Sha256 hash;
  const HmacOnce key(hash, prk);
  hkdf_expand(hash, key, [&](Sha256& h) { h.add(info); }, out);
  return out;
}

Prk prk_of(std::string_view text) { return xt({}, {ByteView(text)}); }

TEST(Sha256, HashesTheExamplesOfFips180) {
  EXPECT_EQ(to_hex(sha256(ascii("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(ByteView())), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256(Bytes(1000000, 'a'))), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotSeeWhereThePartsWereCut) {
  const Bytes whole = ascii("one, two and three");
  const ByteView v = whole;
  for (std::size_t i = 0; i <= v.size(); ++i) EXPECT_EQ(sha256({v.sub(0, i), {}, v.sub(i)}), sha256(whole));
}

TEST(Sha256, LeavesNothingOfOneHashInTheNext) {
  {
    Sha256 unfinished;
    unfinished.add(ascii("left behind"));
  }
  EXPECT_EQ(sha256(ascii("abc")), sha256({ascii("a"), ascii("bc")}));
  EXPECT_EQ(to_hex(sha256(ascii("abc"))).substr(0, 8), "ba7816bf");
}

TEST(Th, PutsTheLabelWithItsLengthFirst) {
  EXPECT_EQ(th("LX1 x", {ascii("ab"), ascii("c")}), sha256(Bytes{5} + ascii("LX1 xabc")));
  EXPECT_NE(th("LX1 x", {ascii("y")}), th("LX1 xy", {}));
  EXPECT_EQ(th_as<GrantHash>("LX1 x", {}).bytes, th("LX1 x", {}).bytes);
}

TEST(Th, RefusesALabelWithoutALengthByte) {
  EXPECT_THROW(th(std::string(256, 'x'), {}), std::length_error);
}

TEST(HmacSha256, MatchesRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(20, 0x0b), {ascii("Hi There")})),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac_sha256(ascii("Jefe"), {ascii("what do ya want "), ascii("for nothing?")})),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(131, 0xaa), {ascii("Test Using Larger Than Block-Size Key - Hash Key First")})),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256, AgreesWithWycheproof) {
  XCH_VECTORS(file, "wycheproof/hmac_sha256_test.json");
  int valid = 0, invalid = 0;
  for (const auto& group : file["testGroups"]) {
    for (const auto& test : group["tests"]) {
      const Bytes key = hex(test["key"]), msg = hex(test["msg"]), tag = hex(test["tag"]);
      const Digest got = hmac_sha256(key, {msg});
      EXPECT_EQ(equal(got.view().sub(0, tag.size()), tag), test["result"] == "valid") << test["tcId"];
      ++(test["result"] == "valid" ? valid : invalid);
      // A key set up once gives the same.
      Sha256 hash;
      const Hmac kept(key);
      Digest again;
      kept.begin(hash);
      hash.add(msg);
      kept.end(hash, again.bytes.data());
      EXPECT_EQ(again, got) << test["tcId"];
    }
  }
  EXPECT_EQ(valid, 66);
  EXPECT_EQ(invalid, 108);
}

TEST(Hkdf, AgreesWithWycheproof) {
  XCH_VECTORS(file, "wycheproof/hkdf_sha256_test.json");
  int valid = 0, too_long = 0;
  for (const auto& group : file["testGroups"]) {
    for (const auto& test : group["tests"]) {
      const Prk prk = xt(hex(test["salt"]), {hex(test["ikm"])});
      const std::size_t size = test["size"];
      if (test["result"] != "valid") {
        EXPECT_THROW(expand(prk.expose(), hex(test["info"]), size), std::length_error) << test["tcId"];
        ++too_long;
        continue;
      }
      EXPECT_EQ(expand(prk.expose(), hex(test["info"]), size), hex(test["okm"])) << test["tcId"];
      ++valid;
    }
  }
  EXPECT_EQ(valid, 83);
  EXPECT_EQ(too_long, 3);
}

TEST(Xt, TakesAnEmptySaltAs32ZeroBytes) {
  EXPECT_TRUE(equal_ct(xt({}, {ascii("ikm")}).expose(), xt(Bytes(32, 0), {ascii("i"), ascii("km")}).expose()));
  EXPECT_FALSE(equal_ct(xt(Bytes(32, 1), {ascii("ikm")}).expose(), xt({}, {ascii("ikm")}).expose()));
}

TEST(Xp, IsExpandWithALabelledInfo) {
  const Prk prk = prk_of("secret");
  const Expander expander(prk);
  for (const std::size_t size : {0u, 1u, 31u, 32u, 33u, 44u, 64u, 65u, 8160u}) {
    const Bytes expected = expand(prk.expose(), Bytes{8} + ascii("LX1 testctx"), size);
    Bytes kept(size), once(size);
    expander.xp("LX1 test", {ascii("ct"), ascii("x")}, kept);
    xp(prk, "LX1 test", {ascii("ctx")}, once);
    EXPECT_EQ(kept, expected);
    EXPECT_EQ(once, expected);
  }
}

TEST(Xp, GivesUnrelatedOutputsForOtherLabelsContextsAndKeys) {
  const auto out = [](const Prk& prk, std::string_view label, std::string_view ctx) {
    Bytes b(32);
    xp(prk, label, {ByteView(ctx)}, b);
    return b;
  };
  const Bytes base = out(prk_of("a"), "LX1 l", "c");
  EXPECT_NE(base, out(prk_of("b"), "LX1 l", "c"));
  EXPECT_NE(base, out(prk_of("a"), "LX1 m", "c"));
  EXPECT_NE(base, out(prk_of("a"), "LX1 l", "d"));
  EXPECT_NE(base, out(prk_of("a"), "LX1 lc", ""));
}

TEST(Xp, RefusesMoreThan255Blocks) {
  const Prk prk = prk_of("secret");
  Bytes out(8161);
  EXPECT_THROW(xp(prk, "LX1 test", {}, out), std::length_error);
  EXPECT_THROW(Expander(prk).xp("LX1 test", {}, out), std::length_error);
}

TEST(Expander, CanBeMoved) {
  Expander a(prk_of("secret"));
  const Expander b = std::move(a);
  Bytes one(44), two(44);
  b.xp("LX1 test", {}, one);
  xp(prk_of("secret"), "LX1 test", {}, two);
  EXPECT_EQ(one, two);
}

}  // namespace
}  // namespace xch::crypto
