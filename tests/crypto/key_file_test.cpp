#include "crypto/key_file.hpp"

#include <gtest/gtest.h>

#include "crypto/vectors.hpp"

namespace xch::crypto {
namespace {

constexpr KeyFileCost kCheap{1, 8192};

class KeyFileTest : public testing::Test {
 protected:
  SeededRandom_for_testing random_{ByteView(std::string_view("key file"))};
  Bytes secret_ = Bytes(32, 0x5e), passphrase_ = ascii("ten bytes!");
  KeyFileHeader header_ = [] {
    KeyFileHeader h;
    h.purpose = "seat signing";
    h.owner = "Agency One";
    h.suite = SuiteId::x25519;
    h.created = Timestamp{1750000000};
    h.not_after = Timestamp{1760000000};
    h.public_key = Bytes(32, 0xab);
    return h;
  }();

  std::string made(KeyFileCost cost = kCheap) {
    return seal_key_file_for_testing(header_, secret_, passphrase_, random_, cost).value();
  }
  std::optional<Code> open_refusal(std::string_view text) const {
    return refusal(open_key_file_for_testing(text, passphrase_, nullptr));
  }
};

TEST_F(KeyFileTest, OpensWithItsPassphraseAndGivesTheHeader) {
  KeyFileHeader got;
  const auto secret = open_key_file_for_testing(made(), passphrase_, &got).value();
  EXPECT_TRUE(equal(secret.expose(), secret_));
  EXPECT_EQ(got.purpose, header_.purpose);
  EXPECT_EQ(got.owner, header_.owner);
  EXPECT_EQ(got.suite, header_.suite);
  EXPECT_EQ(got.created, header_.created);
  EXPECT_EQ(got.not_after, header_.not_after);
  EXPECT_EQ(got.public_key, header_.public_key);
}

TEST_F(KeyFileTest, ShowsItsHeaderToWhoeverLooks) {
  const std::string text = made();
  const std::string comment = text.substr(0, text.rfind('\n', text.size() - 2) + 1);
  EXPECT_EQ(comment,
            "# exchange key file 1\n"
            "# purpose: seat signing\n"
            "# owner: Agency One\n"
            "# suite: x25519\n"
            "# created: 2025-06-15T15:06:40Z\n"
            "# not after: 2025-10-09T08:53:20Z\n"
            "# public key: " + to_hex(header_.public_key) + "\n");
  EXPECT_EQ(read_key_file_header(text).value().owner, "Agency One");
  EXPECT_EQ(text.find(to_base64(secret_).substr(0, 20)), std::string::npos);
}

TEST_F(KeyFileTest, IsNeverTheSameTwice) { EXPECT_NE(made(), made()); }

TEST_F(KeyFileTest, RefusesAnotherPassphrase) {
  const std::string text = made();
  for (const char* wrong : {"", "ten bytes", "ten bytes? ", "Ten bytes!", "ten bytes!!"})
    EXPECT_EQ(refusal(open_key_file_for_testing(text, ByteView(std::string_view(wrong)), nullptr)),
              Code::key_passphrase);
  EXPECT_EQ(refusal(open_key_file_for_testing(text, Bytes(2000, 'x'), nullptr)), Code::key_passphrase);
}

TEST_F(KeyFileTest, AuthenticatesTheHeaderThatIsShown) {
  const std::string text = made();
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string t = text;
    return t.replace(t.find(from), from.size(), to);
  };
  EXPECT_EQ(open_refusal(with("seat signing", "agency encryption")), Code::key_passphrase);
  EXPECT_EQ(open_refusal(with("Agency One", "Agency Two")), Code::key_passphrase);
  EXPECT_EQ(open_refusal(with("x25519", "p256")), Code::key_passphrase);
  EXPECT_EQ(open_refusal(with("2025-06-15", "2025-06-16")), Code::key_passphrase);
  EXPECT_EQ(open_refusal(with("2025-10-09", "2035-10-09")), Code::key_passphrase);
  EXPECT_EQ(open_refusal(with("abab", "abac")), Code::key_passphrase);
}

TEST_F(KeyFileTest, RefusesEveryOneByteChange) {
  const std::string text = made();
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int flip : {0x01, 0x20}) {
      std::string bad = text;
      bad[i] = static_cast<char>(bad[i] ^ flip);
      const auto code = open_refusal(bad);
      EXPECT_TRUE(code == Code::key_format || code == Code::key_passphrase || code == Code::key_weak) << i;
    }
  }
}

TEST_F(KeyFileTest, RefusesEveryTruncationAndAnythingAppended) {
  const std::string text = made();
  for (std::size_t n = 0; n < text.size(); ++n) ASSERT_EQ(open_refusal(text.substr(0, n)), Code::key_format) << n;
  EXPECT_EQ(open_refusal(text + "\n"), Code::key_format);
  EXPECT_EQ(open_refusal(text + "# more\n"), Code::key_format);
  EXPECT_EQ(open_refusal("\n" + text), Code::key_format);
  EXPECT_EQ(open_refusal(std::string(20000, 'A')), Code::key_format);
}

TEST_F(KeyFileTest, RefusesASecondWayToWriteItsHeader) {
  header_.created = Timestamp{1750000020};  // 15:07:00
  const std::string text = made();
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string t = text;
    return t.replace(t.find(from), from.size(), to);
  };
  EXPECT_EQ(open_refusal(with("T15:07:00Z", "T15:07Z")), Code::key_format);
  EXPECT_EQ(open_refusal(with("file 1\n", "file 1 \n")), Code::key_format);
  EXPECT_EQ(open_refusal(with("file 1\n", "file 10\n")), Code::key_format);
}

TEST_F(KeyFileTest, RefusesLineEndsOfAnotherSystem) {
  std::string text = made();
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, "\r");
  EXPECT_EQ(open_refusal(text), Code::key_format);
}

std::size_t body_start(const std::string& text) { return text.rfind('\n', text.size() - 2) + 1; }
Bytes body_of(const std::string& text) {
  return from_base64(std::string_view(text).substr(body_start(text), text.size() - 1 - body_start(text))).value();
}
std::string with_body(const std::string& text, const Bytes& body) {
  return text.substr(0, body_start(text)) + to_base64(body) + "\n";
}
std::string with_cost(const std::string& text, std::uint64_t ops, std::uint64_t mem) {
  Bytes body = body_of(text);
  store_u64(&body[17], ops);
  store_u64(&body[25], mem);
  return with_body(text, body);
}

TEST_F(KeyFileTest, RefusesACostThatWouldHangTheMachineBeforePayingIt) {
  const std::string text = made();
  EXPECT_EQ(open_refusal(with_cost(text, 11, 8192)), Code::key_format);
  EXPECT_EQ(open_refusal(with_cost(text, ~0ull, 8192)), Code::key_format);
  EXPECT_EQ(open_refusal(with_cost(text, 1, (1ull << 30) + 1)), Code::key_format);
  EXPECT_EQ(open_refusal(with_cost(text, 1, ~0ull)), Code::key_format);
  EXPECT_EQ(open_refusal(with_cost(text, 0, 8192)), Code::key_weak);
  EXPECT_EQ(open_refusal(with_cost(text, 1, 8191)), Code::key_weak);
}

TEST_F(KeyFileTest, RefusesABodyOfAnotherVersion) {
  const std::string text = made();
  EXPECT_EQ(body_of(text)[0], 1);
  Bytes body = body_of(text);
  body[0] = 2;
  EXPECT_EQ(open_refusal(with_body(text, body)), Code::key_format);
}

TEST_F(KeyFileTest, AuthenticatesTheCost) {
  EXPECT_EQ(open_refusal(with_cost(made(), 2, 8192)), Code::key_passphrase);
}

TEST_F(KeyFileTest, RefusesAWeakFileOutsideTests) {
  EXPECT_EQ(refusal(open_key_file(made(), passphrase_, nullptr)), Code::key_weak);
  EXPECT_EQ(refusal(open_key_file(with_cost(made(), 2, 256ull << 20), passphrase_, nullptr)), Code::key_weak);
  EXPECT_EQ(refusal(open_key_file(with_cost(made(), 3, (256ull << 20) - 1), passphrase_, nullptr)), Code::key_weak);
}

TEST_F(KeyFileTest, OpensAtFullCost) {
  const std::string text = seal_key_file(header_, secret_, passphrase_, random_).value();
  EXPECT_TRUE(equal(open_key_file(text, passphrase_, nullptr).value().expose(), secret_));
}

TEST_F(KeyFileTest, TakesSecretsOf16To4096Bytes) {
  for (const std::size_t size : {16u, 4096u}) {
    secret_ = Bytes(size, 1);
    EXPECT_EQ(open_key_file_for_testing(made(), passphrase_, nullptr).value().size(), size);
  }
  for (const std::size_t size : {0u, 15u, 4097u}) {
    secret_ = Bytes(size, 1);
    EXPECT_EQ(refusal(seal_key_file_for_testing(header_, secret_, passphrase_, random_, kCheap)), Code::key_format);
  }
}

TEST_F(KeyFileTest, RefusesAShortPassphrase) {
  passphrase_ = ascii("nine byte");
  EXPECT_EQ(refusal(seal_key_file(header_, secret_, passphrase_, random_)), Code::key_passphrase_short);
}

TEST_F(KeyFileTest, RefusesAHeaderThatIsNotPlainLines) {
  const auto refused = [&] {
    return refusal(seal_key_file_for_testing(header_, secret_, passphrase_, random_, kCheap)) == Code::key_format;
  };
  for (const std::string bad : {"", "two\nlines", "caf\xc3\xa9", " led by space", "tab\t", "a\x7f", "ends in space "}) {
    header_.owner = bad;
    EXPECT_TRUE(refused()) << bad;
    header_.owner = "Agency One";
    header_.purpose = bad;
    EXPECT_TRUE(refused()) << bad;
    header_.purpose = "seat signing";
  }
  header_.owner = std::string(129, 'x');
  EXPECT_TRUE(refused());
  header_.owner = "x";
  header_.public_key.clear();
  EXPECT_TRUE(refused());
  header_.public_key = Bytes(2049);  // no file of it would open again
  EXPECT_TRUE(refused());
  header_.public_key = Bytes(2048);
  EXPECT_FALSE(refused());
  header_.public_key = Bytes(32);
  header_.suite = SuiteId::pq;
  EXPECT_EQ(refusal(seal_key_file_for_testing(header_, secret_, passphrase_, random_, kCheap)), Code::key_suite);
}

}  // namespace
}  // namespace xch::crypto
