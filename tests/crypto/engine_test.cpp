#include "crypto/engine.hpp"

#include <gtest/gtest.h>
#include <openssl/provider.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "crypto/digest.hpp"
#include "crypto/floor.hpp"
#include "crypto/keys.hpp"
#include "crypto/start.hpp"
#include "crypto/vectors.hpp"

namespace xch::crypto {
namespace {

TEST(Start, Succeeds) {
  EXPECT_TRUE(start());
  EXPECT_EQ(libraries().openssl.substr(0, 8), "OpenSSL ");
  EXPECT_FALSE(libraries().sodium.empty());
}

TEST(Engine, IsOneAndNotTheDefaultContext) {
  EXPECT_EQ(engine(), engine());
  ASSERT_NE(engine(), nullptr);
  EXPECT_NE(engine()->libctx, OSSL_LIB_CTX_get0_global_default());
}

TEST(Engine, ReadsNoConfigurationFile) {
  // A configuration under which nothing could be fetched: its process's default context refuses SHA-256.
  const std::string path = std::string(XCH_BUILD_DIR) + "/hostile-openssl.cnf";
  std::ofstream(path) << "openssl_conf = a\n[a]\nalg_section = b\n[b]\ndefault_properties = provider=none\n";
  const auto run = [&path] {
    setenv("OPENSSL_CONF", path.c_str(), 1);
    const bool ours = start().has_value() && to_hex(sha256(ascii("abc"))).substr(0, 8) == "ba7816bf" &&
                      SignPrivateKey::generate(SuiteId::p256, system_random()).has_value();
    // The file does what it is meant to do where it is read.
    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, nullptr);
    EVP_MD* theirs = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
    _exit(ours && theirs == nullptr ? 0 : 1);
  };
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a process of its own, where no engine exists yet
  EXPECT_EXIT(run(), testing::ExitedWithCode(0), "");
}

TEST(Engine, StartsOnceOnManyThreads) {
  const auto run = [] {
    std::vector<std::thread> threads;
    std::atomic<int> good{0};
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&] { good += to_hex(sha256(ascii("abc"))).substr(0, 8) == "ba7816bf"; });
    for (auto& t : threads) t.join();
    _exit(good == 8 ? 0 : 1);
  };
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run(), testing::ExitedWithCode(0), "");
}

int live = 0;
struct Counted {
  Counted() { ++live; }
  ~Counted() { --live; }
};
void drop(Counted* c) { delete c; }

TEST(Pool, GivesBackWhatItWasGivenAndFreesTheRest) {
  Pool<Counted, drop> pool;
  EXPECT_EQ(pool.take(), nullptr);
  for (int i = 0; i < 40; ++i) pool.give(new Counted);
  EXPECT_EQ(live, 16);
  for (int i = 0; i < 16; ++i) delete pool.take();
  EXPECT_EQ(pool.take(), nullptr);
  EXPECT_EQ(live, 0);
}

struct Flag {
  std::atomic<int> users{0};
};
void drop_flag(Flag* f) { delete f; }

TEST(Pool, HandsAnObjectToOneThreadAtATime) {
  Pool<Flag, drop_flag> pool;
  std::atomic<int> shared{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) {
        Flag* f = pool.take();
        if (f == nullptr) f = new Flag;
        if (f->users.fetch_add(1) != 0) ++shared;
        f->users.fetch_sub(1);
        pool.give(f);
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(shared, 0);
  while (Flag* f = pool.take()) delete f;
}

TEST(MeasureFloor, MeasuresEveryPrimitive) {
  const std::vector<std::string> names{"p256 keygen",  "p256 point",   "p256 ecdh",           "ecdsa sign",
                                       "ecdsa verify", "x25519 base",  "x25519",              "ed25519 sign",
                                       "ed25519 verify", "sha-256/64", "aes-256-gcm/64",      "aes-256-gcm/4096",
                                       "chacha20-poly1305/64", "chacha20-poly1305/4096", "random/32"};
  const auto costs = measure_floor(20, names).value();
  ASSERT_EQ(costs.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_GT(costs[i], 0) << names[i];
}

TEST(MeasureFloor, RefusesANameThatIsNone) {
  for (const char* name : {"", "p256", "sha-256", "sha-256/", "sha-256/0", "sha-256/6x", "sha-1/64", "/64"})
    EXPECT_EQ(refusal(measure_floor(1, {name})), Code::usage) << name;
}

}  // namespace
}  // namespace xch::crypto
