#include "log/entry.hpp"

#include <gtest/gtest.h>

#include <set>

#include "crypto/aead.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "log/vectors.hpp"

namespace xch::log {
namespace {

constexpr Day kToday{20783};

DayKey day_key(std::uint8_t fill = 0x42) { return *DayKey::from(Bytes(32, fill)); }
Bytes event_of(std::size_t size) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i * 7 + 1);
  return out;
}
crypto::SeededRandom_for_testing seeded() {
  return crypto::SeededRandom_for_testing(ByteView(std::string_view("log entry")));
}

TEST(EventCommit, IsWhatPythonComputes) {
  // hashlib.sha256(bytes([13]) + b"LX1 log event" + bytes(range(32)) + b"an event").hexdigest()
  Bytes blind(32);
  for (std::size_t i = 0; i < 32; ++i) blind[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(to_hex(event_commit(*EventBlind::from(blind), ByteView(std::string_view("an event")))),
            "a7ab03c4c5203c770aaba8e2d6c32a33f08632acdd2fc3bbd8e68b1df8e97397");
}

TEST(SealEntry, IsWhatIndependentCodeComputes) {
  // tests/log/entry_vector.py, with hashlib and hmac alone: commitment, key and nonce; the AEAD is the library's.
  auto random = seeded();
  const Bytes entry = *seal_entry(ByteView(std::string_view("an event")), kToday, day_key(), random);
  EXPECT_EQ(to_hex(ByteView(entry).sub(0, 37)),
            "01c2c123f82e0da7e7398c46b18bd99ba383354e96e9cb3790e7d6327907d18fbc0000512f");
  const Bytes key = *from_hex("efc4871efa10b58f8bb03468546c012ad7e9adabad365161ee205b61d4299c93");
  const Bytes nonce = *from_hex("4cec7ce12edec611ce4328da");
  const ByteView head = ByteView(entry).sub(0, 37), sealed = ByteView(entry).sub(37);
  Bytes plain(459);
  ASSERT_TRUE(passes(
      crypto::aead_open(crypto::Aead::aes256gcm, key, nonce, head, sealed, plain, Code::log_entry_key)));
  EXPECT_EQ(to_hex(ByteView(plain).sub(0, 34 + 8)),
            "99db69d239832faaf2382255086c8baea7029740f3d902072e7ab579c6c63a2a0008616e206576656e74");
  EXPECT_EQ(Bytes(plain.begin() + 42, plain.end()), Bytes(459 - 42));
}

TEST(SealEntry, GivesEveryEventBackFrom512Bytes) {
  auto random = seeded();
  for (const std::size_t size : {1u, 2u, 100u, 424u, 425u}) {
    const Bytes event = event_of(size), entry = *seal_entry(event, kToday, day_key(), random);
    ASSERT_EQ(entry.size(), kEntryBytes);
    const auto head = parse_entry(entry);
    ASSERT_TRUE(passes(head));
    EXPECT_EQ(head->kind, EntryKind::event);
    EXPECT_EQ(head->day, kToday);
    const auto opened = open_entry(entry, day_key());
    ASSERT_TRUE(passes(opened));
    EXPECT_EQ(opened->event, event);
    EXPECT_EQ(event_commit(opened->blind, event), head->digest);
  }
}

TEST(SealEntry, RefusesAnEventThatDoesNotFitAndNone) {
  auto random = seeded();
  EXPECT_EQ(kEventMaxBytes, 425u);
  EXPECT_TRUE(refuses(seal_entry(event_of(426), kToday, day_key(), random), Code::log_event_too_large));
  EXPECT_TRUE(refuses(seal_entry({}, kToday, day_key(), random), Code::log_event_too_large));
}

TEST(SealEntry, HidesThatTwoEventsAreTheSame) {
  std::set<Bytes> commits, bodies;
  for (int i = 0; i < 100; ++i) {
    const Bytes entry = *seal_entry(event_of(40), kToday, day_key(), crypto::system_random());
    commits.insert(ByteView(entry).sub(1, 32).copy());
    bodies.insert(ByteView(entry).sub(37).copy());
  }
  EXPECT_EQ(commits.size(), 100u);
  EXPECT_EQ(bodies.size(), 100u);
}

TEST(SealEntry, LooksEquallyRandomForShortAndLongEvents) {
  // Chi square of the sealed bytes against a uniform distribution: 255 degrees of freedom, so 255 +- 23. The limit of
  // 400 is passed by chance once in 10^8; an entry with its zeros in the clear gives some 100,000.
  for (const std::size_t size : {1u, 425u}) {
    std::vector<double> count(256, 0.0);
    auto random = seeded();
    const int entries = 500;
    for (int i = 0; i < entries; ++i) {
      const Bytes entry = *seal_entry(event_of(size), kToday, day_key(), random);
      for (const auto b : ByteView(entry).sub(37)) count[b] += 1;
    }
    const double expected = entries * 475.0 / 256;
    double chi = 0;
    for (const double c : count) chi += (c - expected) * (c - expected) / expected;
    EXPECT_LT(chi, 400) << size;
  }
}

TEST(OpenEntry, RefusesEveryTruncationEveryChangedByteAndEveryOtherKey) {
  auto random = seeded();
  const Bytes entry = *seal_entry(event_of(30), kToday, day_key(), random);
  EXPECT_TRUE(refuses(open_entry(entry, day_key(0x43)), Code::log_entry_key));
  for (std::size_t n = 0; n < entry.size(); ++n)
    ASSERT_TRUE(refuses(open_entry(ByteView(entry).sub(0, n), day_key()), Code::log_entry));
  Bytes longer = entry;
  longer.push_back(0);
  EXPECT_TRUE(refuses(open_entry(longer, day_key()), Code::log_entry));
  for (std::size_t i = 0; i < entry.size(); ++i) {
    for (int x = 1; x < 256; ++x) {
      Bytes changed = entry;
      changed[i] = static_cast<std::uint8_t>(changed[i] ^ x);
      ASSERT_TRUE(refuses(open_entry(changed, day_key()), i == 0 ? Code::log_entry : Code::log_entry_key)) << i;
    }
  }
}

// An entry as a dishonest operator could make it: its AEAD holds, what is inside is the operator's own.
Bytes made_by_hand(const Bytes& plain, const Digest& commit) {
  const Bytes head = ByteWriter().u8(1).raw(commit).u32(kToday.number).bytes();
  Bytes keys(44), out = head;
  crypto::xp(*crypto::Prk::from(day_key().expose()), crypto::label::kLogEntry, {commit}, keys);
  out.resize(kEntryBytes);
  EXPECT_TRUE(crypto::aead_seal(crypto::Aead::aes256gcm, ByteView(keys).sub(0, 32), ByteView(keys).sub(32), head, plain,
                                MutableView(out).sub(37)));
  return out;
}

TEST(OpenEntry, RefusesAnEventThatIsNotTheOneCommittedTo) {
  const Bytes blind(32, 3), event = event_of(10);
  const Digest commit = event_commit(*EventBlind::from(blind), event);
  Bytes plain = ByteWriter().raw(blind).u16(10).raw(event).bytes();
  plain.resize(459);
  ASSERT_TRUE(passes(open_entry(made_by_hand(plain, commit), day_key())));
  Bytes other = plain;
  other[40] ^= 1;  // the event
  EXPECT_TRUE(refuses(open_entry(made_by_hand(other, commit), day_key()), Code::log_entry_commit));
  other = plain;
  other[5] ^= 1;  // the blind
  EXPECT_TRUE(refuses(open_entry(made_by_hand(other, commit), day_key()), Code::log_entry_commit));
  other = plain;
  other[458] = 1;  // behind the event
  EXPECT_TRUE(refuses(open_entry(made_by_hand(other, commit), day_key()), Code::log_entry_commit));
  for (const std::uint16_t size : {0, 9, 11, 426, 65535}) {
    other = plain;
    store_u16(other.data() + 32, size);
    EXPECT_TRUE(refuses(open_entry(made_by_hand(other, commit), day_key()), Code::log_entry_commit)) << size;
  }
}

TEST(DayKeyEntry, HasTheSizeOfEveryOtherAndIsNotOpened) {
  const Digest digest = crypto::sha256(Bytes{1, 2, 3});
  const Bytes entry = day_key_entry(kToday, digest);
  const auto head = parse_entry(entry);
  ASSERT_TRUE(passes(head));
  EXPECT_EQ(entry.size(), kEntryBytes);
  EXPECT_EQ(head->kind, EntryKind::day_key);
  EXPECT_EQ(head->digest, digest);
  EXPECT_EQ(head->day, kToday);
  EXPECT_TRUE(refuses(open_entry(entry, day_key()), Code::log_entry));
}

TEST(ParseEntry, RefusesOtherKindsAndADayEntryThatIsNotFilledWithZeros) {
  Bytes entry = day_key_entry(kToday, {});
  for (std::size_t i = 37; i < kEntryBytes; ++i) {
    entry[i] = 1;
    ASSERT_TRUE(refuses(parse_entry(entry), Code::log_entry)) << i;
    entry[i] = 0;
  }
  for (const int kind : {0, 3, 255}) {
    entry[0] = static_cast<std::uint8_t>(kind);
    EXPECT_TRUE(refuses(parse_entry(entry), Code::log_entry)) << kind;
  }
}

TEST(DayOf, CountsDaysOfUtc) {
  EXPECT_EQ(day_of(Timestamp{0}).number, 0u);
  EXPECT_EQ(day_of(Timestamp{86399}).number, 0u);
  EXPECT_EQ(day_of(Timestamp{86400}).number, 1u);
}

}  // namespace
}  // namespace xch::log
