#include "log/day_key.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/digest.hpp"
#include "log/sample.hpp"
#include "log/vectors.hpp"

namespace xch::log {
namespace {

constexpr Day kToday{20783};
constexpr std::string_view kOrigin = "police.example/log";

class DayKeyFileTest : public ::testing::Test {
 protected:
  DayKeyFileTest() {
    for (int i = 0; i < 3; ++i) {
      keys_.push_back(*crypto::KemPrivateKey::generate(i == 1 ? SuiteId::x25519 : SuiteId::p256, random_));
      ids_.push_back(retag<KeyId>(crypto::sha256(Bytes{static_cast<std::uint8_t>(i)})));
      auditors_.push_back({ids_.back(), keys_.back().public_key()});
    }
  }
  DayKeyFile wrapped() { return *wrap_day_key(key_, kOrigin, kToday, auditors_, random_); }

  crypto::SeededRandom_for_testing random_{ByteView(std::string_view("day key"))};
  DayKey key_ = *DayKey::from(Bytes(32, 0x42));
  std::vector<crypto::KemPrivateKey> keys_;
  std::vector<KeyId> ids_;
  std::vector<Auditor> auditors_;
};

TEST_F(DayKeyFileTest, GivesEachAuditorTheKeyAndNobodyElse) {
  const Bytes bytes = encode_day_key_file(wrapped());
  const auto file = parse_day_key_file(bytes);
  ASSERT_TRUE(passes(file));
  EXPECT_EQ(file->day, kToday);
  EXPECT_EQ(file->wraps.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto opened = unwrap_day_key(*file, kOrigin, ids_[i], keys_[i]);
    ASSERT_TRUE(passes(opened));
    EXPECT_TRUE(equal(opened->expose(), key_.expose()));
  }
  const auto stranger = *crypto::KemPrivateKey::generate(SuiteId::p256, random_);
  EXPECT_TRUE(refuses(unwrap_day_key(*file, kOrigin, ids_[0], stranger), Code::log_entry_key));
  EXPECT_TRUE(refuses(unwrap_day_key(*file, kOrigin, KeyId{}, keys_[0]), Code::log_day_key_reader));
  EXPECT_TRUE(refuses(unwrap_day_key(*file, kOrigin, ids_[1], keys_[0]), Code::log_day_key_reader));  // another suite
}

TEST_F(DayKeyFileTest, BindsEachWrapToItsLogDayAndAuditor) {
  DayKeyFile file = wrapped();
  EXPECT_TRUE(refuses(unwrap_day_key(file, "clinic.example/log", ids_[0], keys_[0]), Code::log_entry_key));
  file.day.number += 1;
  EXPECT_TRUE(refuses(unwrap_day_key(file, kOrigin, ids_[0], keys_[0]), Code::log_entry_key));
  file.day.number -= 1;
  for (auto& wrap : file.wraps)
    if (wrap.auditor == ids_[0]) wrap.auditor = KeyId{};
  EXPECT_TRUE(refuses(unwrap_day_key(file, kOrigin, KeyId{}, keys_[0]), Code::log_entry_key));
}

TEST_F(DayKeyFileTest, StandsUnderItsDayAndIsFixedByItsDigest) {
  EXPECT_EQ(day_key_path(kToday), "day-keys/20783");
  const Bytes bytes = encode_day_key_file(wrapped());
  EXPECT_EQ(day_key_digest(bytes), crypto::sha256(bytes));
}

TEST_F(DayKeyFileTest, IsNotMadeForNobodyForTooManyOrForOneAuditorTwice) {
  EXPECT_TRUE(refuses(wrap_day_key(key_, kOrigin, kToday, {}, random_), Code::usage));
  auto twice = auditors_;
  twice.push_back(twice[0]);
  EXPECT_TRUE(refuses(wrap_day_key(key_, kOrigin, kToday, twice, random_), Code::usage));
  std::vector<Auditor> many;
  for (std::uint8_t i = 0; i < 65; ++i) many.push_back({retag<KeyId>(crypto::sha256(Bytes{i})), auditors_[1].key});
  EXPECT_TRUE(refuses(wrap_day_key(key_, kOrigin, kToday, many, random_), Code::usage));
  many.pop_back();
  const auto most = wrap_day_key(key_, kOrigin, kToday, many, random_);
  ASSERT_TRUE(passes(most));
  EXPECT_TRUE(passes(parse_day_key_file(encode_day_key_file(*most))));
}

TEST_F(DayKeyFileTest, IsRefusedWhenCutAndReencodesWhateverIsTaken) {
  const Bytes bytes = encode_day_key_file(wrapped());
  const std::string whole(ByteView(bytes).text());
  for_every_truncation(whole, [](const std::string& t) {
    ASSERT_TRUE(refuses(parse_day_key_file(ByteView(t)), Code::log_day_key));
  });
  EXPECT_TRUE(refuses(parse_day_key_file(ByteView(whole + "x")), Code::log_day_key));
  int taken = 0;
  for_every_change(whole, [&](const std::string& t) {
    const auto file = parse_day_key_file(ByteView(t));
    if (!file) return;
    ++taken;
    ASSERT_EQ(std::string(ByteView(encode_day_key_file(*file)).text()), t);
  });
  EXPECT_GT(taken, 10000);
}

TEST_F(DayKeyFileTest, IsRefusedWithWrapsOutOfOrderOrTwice) {
  DayKeyFile file = wrapped();
  std::swap(file.wraps[0], file.wraps[2]);
  EXPECT_TRUE(refuses(parse_day_key_file(encode_day_key_file(file)), Code::log_day_key));
  file = wrapped();
  file.wraps[1] = file.wraps[0];
  EXPECT_TRUE(refuses(parse_day_key_file(encode_day_key_file(file)), Code::log_day_key));
  file.wraps.clear();
  EXPECT_TRUE(refuses(parse_day_key_file(encode_day_key_file(file)), Code::log_day_key));
}

TEST_F(DayKeyFileTest, OpensForNobodyWithAnyBitOfItsWrapChanged) {
  const DayKeyFile file = wrapped();
  for (std::size_t w = 0; w < 3; ++w) {
    const auto i = static_cast<std::size_t>(std::find(ids_.begin(), ids_.end(), file.wraps[w].auditor) - ids_.begin());
    for (std::size_t at = 0; at < file.wraps[w].wrapped.size(); ++at) {
      DayKeyFile changed = file;
      changed.wraps[w].wrapped[at] ^= 1;
      ASSERT_TRUE(refuses(unwrap_day_key(changed, kOrigin, ids_[i], keys_[i]), Code::log_entry_key)) << w << " " << at;
    }
  }
}

}  // namespace
}  // namespace xch::log
