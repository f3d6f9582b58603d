#include "base/encoding.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace xch {
namespace {

Bytes every_byte() {
  Bytes out;
  for (int i = 0; i < 256; ++i) out.push_back(static_cast<std::uint8_t>(i));
  return out;
}

TEST(Hex, GoesThereAndBackForEveryByte) {
  const std::string text = to_hex(every_byte());
  EXPECT_EQ(text.size(), 512u);
  EXPECT_EQ(text.substr(0, 8), "00010203");
  EXPECT_EQ(text.substr(504), "fcfdfeff");
  EXPECT_EQ(from_hex(text), every_byte());
  EXPECT_EQ(from_hex(""), Bytes{});
}

TEST(Hex, RefusesOddLengthsUpperCaseAndStrangers) {
  for (const char* text : {"0", "abc", "AB", "aB", "0x", "g0", "0g", " 00", "00 ", "0\n", "-1", "+1"})
    EXPECT_FALSE(from_hex(text)) << text;
  EXPECT_FALSE(from_hex(std::string_view("0\0", 2)));
  EXPECT_FALSE(from_hex("\xc3\xa9"));
}

// Each of the 256 values at both places of a byte: exactly the 16 digits decode.
TEST(Hex, TakesExactlySixteenDigits) {
  int taken = 0;
  for (int c = 0; c < 256; ++c) {
    const char ch = static_cast<char>(c);
    const bool high = from_hex(std::string{ch, '0'}).has_value(), low = from_hex(std::string{'0', ch}).has_value();
    EXPECT_EQ(high, low) << c;
    taken += high;
  }
  EXPECT_EQ(taken, 16);
}

TEST(Hex, FillsAFixedValueOnlyWithItsExactSize) {
  using Id = Fixed<2, struct IdTag>;
  const auto id = from_hex_as<Id>("beef");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->bytes, (std::array<std::uint8_t, 2>{0xbe, 0xef}));
  EXPECT_FALSE(from_hex_as<Id>("be"));
  EXPECT_FALSE(from_hex_as<Id>("beef00"));
  EXPECT_FALSE(from_hex_as<Id>(""));
  EXPECT_TRUE((fixed_from_hex<2, struct IdTag>("beef")));
  EXPECT_FALSE((fixed_from_hex<2, struct IdTag>("be")));
}

// RFC 4648 section 10.
TEST(Base64, AgreesWithTheVectorsOfRfc4648) {
  const std::vector<std::pair<const char*, const char*>> vectors = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  int ran = 0;
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(to_base64(ByteView(std::string_view(plain))), coded);
    EXPECT_EQ(from_base64(coded), ByteView(std::string_view(plain)).copy());
    ++ran;
  }
  EXPECT_EQ(ran, 7);
}

TEST(Base64, GoesThereAndBackAtEveryLength) {
  const Bytes all = every_byte();
  for (std::size_t n = 0; n <= all.size(); ++n) {
    const ByteView part = ByteView(all).sub(all.size() - n);
    EXPECT_EQ(from_base64(to_base64(part)), part.copy()) << n;
  }
  EXPECT_EQ(to_base64(Bytes{0xfb, 0xff, 0xbf}), "+/+/");
}

TEST(Base64, RefusesMissingExcessAndMisplacedPadding) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "=", "==", "===", "====", "Z===", "Zg==Zg==", "Zm8=Zm9v", "Z=g=", "=Zg=", "Zm9v=", "Zm9v===="})
    EXPECT_FALSE(from_base64(text)) << text;
}

// RFC 4648 section 3.5: decoders MAY reject non-zero pad bits; here they do, or one value would have two texts.
TEST(Base64, RefusesTrailingBits) {
  int refused = 0;
  for (char c : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")) {
    refused += !from_base64(std::string("Z") + c + "==");
    refused += !from_base64(std::string("Zm") + c + "=");
  }
  EXPECT_EQ(refused, 60 + 48);
}

TEST(Base64, RefusesTheUrlAlphabetWhiteSpaceAndNul) {
  for (const char* text : {"-_-_", "Zm9v\n", "Zm9\n", " Zm9", "Zm 9", "Zm9v\r\n\r\n", "Zm\t9"}) EXPECT_FALSE(from_base64(text)) << text;
  EXPECT_FALSE(from_base64(std::string_view("Zm9\0", 4)));
  int taken = 0;
  for (int c = 0; c < 256; ++c) taken += from_base64(std::string{'Z', static_cast<char>(c), '9', 'v'}).has_value();
  EXPECT_EQ(taken, 64);
}

bool utf8(std::string_view text) { return is_utf8(ByteView(text)); }

// The first and the last character of each length (RFC 3629 section 3), and the neighbours of the surrogates.
TEST(Utf8, TakesTheEdgesOfEveryLength) {
  for (const char* text : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
                           "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "Ren\xc3\xa9 \xe2\x80\x93 \xf0\x9f\x98\x80"})
    EXPECT_TRUE(utf8(text)) << to_hex(ByteView(std::string_view(text)));
  EXPECT_TRUE(utf8(std::string_view("\0", 1)));  // U+0000 is a character; who wants none refuses it by name
}

TEST(Utf8, RefusesOverlongForms) {
  for (const char* text : {"\xc0\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf"})
    EXPECT_FALSE(utf8(text)) << to_hex(ByteView(std::string_view(text)));
}

TEST(Utf8, RefusesSurrogatesAndWhatLiesBeyondUnicode) {
  for (const char* text : {"\xed\xa0\x80", "\xed\xaf\xbf", "\xed\xb0\x80", "\xed\xbf\xbf", "\xed\xa0\xbd\xed\xb8\x80", "\xf4\x90\x80\x80",
                           "\xf5\x80\x80\x80", "\xf7\xbf\xbf\xbf", "\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80", "\xfe", "\xff"})
    EXPECT_FALSE(utf8(text)) << to_hex(ByteView(std::string_view(text)));
}

TEST(Utf8, RefusesStrayAndMissingTailBytes) {
  for (const char* text : {"\x80", "\xbf", "a\x80", "\xc2", "\xc2\x41", "\xc2\xc2", "\xe2\x80", "\xe2\x80\x41", "\xe2\x41\x80", "\xf0\x9f\x98",
                           "\xf0\x9f\x98\x41", "\xf0\x9f\x41\x80", "\xf0\x41\x98\x80", "\xc3\xa9\xa9"})
    EXPECT_FALSE(utf8(text)) << to_hex(ByteView(std::string_view(text)));
}

// An encoder written from the table of RFC 3629 section 3 gives every scalar value; the decoder must take each of them,
// and of all strings of three bytes exactly as many as the grammar has.
TEST(Utf8, TakesEveryScalarValue) {
  for (std::uint32_t c = 0; c <= 0x10ffff; ++c) {
    std::string s;
    if (c < 0x80) s = {static_cast<char>(c)};
    else if (c < 0x800) s = {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
    else if (c < 0x10000) s = {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
    else s = {static_cast<char>(0xf0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63)), static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
    const bool surrogate = c >= 0xd800 && c <= 0xdfff;
    ASSERT_EQ(utf8(s), !surrogate) << c;
  }
}

TEST(Utf8, TakesOfAllTwoByteStringsExactlyTheWellFormedOnes) {
  int taken = 0;
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; ++b) taken += utf8(std::string{static_cast<char>(a), static_cast<char>(b)});
  EXPECT_EQ(taken, 128 * 128 + 30 * 64);  // two ASCII characters, or one of U+0080 to U+07FF
}

TEST(ByteWriter, WritesBigEndian) {
  ByteWriter w;
  w.u8(1).u16(0x0203).u32(0x04050607).u64(0x08090a0b0c0d0e0full).v16(Bytes{0xaa, 0xbb}).raw("xy");
  EXPECT_EQ(to_hex(w), "0102030405060708090a0b0c0d0e0f0002aabb7879");
}

TEST(ByteView, CutsAViewAtItsEnd) {
  const Bytes b = {1, 2, 3};
  EXPECT_EQ(ByteView(b).sub(1).copy(), (Bytes{2, 3}));
  EXPECT_EQ(ByteView(b).sub(1, 1).copy(), (Bytes{2}));
  EXPECT_EQ(ByteView(b).sub(1, 99).copy(), (Bytes{2, 3}));
  EXPECT_TRUE(ByteView(b).sub(3).empty());
  EXPECT_TRUE(ByteView(b).sub(4, 1).empty());
}

TEST(OneLine, IsTextWithoutControlCharacters) {
  for (const std::string text : {"a", " ", "two words", "caf\xc3\xa9", "~"}) EXPECT_TRUE(is_one_line(text)) << text;
  EXPECT_FALSE(is_one_line(""));
  for (int c = 0; c < 256; ++c) {
    const std::string text = std::string("a") + static_cast<char>(c) + "b";
    EXPECT_EQ(is_one_line(text), c >= 0x20 && c != 0x7f) << c;
  }
}

}  // namespace
}  // namespace xch
