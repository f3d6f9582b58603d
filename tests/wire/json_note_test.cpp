// Notes as JSON: the way in and out, and every way in that is refused, with its code and its path.
#include "wire/note_support.hpp"

namespace xch::wire {
namespace {

// "json_range kind", or "ok".
std::string answer(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return "no json: " + std::string(json.error().info().name);
  HeapMemory memory;
  const auto cells = cells_from_json(everything(), *json, memory);
  if (cells) return "ok";
  return std::string(cells.error().info().name) + (cells.error().path.empty() ? "" : " " + cells.error().path);
}

std::string round_trip(std::string_view text) {
  HeapMemory memory;
  const auto json = parse_json(text);
  if (!json) return "no json";
  const auto cells = cells_from_json(everything(), *json, memory);
  if (!cells) return std::string(cells.error().info().name) + " " + cells.error().path;
  const auto back = json_from_cells(everything(), *cells, memory);
  return back ? write_json(*back) : std::string(back.error().info().name);
}

TEST(JsonNote, GivesTheCellsOfTheSameNoteInCapnp) {
  HeapMemory memory;
  const auto cells = cells_from_note(everything(), full_note(), memory);
  ASSERT_TRUE(cells);
  const auto json = json_from_cells(everything(), *cells, memory);
  ASSERT_TRUE(json);
  const auto again = cells_from_json(everything(), *json, memory);
  ASSERT_TRUE(again) << code_name(again) << again.error().path;
  ASSERT_EQ(again->size(), cells->size());
  for (std::size_t i = 0; i < cells->size(); ++i) {
    EXPECT_EQ((*again)[i].present, (*cells)[i].present);
    EXPECT_TRUE(equal((*again)[i].value, (*cells)[i].value)) << everything().schema().slots[(*cells)[i].slot].path;
  }
  EXPECT_TRUE(equal(*note_from_cells(everything(), *again, memory), full_note()));
}

TEST(JsonNote, WritesEveryShape) {
  HeapMemory memory;
  const auto json = json_from_cells(everything(), *cells_from_note(everything(), full_note(), memory), memory);
  ASSERT_TRUE(json);
  EXPECT_EQ(write_json(*json),
            R"({"i8":-128,"i16":-2,"i32":-2147483647,"i64":-9007199254740993,"u8":200,"u16":65535,"u32":4000000000,)"
            R"("u64":18446744073709551615,"f32":0.5,"f64":-1.25e+300,"kind":"large","free":"two\nlines é",)"
            R"("date":"2026-03-31","time":"2026-03-31T14:05Z","code":"26-1-00417-3","name":"Maria Reyes",)"
            R"("place":"M3; 3rd and Pike","data":"AAH/","texts":["one","two"],"kinds":["small","large","small"],)"
            R"("numbers":[-1,7],"items":[{"label":"first","on":"2026-01-02","count":3,"kind":"small","tags":["tag"],)"
            R"("choice":{"number":0},"inner":{"deep":"deep"},"pair":{"second":1.5}},{},{"choice":{"text":"text"}}],)"
            R"("group":{"phone":"+1 206 555 0100","mail":"m@example.org"},)"
            R"("record":{"street":"Pine St","floor":4,"deeper":{"note":"third bell"}},"choice":{"number":-7},)"
            R"("victim":"never with the others"})");
}

TEST(JsonNote, LeavesOutWhatIsAbsent) {
  EXPECT_EQ(round_trip("{}"), "{}");
  EXPECT_EQ(round_trip(R"({"u8":0,"kind":"unstated","free":null,"choice":{},"record":{},"group":{"phone":null}})"), "{}");
}
TEST(JsonNote, KeepsAZeroAndAVoidInAUnion) {
  EXPECT_EQ(round_trip(R"({"choice":{"number":0}})"), R"({"choice":{"number":0}})");
  EXPECT_EQ(round_trip(R"({"choice":{"kind":"unstated"}})"), R"({"choice":{"kind":"unstated"}})");
  EXPECT_EQ(round_trip(R"({"choice":{"flag":true}})"), R"({"choice":{"flag":true}})");
}
TEST(JsonNote, TakesAWholeNumberForAFloat) { EXPECT_EQ(round_trip(R"({"f32":2,"f64":-3})"), R"({"f32":2.0,"f64":-3.0})"); }

TEST(JsonNote, RefusesAnUnknownMemberWithTheNearestName) {
  EXPECT_EQ(answer(R"({"kynd":"small"})"), "json_unknown_field member 1; nearest: kind");
  EXPECT_EQ(answer(R"({"group":{"phne":"x"}})"), "json_unknown_field group, member 1; nearest: phone");
  EXPECT_EQ(answer(R"({"choice":{"numbr":1}})"), "json_unknown_field choice, member 1; nearest: number");
  EXPECT_EQ(answer(R"({"items":[{"lable":"x"}]})"), "json_unknown_field items, member 1; nearest: label");
  EXPECT_EQ(answer(R"({"diagnosis":"x"})"), "json_unknown_field member 1");
  EXPECT_EQ(answer(R"({"group":{"phone":"x","mail":"y","fax":"z"}})"), "json_unknown_field group, member 3");
}
TEST(JsonNote, TellsNoNameThatTheSchemaLacks) {
  EXPECT_EQ(answer(R"({"u8":1,"MariaReyes":"x"})"), "json_unknown_field member 2");
  EXPECT_EQ(answer(R"({"group":{"phone ":"x"}})"), "json_unknown_field group, member 1; nearest: phone");
  EXPECT_EQ(answer("{\"" + std::string(65, 'a') + "\":1}"), "json_unknown_field member 1");
}
TEST(JsonNote, RefusesAWrongType) {
  EXPECT_EQ(answer("[]"), "json_wrong_type");
  EXPECT_EQ(answer(R"({"u8":"3"})"), "json_wrong_type u8");
  EXPECT_EQ(answer(R"({"u8":3.0})"), "json_wrong_type u8");
  EXPECT_EQ(answer(R"({"u8":true})"), "json_wrong_type u8");
  EXPECT_EQ(answer(R"({"kind":2})"), "json_wrong_type kind");
  EXPECT_EQ(answer(R"({"free":3})"), "json_wrong_type free");
  EXPECT_EQ(answer(R"({"data":[0]})"), "json_wrong_type data");
  EXPECT_EQ(answer(R"({"kinds":"small"})"), "json_wrong_type kinds");
  EXPECT_EQ(answer(R"({"texts":[null]})"), "json_wrong_type texts");
  EXPECT_EQ(answer(R"({"items":[null]})"), "json_wrong_type items");
  EXPECT_EQ(answer(R"({"group":"x"})"), "json_wrong_type group");
  EXPECT_EQ(answer(R"({"record":[]})"), "json_wrong_type record");
  EXPECT_EQ(answer(R"({"choice":"flag"})"), "json_wrong_type choice");
  EXPECT_EQ(answer(R"({"choice":{"flag":false}})"), "json_wrong_type choice.flag");
  EXPECT_EQ(answer(R"({"f32":"1"})"), "json_wrong_type f32");
}
TEST(JsonNote, RefusesANumberOutOfRange) {
  for (const char* text : {R"({"i8":-128})", R"({"i8":127})", R"({"u8":255})", R"({"i64":-9223372036854775808})",
                           R"({"i64":9223372036854775807})", R"({"u64":18446744073709551615})"})
    EXPECT_EQ(answer(text), "ok") << text;
  EXPECT_EQ(answer(R"({"i8":-129})"), "json_range i8");
  EXPECT_EQ(answer(R"({"i8":128})"), "json_range i8");
  EXPECT_EQ(answer(R"({"u8":256})"), "json_range u8");
  EXPECT_EQ(answer(R"({"u8":-1})"), "json_range u8");
  EXPECT_EQ(answer(R"({"u64":-1})"), "json_range u64");
  EXPECT_EQ(answer(R"({"i64":9223372036854775808})"), "json_range i64");
  EXPECT_EQ(answer(R"({"i32":18446744073709551615})"), "json_range i32");
  EXPECT_EQ(answer(R"({"f32":1e39})"), "json_range f32");
  EXPECT_EQ(answer(R"({"numbers":[2147483648]})"), "json_range numbers");
  EXPECT_EQ(answer(R"({"items":[{"count":65536}]})"), "json_range items.count");
}
TEST(JsonNote, RefusesAnUnknownCodeWithoutQuotingIt) {
  EXPECT_EQ(answer(R"({"kind":"SSN 123-45-6789"})"), "json_range kind");
  EXPECT_EQ(answer(R"({"kinds":["small","medium"]})"), "json_range kinds");
  EXPECT_EQ(answer(R"({"items":[{"kind":"medium"}]})"), "json_range items.kind");
  EXPECT_EQ(answer(R"({"choice":{"kind":"medium"}})"), "json_range choice.kind");
}
TEST(JsonNote, RefusesDataThatIsNotBase64) { EXPECT_EQ(answer(R"({"data":"AAH"})"), "json_range data"); }
TEST(JsonNote, RefusesTwoMembersOfOneChoice) {
  EXPECT_EQ(answer(R"({"choice":{"number":1,"text":"x"}})"), "json_union choice");
  EXPECT_EQ(answer(R"({"choice":{"number":1,"text":null}})"), "ok");
  EXPECT_EQ(answer(R"({"items":[{"choice":{"number":1,"text":"x"}}]})"), "json_union items.choice");
}
TEST(JsonNote, RefusesWhatAFormatDoesNotAllow) {
  EXPECT_EQ(answer(R"({"date":"31.3.2026"})"), "note_format date");
  EXPECT_EQ(answer(R"({"time":"2026-03-31"})"), "note_format time");
  EXPECT_EQ(answer(R"({"code":" x"})"), "note_format code");
  EXPECT_EQ(answer(R"({"name":"a\nb"})"), "note_format name");
  EXPECT_EQ(answer(R"({"place":""})"), "note_format place");
  EXPECT_EQ(answer(R"({"texts":["a\nb"]})"), "note_format texts");
  EXPECT_EQ(answer(R"({"items":[{"on":"x"}]})"), "note_format items.on");
}
TEST(JsonNote, RefusesAListOverTheLimit) {
  const auto list = [](unsigned n) {
    std::string text = R"({"numbers":[1)";
    for (unsigned i = 1; i < n; ++i) text += ",1";
    return text + "]}";
  };
  EXPECT_EQ(answer(list(4096)), "ok");
  EXPECT_EQ(answer(list(4097)), "note_malformed numbers");
}

TEST(JsonNote, WritesFormsByTheirOwnShape) {
  HeapMemory memory;
  const auto written = [&](std::string_view path, Form form, ByteView value) {
    const auto json = json_from_value(everything(), slot_of(everything(), path, form), value, memory);
    return json ? write_json(*json) : std::string(json.error().info().name);
  };
  const auto word = [&](std::uint64_t v) { return *value_from_word(v, memory); };
  const std::uint16_t codes[] = {1, 2};
  EXPECT_EQ(written("kind", Form::yesNo, word(2)), "\"yes\"");
  EXPECT_EQ(written("kind", Form::level, word(2)), "\"large\"");
  EXPECT_EQ(written("u8", Form::bucket, ByteView(std::string_view("11-20"))), "\"11-20\"");
  EXPECT_EQ(written("date", Form::month, ByteView(std::string_view("2026-03"))), "\"2026-03\"");
  EXPECT_EQ(written("kinds", Form::theme, *value_from_codes({codes, 2}, memory)), R"(["small","large"])");
  EXPECT_EQ(written("kind", Form::yesNo, word(3)), "note_enum");
  EXPECT_EQ(written("kind", Form::yesNo, ByteView()), "note_malformed");
  EXPECT_EQ(written("kinds", Form::theme, Bytes(8, 0)), "note_malformed");
}

TEST(JsonNote, RoundTripsEveryExample) {
  unsigned ran = 0;
  for (const auto& bundle : builtin_bundles()) {
    const auto type = builtin_type(bundle.name);
    const auto json = parse_json(read_file(std::string(XCH_SOURCE_DIR) + "/examples/notes/" + std::string(bundle.name) + ".json"));
    ASSERT_TRUE(json) << bundle.name;
    HeapMemory memory;
    const auto cells = cells_from_json(type, *json, memory);
    ASSERT_TRUE(cells) << bundle.name << " " << code_name(cells) << " " << cells.error().path;
    for (const auto& cell : *cells) {
      const auto& slot = type.schema().slots[cell.slot];
      EXPECT_LE(5 + cell.value.size(), slot.size) << bundle.name << " " << slot.path;
      if (cell.present) {
        EXPECT_TRUE(check_value(type, slot, cell.value, memory)) << bundle.name << " " << slot.path;
      }
    }
    EXPECT_EQ(write_json(*json_from_cells(type, *cells, memory)), write_json(*json)) << bundle.name;
    ++ran;
  }
  EXPECT_EQ(ran, 30u);
}

}  // namespace
}  // namespace xch::wire
