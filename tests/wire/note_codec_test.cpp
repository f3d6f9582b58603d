// Notes and their cells: good notes, and every way a note is refused.
#include <cmath>

#include "base/encoding.hpp"
#include "wire/note_support.hpp"

namespace xch::wire {
namespace {

using Everything = ::everything::Everything;
using Wider = ::wider::Everything;

// The name of the code that a note built by `make` is refused with, and its path: "note_enum kind"; "ok" if it is not.
template <class Note, class Make>
std::string answer(Make make) {
  capnp::MallocMessageBuilder message;
  make(message.initRoot<Note>());
  HeapMemory memory;
  const auto cells = cells_from_note(everything(), canonical_bytes(message.getRoot<Note>().asReader()), memory);
  if (cells) return "ok";
  return std::string(cells.error().info().name) + (cells.error().path.empty() ? "" : " " + cells.error().path);
}

TEST(NoteCodec, TakesANoteApartAndWritesItAgain) {
  const auto note = full_note();
  HeapMemory memory;
  const auto cells = cells_from_note(everything(), note, memory);
  ASSERT_TRUE(cells) << code_name(cells);
  const auto again = note_from_cells(everything(), *cells, memory);
  ASSERT_TRUE(again) << code_name(again);
  EXPECT_TRUE(equal(*again, note));
}

TEST(NoteCodec, GivesEveryFullSlotOnceInOrder) {
  HeapMemory memory;
  const auto cells = cells_from_note(everything(), full_note(), memory);
  ASSERT_TRUE(cells);
  std::vector<std::uint16_t> full;
  for (const auto& slot : everything().schema().slots)
    if (slot.full_slot == slot.index) full.push_back(slot.index);
  ASSERT_EQ(cells->size(), full.size());
  for (std::size_t i = 0; i < full.size(); ++i) EXPECT_EQ((*cells)[i].slot, full[i]);
}

TEST(NoteCodec, GivesValuesAsTheFormatSays) {
  HeapMemory memory;
  const auto cells = cells_from_note(everything(), full_note(), memory);
  ASSERT_TRUE(cells);
  const auto hex = [&](std::string_view path) {
    const auto* cell = cell_of(everything(), *cells, path);
    return cell->present ? to_hex(cell->value) : "absent";
  };
  EXPECT_EQ(hex("i8"), "80ffffffffffffff");       // sign-extended, least byte first
  EXPECT_EQ(hex("u8"), "c800000000000000");
  EXPECT_EQ(hex("u64"), "ffffffffffffffff");
  EXPECT_EQ(hex("f32"), "0000003f00000000");      // by bits
  EXPECT_EQ(hex("kind"), "0200000000000000");
  EXPECT_EQ(hex("date"), "323032362d30332d3331");  // without NUL
  EXPECT_EQ(hex("data"), "0001ff");
  // A canonical message whose root pointer is the list: pointer to 3 two-byte elements, then 1, 2, 1.
  EXPECT_EQ(hex("kinds"), "010000001b000000" "0100020001000000");
  EXPECT_EQ(hex("choice.number"), "f9ffffffffffffff");
  EXPECT_EQ(hex("choice.flag"), "absent");
  EXPECT_EQ(hex("choice.text"), "absent");
}

TEST(NoteCodec, TakesZeroAsAbsentButInAUnion) {
  capnp::MallocMessageBuilder message;
  auto note = message.initRoot<Everything>();
  note.setU8(0);
  note.getChoice().setNumber(0);
  HeapMemory memory;
  const auto cells = cells_from_note(everything(), canonical_bytes(note.asReader()), memory);
  ASSERT_TRUE(cells) << code_name(cells);
  EXPECT_FALSE(cell_of(everything(), *cells, "u8")->present);
  EXPECT_TRUE(cell_of(everything(), *cells, "choice.number")->present);
  EXPECT_TRUE(equal(*note_from_cells(everything(), *cells, memory), canonical_bytes(note.asReader())));
}

TEST(NoteCodec, KeepsAVoidMemberAndAnEmptyTextAndAnEmptyListAsPresent) {
  capnp::MallocMessageBuilder message;
  auto note = message.initRoot<Everything>();
  note.getChoice().setFlag();
  note.setFree("");
  note.initKinds(0);
  HeapMemory memory;
  const auto cells = cells_from_note(everything(), canonical_bytes(note.asReader()), memory);
  ASSERT_TRUE(cells) << code_name(cells);
  EXPECT_TRUE(cell_of(everything(), *cells, "choice.flag")->present);
  EXPECT_TRUE(cell_of(everything(), *cells, "free")->present);
  EXPECT_EQ(cell_of(everything(), *cells, "free")->value.size(), 0u);
  EXPECT_TRUE(cell_of(everything(), *cells, "kinds")->present);
  EXPECT_TRUE(equal(*note_from_cells(everything(), *cells, memory), canonical_bytes(note.asReader())));
}

TEST(NoteCodec, TakesANoteThatSaysNothing) {
  capnp::MallocMessageBuilder message;
  const auto bytes = canonical_bytes(message.initRoot<Everything>().asReader());
  HeapMemory memory;
  const auto cells = cells_from_note(everything(), bytes, memory);
  ASSERT_TRUE(cells) << code_name(cells);
  for (const auto& cell : *cells) EXPECT_FALSE(cell.present);
  EXPECT_TRUE(equal(*note_from_cells(everything(), *cells, memory), bytes));
  EXPECT_TRUE(equal(*note_from_cells(everything(), {}, memory), bytes));
}

// The twin with more fields: as long as it uses none of them, its bytes are those of the type we know.
TEST(NoteCodec, TakesANewerSendersNoteWithoutNewFields) {
  capnp::MallocMessageBuilder message;
  fill(message.initRoot<Wider>());
  HeapMemory memory;
  const auto bytes = canonical_bytes(message.getRoot<Wider>().asReader());
  EXPECT_TRUE(equal(bytes, full_note()));
  EXPECT_EQ(answer<Wider>([](auto note) { fill(note); }), "ok");
}

TEST(NoteCodec, RefusesAnUnknownNumber) {
  EXPECT_EQ(answer<Wider>([](auto note) { fill(note); note.setExtraWord(1); }), "note_unknown_data");
}
TEST(NoteCodec, RefusesAnUnknownText) {
  EXPECT_EQ(answer<Wider>([](auto note) { note.setExtraText("SSN 123-45-6789"); }), "note_unknown_data");
}
TEST(NoteCodec, RefusesAnUnknownFieldOfAnInnerStruct) {
  EXPECT_EQ(answer<Wider>([](auto note) { fill(note); note.getRecord().setExtra("x"); }), "note_unknown_data");
}
TEST(NoteCodec, RefusesAnUnknownFieldOfAListElement) {
  EXPECT_EQ(answer<Wider>([](auto note) { fill(note); note.getItems()[1].getPair().setThird("x"); }), "note_unknown_data");
}
TEST(NoteCodec, RefusesAnUnknownCode) {
  EXPECT_EQ(answer<Wider>([](auto note) { note.setKind(::wider::Kind::HUGE); }), "note_enum kind");
}
TEST(NoteCodec, RefusesAnUnknownCodeInAUnion) {
  EXPECT_EQ(answer<Wider>([](auto note) { note.getChoice().setKind(::wider::Kind::HUGE); }), "note_enum choice.kind");
}
TEST(NoteCodec, RefusesAnUnknownCodeInAList) {
  EXPECT_EQ(answer<Wider>([](auto note) { note.initKinds(1).set(0, ::wider::Kind::HUGE); }), "note_enum kinds");
}
TEST(NoteCodec, RefusesAnUnknownCodeInAListElement) {
  EXPECT_EQ(answer<Wider>([](auto note) { note.initItems(1)[0].setKind(::wider::Kind::HUGE); }), "note_enum items");
}
TEST(NoteCodec, RefusesAnUnknownMemberOfAUnion) {
  EXPECT_EQ(answer<Wider>([](auto note) { note.getChoice().setExtra("x"); }).substr(0, 9), "note_enum");
}

// interfaces of Cap'n Proto: after setText, setFlag the text is still there, also in canonical form.
TEST(NoteCodec, RefusesTheResidueOfAUnionsOtherMember) {
  EXPECT_EQ(answer<Everything>([](auto note) {
              note.getChoice().setText("arrested before");
              note.getChoice().setFlag();
            }),
            "note_unknown_data");
}
TEST(NoteCodec, RefusesTheResidueOfAUnionsNumber) {
  EXPECT_EQ(answer<Everything>([](auto note) {
              note.getChoice().setNumber(7);
              note.getChoice().setUnstated();
            }),
            "note_unknown_data");
}
TEST(NoteCodec, RefusesResidueInAListElement) {
  EXPECT_EQ(answer<Everything>([](auto note) {
              auto item = note.initItems(1)[0];
              item.getChoice().setText("x");
              item.getChoice().setNumber(1);
            }),
            "note_unknown_data");
}

TEST(NoteCodec, RefusesABitThatBelongsToNoField) {
  // The note's data section has bits between its fields: 16 of the union's discriminant and value, then padding.
  const auto note = full_note();
  HeapMemory memory;
  unsigned refused = 0;
  const auto words = note[4] | note[5] << 8;  // data words, from the root pointer
  for (unsigned bit = 0; bit < static_cast<unsigned>(words) * 64; ++bit) {
    auto changed = note;
    changed[8 + bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    const auto cells = cells_from_note(everything(), changed, memory);
    if (!cells && cells.error().code == Code::note_unknown_data) ++refused;
  }
  EXPECT_GT(refused, 0u);
}

TEST(NoteCodec, RefusesAChoiceThatHoldsNothing) {
  EXPECT_EQ(answer<Everything>([](auto note) {
              note.getChoice().setText("x");
              note.getChoice().disownText();
            }),
            "note_malformed choice.text");
}
TEST(NoteCodec, RefusesAStructThatHoldsNothing) {
  EXPECT_EQ(answer<Everything>([](auto note) { note.initRecord(); }).substr(0, 14), "note_malformed");
}

TEST(NoteCodec, RefusesATextThatIsNotUtf8) {
  EXPECT_EQ(answer<Everything>([](auto note) { note.setFree("\xC3\x28"); }), "note_text free");
  EXPECT_EQ(answer<Everything>([](auto note) { note.setFree("\xED\xA0\x80"); }), "note_text free");  // a surrogate
}
TEST(NoteCodec, RefusesATextWithNul) {
  EXPECT_EQ(answer<Everything>([](auto note) { note.setFree(kj::StringPtr("a\0b", 3)); }), "note_text free");
}
TEST(NoteCodec, RefusesNulInAListOfTextsAndInAListElement) {
  EXPECT_EQ(answer<Everything>([](auto note) { note.initTexts(1).set(0, kj::StringPtr("a\0b", 3)); }), "note_text texts");
  EXPECT_EQ(answer<Everything>([](auto note) { note.initItems(1)[0].setLabel(kj::StringPtr("a\0b", 3)); }),
            "note_text items");
}
TEST(NoteCodec, RefusesWhatAFormatDoesNotAllow) {
  EXPECT_EQ(answer<Everything>([](auto note) { note.setDate("2026-02-30"); }), "note_format date");
  EXPECT_EQ(answer<Everything>([](auto note) { note.setDate(""); }), "note_format date");
  EXPECT_EQ(answer<Everything>([](auto note) { note.setTime("2026-03-31 14:05"); }), "note_format time");
  EXPECT_EQ(answer<Everything>([](auto note) { note.setCode("two\nlines"); }), "note_format code");
  EXPECT_EQ(answer<Everything>([](auto note) { note.setName("two\nlines"); }), "note_format name");
  EXPECT_EQ(answer<Everything>([](auto note) { note.setPlace("; 3rd and Pike"); }), "note_format place");
  EXPECT_EQ(answer<Everything>([](auto note) { note.initTexts(1).set(0, "two\nlines"); }), "note_format texts");
  EXPECT_EQ(answer<Everything>([](auto note) { note.initItems(1)[0].setOn("soon"); }), "note_format items");
}
TEST(NoteCodec, RefusesAFloatThatIsNoNumber) {
  EXPECT_EQ(answer<Everything>([](auto note) { note.setF32(NAN); }), "note_format f32");
  EXPECT_EQ(answer<Everything>([](auto note) { note.setF64(INFINITY); }), "note_format f64");
  EXPECT_EQ(answer<Everything>([](auto note) { note.initItems(1)[0].getPair().setSecond(-INFINITY); }), "note_format items");
}
TEST(NoteCodec, RefusesAListOverTheLimitAndTakesOneAtIt) {
  EXPECT_EQ(answer<Everything>([](auto note) { note.initNumbers(4096).set(0, 1); }), "ok");
  EXPECT_EQ(answer<Everything>([](auto note) { note.initNumbers(4097).set(0, 1); }), "note_malformed numbers");
}
TEST(NoteCodec, RefusesANullElementInAListOfTexts) {
  EXPECT_EQ(answer<Everything>([](auto note) { note.initItems(1)[0].initTags(2).set(0, "x"); }), "note_unknown_data");
  EXPECT_EQ(answer<Everything>([](auto note) { note.initItems(1)[0].initTags(2).set(0, ""); }), "note_unknown_data");
}

TEST(NoteCodec, RefusesTwoMembersOfOneUnion) {
  HeapMemory memory;
  NoteCells cells;
  cells.push_back({slot_of(everything(), "choice.flag").index, true, ByteView()});
  cells.push_back({slot_of(everything(), "choice.text").index, true, ByteView(std::string_view("x"))});
  const auto note = note_from_cells(everything(), cells, memory);
  ASSERT_FALSE(note);
  EXPECT_EQ(note.error().code, Code::note_malformed);
  EXPECT_EQ(note.error().path, "choice.text");
}

TEST(NoteCodec, WritesNoCellThatIsNotItsSlots) {
  HeapMemory memory;
  const auto written = [&](std::string_view path, ByteView value) {
    return std::string(code_name(note_from_cells(everything(), {{slot_of(everything(), path).index, true, value}}, memory)));
  };
  const Bytes word = {1, 0, 0, 0, 0, 0, 0, 0}, big = {0, 1, 0, 0, 0, 0, 0, 0}, three = {3, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(written("u8", word), "ok");
  EXPECT_EQ(written("u8", big), "note_malformed");
  EXPECT_EQ(written("u8", ByteView(word).sub(1)), "note_malformed");
  EXPECT_EQ(written("i8", Bytes(8, 0x80)), "note_malformed");
  EXPECT_EQ(written("kind", three), "note_enum");
  EXPECT_EQ(written("choice.flag", word), "note_malformed");
  EXPECT_EQ(written("date", ByteView(std::string_view("today"))), "note_format");
  EXPECT_EQ(written("kinds", Bytes(8, 0)), "note_malformed");   // a null root
  EXPECT_EQ(written("kinds", Bytes(7, 1)), "note_malformed");
  const auto form = slot_of(everything(), "u8", Form::bucket).index;
  EXPECT_EQ(code_name(note_from_cells(everything(), {{form, true, word}}, memory)), "note_malformed");
  const auto u8 = slot_of(everything(), "u8").index;
  EXPECT_EQ(code_name(note_from_cells(everything(), {{u8, true, word}, {u8, true, word}}, memory)), "note_malformed");
}

TEST(NoteCodec, SaysSoWhenTheMemoryIsGone) {
  const auto note = full_note();
  HeapMemory enough;
  ASSERT_TRUE(cells_from_note(everything(), note, enough));
  for (std::size_t limit = 0; limit < enough.used(); limit += 64) {
    HeapMemory memory(limit);
    EXPECT_EQ(code_name(cells_from_note(everything(), note, memory)), "locked_memory") << limit;
  }
}

}  // namespace
}  // namespace xch::wire
