// The strict JSON reader: each thing it refuses, beside a valid twin; and the writer.
#include <gtest/gtest.h>

#include "wire/json.hpp"

namespace xch::wire {
namespace {

std::string answer(std::string_view text) {
  const auto json = parse_json(text);
  return json ? "ok" : std::string(json.error().info().name);
}
std::string path(std::string_view text) {
  const auto json = parse_json(text);
  return json ? "ok" : json.error().path;
}
std::string nested(unsigned depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonParse, ReadsEveryKindOfValue) {
  const auto json = parse_json(R"({"a":null,"b":true,"c":-3,"d":18446744073709551615,"e":0.5,"f":"x\u00e9\n","g":[1,2],"h":{}})");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->find("a")->type(), Json::Type::null);
  EXPECT_TRUE(json->find("b")->as_boolean());
  EXPECT_EQ(json->find("c")->as_integer(), -3);
  EXPECT_EQ(json->find("d")->as_natural(), 18446744073709551615u);
  EXPECT_EQ(json->find("e")->as_real(), 0.5);
  EXPECT_EQ(json->find("f")->as_text(), "x\xC3\xA9\n");
  EXPECT_EQ(json->find("g")->items().size(), 2u);
  EXPECT_TRUE(json->find("h")->is_object());
  EXPECT_EQ(json->find("i"), nullptr);
}

TEST(JsonParse, RefusesBadSyntax) {
  for (const char* text : {"", " ", "{", "{\"a\":}", "[1,]", "{\"a\":1,}", "nul", "01", "+1", ".5", "1.", "'a'", "{a:1}",
                           "\"a", "[1] 2", "// x\n1", "\"\t\"", "NaN", "Infinity", "\"\\x41\""})
    EXPECT_EQ(answer(text), "json_syntax") << text;
}
TEST(JsonParse, RefusesAMemberThatStandsTwice) {
  EXPECT_EQ(answer(R"({"a":1,"b":1})"), "ok");
  EXPECT_EQ(answer(R"({"a":1,"b":1,"a":1})"), "json_duplicate_key");
  EXPECT_EQ(answer(R"({"a":1,"\u0061":2})"), "json_duplicate_key");
  EXPECT_EQ(answer(R"({"x":{"a":1},"y":{"a":1}})"), "ok");
}
TEST(JsonParse, RefusesTheSeventeenthLevel) {
  EXPECT_EQ(answer(nested(16)), "ok");
  EXPECT_EQ(answer(nested(17)), "json_depth");
  EXPECT_EQ(answer(std::string(1000000, '[')), "json_depth");
}
TEST(JsonParse, RefusesMoreThanFourMebibytes) {
  const std::string text = "\"" + std::string(kMaxJsonBytes - 2, 'x') + "\"";
  EXPECT_EQ(answer(text), "ok");
  EXPECT_EQ(answer(text + " "), "json_too_large");
}
TEST(JsonParse, RefusesInvalidUtf8) {
  EXPECT_EQ(answer("\"\xE2\x82\xAC\""), "ok");
  for (const char* text : {"\"\xC3\x28\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF5\x80\x80\x80\"", "\xFF"})
    EXPECT_EQ(answer(text), "json_utf8") << text;
}
TEST(JsonParse, RefusesALoneSurrogate) {
  EXPECT_EQ(answer(R"("\ud83d\ude00")"), "ok");
  EXPECT_EQ(answer(R"("\\ud83d")"), "ok");  // a backslash, then five letters
  for (const char* text : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\u0041")", R"("\ude00\ud83d")",
                           R"({"\ud83d":1})"})
    EXPECT_EQ(answer(text), "json_utf8") << text;
}
TEST(JsonParse, RefusesNul) {
  EXPECT_EQ(answer(R"("a\u0000b")"), "json_nul");
  EXPECT_EQ(answer(R"({"a\u0000":1})"), "json_nul");
  EXPECT_EQ(answer(std::string_view("\"a\0b\"", 5)), "json_nul");
  EXPECT_EQ(answer(std::string_view("1\0", 2)), "json_nul");
}
TEST(JsonParse, RefusesANumberThatNothingHolds) {
  EXPECT_EQ(answer("1e308"), "ok");
  EXPECT_EQ(answer("1e309"), "json_range");
  EXPECT_EQ(answer("18446744073709551615"), "ok");
  EXPECT_EQ(answer("18446744073709551616"), "json_range");
  EXPECT_EQ(answer("-9223372036854775809"), "json_range");
}
TEST(JsonParse, CountsMembersOnTheWayAndTellsNoName) {
  EXPECT_EQ(path(R"({"contacts":[{},{"phone":"x\u0000"}]})"), "member 1, item 2, member 1");
  EXPECT_EQ(path(R"({"Maria Reyes":{"a":1,"a":2}})"), "member 1, member 2");
  EXPECT_EQ(path(R"({"a":1,"note":"Maria Reyes 123-45-6789)"), "member 2");
}

TEST(JsonParse, ReadsWhatItWrites) {
  const std::string compact =
      R"({"a":null,"b":[true,false,-1,18446744073709551615,0.5,1.0,1e+300],"c":{"d":"\"\\\n\r\t\u0001é"},"e":[],"f":{}})";
  const auto json = parse_json(compact);
  ASSERT_TRUE(json);
  EXPECT_EQ(write_json(*json), compact);
  const auto again = parse_json(write_json(*json, JsonLayout::indented));
  ASSERT_TRUE(again);
  EXPECT_EQ(write_json(*again), compact);
}
TEST(JsonParse, IndentsByTwo) {
  EXPECT_EQ(write_json(*parse_json(R"({"a":[1,{}],"b":[]})"), JsonLayout::indented),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

TEST(JsonParse, AnswersEveryTruncationAndOneByteChange) {
  const std::string text = R"({"a":[1,-2.5e3,"\ud83d\ude00 é",{"b":null}],"c":true})";
  ASSERT_EQ(answer(text), "ok");
  for (std::size_t size = 0; size < text.size(); ++size) EXPECT_NE(answer(text.substr(0, size)), "ok") << size;
  unsigned taken = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      auto changed = text;
      changed[at] = static_cast<char>(value);
      const auto json = parse_json(changed);
      if (!json) continue;
      ++taken;
      const auto written = write_json(*json);
      const auto again = parse_json(written);
      ASSERT_TRUE(again) << changed;
      ASSERT_EQ(write_json(*again), written) << changed;
    }
  }
  EXPECT_GT(taken, text.size());
}

}  // namespace
}  // namespace xch::wire
