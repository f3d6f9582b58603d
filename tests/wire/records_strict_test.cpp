// What holds of every record: good bytes come back the same, and no other bytes are taken for them.
#include <capnp/any.h>
#include <capnp/message.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "wire/canonical.hpp"
#include "wire/records_samples.hpp"

namespace xch::wire {
namespace {

using samples::all_records;
using samples::AnyRecord;

constexpr std::size_t kRecords = 28;

bool is_record_code(Code c) {
  return c == Code::record_malformed || c == Code::record_not_canonical || c == Code::record_version ||
         c == Code::record_limit || c == Code::record_enum;
}

TEST(Records, ComeBackTheSameAndAreCanonical) {
  const auto records = all_records();
  ASSERT_EQ(records.size(), kRecords);
  for (const AnyRecord& r : records) {
    const auto again = r.again(r.good);
    ASSERT_TRUE(again) << r.name << ": " << again.error().info().name;
    EXPECT_EQ(to_hex(*again), to_hex(r.good)) << r.name;
    EXPECT_TRUE(canonical::check_canonical(r.good)) << r.name;
  }
}

TEST(Records, RefuseEveryTruncation) {
  for (const AnyRecord& r : all_records())
    for (std::size_t size = 0; size < r.good.size(); ++size) {
      const auto cut = r.again(ByteView(r.good).sub(0, size));
      ASSERT_FALSE(cut) << r.name << " cut to " << size;
      ASSERT_TRUE(is_record_code(cut.error().code)) << r.name;
    }
}

TEST(Records, TakeNoChangedByteForAnother) {
  std::size_t taken = 0, refused = 0;
  for (const AnyRecord& r : all_records())
    for (std::size_t at = 0; at < r.good.size(); ++at)
      for (const unsigned flip : {0x01u, 0x80u, 0xffu}) {
        Bytes changed = r.good;
        changed[at] = static_cast<std::uint8_t>(changed[at] ^ flip);
        const auto again = r.again(changed);
        if (!again) {
          ASSERT_TRUE(is_record_code(again.error().code)) << r.name << " at " << at;
          ++refused;
          continue;
        }
        ASSERT_EQ(to_hex(*again), to_hex(changed)) << r.name << " at " << at;
        ++taken;
      }
  // Both happen: free bytes of identifiers and times are taken, structure and codes are not.
  EXPECT_GT(taken, 5000u);
  EXPECT_GT(refused, 5000u);
}

TEST(Records, RefuseAppendedBytes) {
  for (const AnyRecord& r : all_records())
    for (const std::size_t extra : {1u, 7u, 8u, 16u}) {
      Bytes longer = r.good;
      longer.resize(longer.size() + extra);
      EXPECT_FALSE(r.again(longer)) << r.name << " and " << extra;
    }
}

TEST(Records, RefuseAnotherVersion) {
  std::size_t with_version = 0;
  for (const AnyRecord& r : all_records()) {
    if (!r.has_version) continue;
    ++with_version;
    for (const std::uint8_t version : {std::uint8_t{0}, std::uint8_t{2}, std::uint8_t{255}}) {
      Bytes other = r.good;
      other[8] = version;  // first byte after the root pointer
      const auto again = r.again(other);
      ASSERT_FALSE(again) << r.name;
      // A data section that ends in a zero word is not canonical, whatever the version.
      if (again.error().code != Code::record_not_canonical) {
        EXPECT_EQ(again.error().code, Code::record_version) << r.name;
      }
    }
    Bytes high = r.good;
    high[9] = 1;
    ASSERT_FALSE(r.again(high));
    EXPECT_EQ(r.again(high).error().code, Code::record_version) << r.name;
  }
  EXPECT_EQ(with_version, 21u);
}

/// widened copies a message's root struct into one with more data words and pointers and fills the new places.
Bytes widened(ByteView good, unsigned more_data, unsigned more_pointers) {
  canonical::Words words(good);
  const kj::ArrayPtr<const capnp::word> segment = words.get();
  capnp::SegmentArrayMessageReader in(kj::arrayPtr(&segment, 1));
  const auto from = in.getRoot<capnp::AnyStruct>();
  const auto data = from.getDataSection();
  const auto pointers = from.getPointerSection();
  canonical::Builder message;
  auto to = message.getRoot<capnp::AnyPointer>().initAsAnyStruct(
      static_cast<std::uint16_t>(data.size() / 8 + more_data), static_cast<std::uint16_t>(pointers.size() + more_pointers));
  std::copy(data.begin(), data.end(), to.getDataSection().begin());
  if (more_data != 0) to.getDataSection()[data.size() + 8 * more_data - 1] = 1;
  for (unsigned i = 0; i < pointers.size(); ++i) to.getPointerSection()[i].set(pointers[i]);
  for (unsigned i = 0; i < more_pointers; ++i)
    to.getPointerSection()[static_cast<unsigned>(pointers.size()) + i].setAs<capnp::Data>(
        capnp::Data::Reader(reinterpret_cast<const kj::byte*>("new"), 3));
  return canonical::to_bytes(message);
}

TEST(Records, RefuseAStructWiderThanThisVersion) {
  for (const AnyRecord& r : all_records()) {
    // Trailing pointers of a good record may be null and cut; 16 more are past the widest struct in any case.
    const Bytes with_pointer = widened(r.good, 0, 16);
    ASSERT_TRUE(canonical::check_canonical(with_pointer)) << r.name;
    ASSERT_FALSE(r.again(with_pointer)) << r.name;
    EXPECT_EQ(r.again(with_pointer).error().code, Code::record_version) << r.name;
    const Bytes with_data = widened(r.good, 4, 0);
    ASSERT_TRUE(canonical::check_canonical(with_data)) << r.name;
    ASSERT_FALSE(r.again(with_data)) << r.name;
    EXPECT_EQ(r.again(with_data).error().code, Code::record_version) << r.name;
  }
}

TEST(Records, RefuseWiderStructsInLists) {
  // The one class key of a grant view, rebuilt as a struct of one more pointer.
  GrantView value = samples::grant_view();
  value.class_keys.resize(1);
  const Bytes good = encode(value);
  canonical::Words words{ByteView(good)};
  const kj::ArrayPtr<const capnp::word> segment = words.get();
  capnp::SegmentArrayMessageReader in(kj::arrayPtr(&segment, 1));
  const auto from = in.getRoot<capnp::AnyStruct>();
  canonical::Builder message;
  message.getRoot<capnp::AnyPointer>().set(in.getRoot<capnp::AnyPointer>());
  auto root = message.getRoot<capnp::AnyStruct>();
  constexpr unsigned kClassKeys = 5;  // pointer of classKeys in GrantView
  auto list = root.getPointerSection()[kClassKeys].initAsListOfAnyStruct(1, 2, 1);
  list[0].getDataSection()[0] = 0x40;
  list[0].getPointerSection()[0].setAs<capnp::Data>(capnp::Data::Reader(value.class_keys[0].secret.data(), 32));
  EXPECT_EQ(to_hex(canonical::to_bytes(message)), to_hex(good)) << "the rebuilding itself changes nothing";
  list[0].getPointerSection()[1].setAs<capnp::Data>(capnp::Data::Reader(value.class_keys[0].secret.data(), 32));
  const auto refused = decode_grant_view(canonical::to_bytes(message));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::record_version);
  EXPECT_EQ(from.getPointerSection().size(), 9u);
}

TEST(Records, RefuseBitsThatNoFieldOwns) {
  // KeyRecord has 16 bits after version, kind and suite that belong to nothing: a covert channel otherwise.
  Bytes bytes = encode(samples::key_record());
  bytes[8 + 6] = 1;
  ASSERT_TRUE(canonical::check_canonical(bytes));
  const auto refused = decode_key_record(bytes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::record_not_canonical);
}

TEST(Records, RefuseAnEmptyObjectWhereNothingStands) {
  // The unsigned key record's struct is cut after `body`; here it has a signer too, of no bytes.
  const Signed value = samples::unsigned_key_record();
  canonical::Builder wide;
  auto to = wide.getRoot<capnp::AnyPointer>().initAsAnyStruct(1, 2);
  to.getDataSection()[0] = static_cast<std::uint8_t>(value.kind);
  to.getPointerSection()[0].setAs<capnp::Data>(capnp::Data::Reader(value.body.data(), value.body.size()));
  to.getPointerSection()[1].initAs<capnp::Data>(0);
  const Bytes bytes = canonical::to_bytes(wide);
  ASSERT_TRUE(canonical::check_canonical(bytes));
  const auto refused = decode_signed(bytes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::record_not_canonical);
}

TEST(Records, RefuseAListOfAnotherElementType) {
  // Cap'n Proto reads a List(UInt16) from a list of wider elements; the format does not.
  KeyRecord value = samples::key_record();
  const Bytes good = encode(value);
  canonical::Words words{ByteView(good)};
  const kj::ArrayPtr<const capnp::word> segment = words.get();
  capnp::SegmentArrayMessageReader in(kj::arrayPtr(&segment, 1));
  canonical::Builder message;
  message.getRoot<capnp::AnyPointer>().set(in.getRoot<capnp::AnyPointer>());
  auto pointers = message.getRoot<capnp::AnyStruct>().getPointerSection();
  auto wide = pointers[pointers.size() - 1].initAs<capnp::List<std::uint32_t>>(2);
  wide.set(0, 1);
  wide.set(1, 3);
  const Bytes bytes = canonical::to_bytes(message);
  ASSERT_TRUE(canonical::check_canonical(bytes));
  const auto refused = decode_key_record(bytes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::record_not_canonical);
}

TEST(Records, RefuseALargeInputBeforeReadingIt) {
  const Bytes large(kMaxRecord + 8, 0);
  for (const AnyRecord& r : all_records()) {
    ASSERT_FALSE(r.again(large)) << r.name;
    EXPECT_EQ(r.again(large).error().code, Code::record_limit) << r.name;
  }
}

TEST(Records, RefuseANullRootAndRandomWords) {
  for (const AnyRecord& r : all_records()) {
    EXPECT_FALSE(r.again(Bytes(8, 0))) << r.name;
    EXPECT_FALSE(r.again(Bytes(64, 0xff))) << r.name;
  }
}

}  // namespace
}  // namespace xch::wire
