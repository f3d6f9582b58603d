// plain_i and the body of an envelope: what lies in them, and every way it may not.
#include <gtest/gtest.h>

#include "message/cells.hpp"
#include "message/frame.hpp"
#include "message/seal.hpp"

namespace xch::message {
namespace {

Bytes plain_of(bool present, std::string_view value, std::size_t size = 32) {
  Bytes out(size);
  EXPECT_TRUE(write_plain(present, ByteView(value), out));
  return out;
}
Code refusal(ByteView plain) {
  const auto read = read_plain(plain);
  return read ? Code::bug : read.error().code;
}

TEST(Plain, GivesBackWhatWasWritten) {
  const Bytes plain = plain_of(true, "engaged");
  const auto read = read_plain(plain);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->present);
  EXPECT_EQ(read->value.text(), "engaged");
  for (std::size_t size = 0; size <= 27; ++size) {
    const std::string value(size, 'v');
    EXPECT_EQ(read_plain(plain_of(true, value))->value.text(), value) << size;
  }
}

TEST(Plain, OfAnAbsentValueIsAllZeros) { EXPECT_EQ(plain_of(false, "engaged"), Bytes(32)); }

TEST(Plain, TellsAnEmptyValueFromAnAbsentOne) {
  EXPECT_TRUE(read_plain(plain_of(true, ""))->present);
  EXPECT_FALSE(read_plain(plain_of(false, ""))->present);
}

TEST(Plain, TakesAValueThatJustFitsAndRefusesOneByteMore) {
  Bytes out(32);
  const std::string fits(27, 'x'), over(28, 'x');
  EXPECT_TRUE(write_plain(true, ByteView(std::string_view(fits)), out));
  const auto refused = write_plain(true, ByteView(std::string_view(over)), out);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::seal_value_too_large);
}

TEST(Plain, RefusesPaddingThatIsNotZero) {
  Bytes plain = plain_of(true, "abc");
  for (std::size_t i = 8; i < plain.size(); ++i) {
    Bytes changed = plain;
    changed[i] = 1;
    EXPECT_EQ(refusal(changed), Code::open_cell_padding) << i;
  }
}

TEST(Plain, RefusesAFlagThatIsNeitherNoNorYes) {
  for (int flag = 2; flag < 256; ++flag) {
    Bytes plain = plain_of(true, "abc");
    plain[0] = static_cast<std::uint8_t>(flag);
    EXPECT_EQ(refusal(plain), Code::open_cell_present) << flag;
  }
}

TEST(Plain, RefusesALengthBeyondItsSlot) {
  for (const std::uint32_t length : {28u, 1000u, 0xffffffffu}) {
    Bytes plain(32);
    plain[0] = 1;
    store_u32(plain.data() + 1, length);
    EXPECT_EQ(refusal(plain), Code::open_cell_size) << length;
  }
}

TEST(Plain, RefusesAnAbsentCellWithALength) {
  Bytes plain(32);
  store_u32(plain.data() + 1, 27);
  EXPECT_EQ(refusal(plain), Code::open_cell_absent_value);
}

TEST(Plain, RefusesAnAbsentCellWithValueBytes) {
  Bytes plain = plain_of(true, "abc");
  plain[0] = 0;
  EXPECT_EQ(refusal(plain), Code::open_cell_absent_value);
}

// Padding is looked at a word at a time and the rest byte by byte; slots of today are whole words.
TEST(Plain, RefusesPaddingThatIsNotZeroInASlotOfAnySize) {
  for (std::size_t size = kPlainHead; size < 40; ++size)
    for (std::size_t length = 0; length <= size - kPlainHead; ++length) {
      const std::string value(length, 'v');
      const Bytes plain = plain_of(true, value, size);
      ASSERT_TRUE(read_plain(plain)) << size << ' ' << length;
      for (std::size_t i = kPlainHead + length; i < size; ++i) {
        Bytes changed = plain;
        changed[i] = 0x80;
        ASSERT_EQ(refusal(changed), Code::open_cell_padding) << size << ' ' << length << ' ' << i;
      }
    }
}

TEST(Body, IsTakenWithContentThatFillsItAndRefusedWithOneByteMore) {
  for (std::size_t size = 4; size < 40; ++size) {
    Bytes body(size, 0x80);
    store_u32(body.data(), static_cast<std::uint32_t>(size - 4));
    const auto content = content_of(body, Code::open_padding);
    ASSERT_TRUE(content) << size;
    EXPECT_EQ(content->size(), size - 4);
    store_u32(body.data(), static_cast<std::uint32_t>(size - 3));
    const auto over = content_of(body, Code::open_padding);
    ASSERT_FALSE(over) << size;
    EXPECT_EQ(over.error().code, Code::open_padding);
  }
}

TEST(Body, RefusesPaddingThatIsNotZeroInABodyOfAnySize) {
  for (std::size_t size = 5; size < 40; ++size)
    for (std::size_t i = 4; i < size; ++i) {
      Bytes body(size);
      body[i] = 1;
      EXPECT_FALSE(content_of(body, Code::open_padding)) << size << ' ' << i;
    }
}

TEST(PaddedBody, IsAFixedPointOfPadmeAndNeverBelowTheFloor) {
  EXPECT_EQ(padded_body(0), 4096u);
  EXPECT_EQ(padded_body(4092), 4096u);
  for (std::uint64_t bound = 4092; bound < 200000; bound += 997) {
    EXPECT_GE(padded_body(bound), bound + 4);
    EXPECT_EQ(padded_body(padded_body(bound) - 4), padded_body(bound));
  }
}

}  // namespace
}  // namespace xch::message
