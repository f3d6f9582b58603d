// Bytes from outside: whatever they are, cells_from_note answers, and what it takes is what it writes again.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <random>

#include "wire/note_support.hpp"

namespace xch::wire {
namespace {

// One answer for hostile bytes: refused with a code of a note, or taken and written again byte for byte.
void check(const NoteType& type, ByteView bytes) {
  HeapMemory memory;
  const auto cells = cells_from_note(type, bytes, memory);
  if (!cells) {
    const auto name = cells.error().info().name;
    ASSERT_EQ(name.substr(0, 5), "note_") << name;
    return;
  }
  const auto again = note_from_cells(type, *cells, memory);
  ASSERT_TRUE(again) << code_name(again);
  ASSERT_TRUE(equal(*again, bytes));
  for (const auto& cell : *cells)
    if (cell.present) {
      ASSERT_TRUE(check_value(type, type.schema().slots[cell.slot], cell.value, memory)) << type.schema().slots[cell.slot].path;
    }
}

TEST(NoteHostile, RefusesEveryTruncation) {
  const auto note = full_note();
  HeapMemory memory;
  for (std::size_t size = 0; size < note.size(); ++size)
    ASSERT_FALSE(cells_from_note(everything(), ByteView(note).sub(0, size), memory)) << size;
}

TEST(NoteHostile, RefusesAByteOrAWordMore) {
  auto note = full_note();
  HeapMemory memory;
  note.push_back(0);
  EXPECT_EQ(code_name(cells_from_note(everything(), note, memory)), "note_malformed");
  note.resize(note.size() + 7);
  EXPECT_EQ(code_name(cells_from_note(everything(), note, memory)), "note_malformed");
}

TEST(NoteHostile, RefusesASegmentTable) {
  const auto note = full_note();
  Bytes framed = {0, 0, 0, 0, 0, 0, 0, 0};
  framed[4] = static_cast<std::uint8_t>(note.size() / 8);
  framed.insert(framed.end(), note.begin(), note.end());
  HeapMemory memory;
  EXPECT_FALSE(cells_from_note(everything(), framed, memory));
}

TEST(NoteHostile, AnswersEveryOneByteChange) {
  const auto note = full_note();
  for (std::size_t i = 0; i < note.size(); ++i) {
    for (int delta : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
      auto changed = note;
      changed[i] = static_cast<std::uint8_t>(changed[i] ^ delta);
      check(everything(), changed);
    }
  }
}

TEST(NoteHostile, AnswersEveryOneByteChangeOfTheBuiltInExamples) {
  unsigned ran = 0;
  for (const auto& bundle : builtin_bundles()) {
    const auto type = builtin_type(bundle.name);
    const auto text = read_file(std::string(XCH_SOURCE_DIR) + "/examples/notes/" + std::string(bundle.name) + ".json");
    HeapMemory memory;
    const auto json = parse_json(text);
    ASSERT_TRUE(json);
    const auto cells = cells_from_json(type, *json, memory);
    ASSERT_TRUE(cells) << code_name(cells);
    const auto note = note_from_cells(type, *cells, memory);
    ASSERT_TRUE(note);
    for (std::size_t i = 0; i < note->size(); ++i) {
      auto changed = ByteView(*note).copy();
      changed[i] ^= static_cast<std::uint8_t>(1u << i % 8);
      check(type, changed);
    }
    ++ran;
  }
  EXPECT_EQ(ran, 30u);
}

// A list of structs without content: 2^29 - 1 elements in eight bytes.
TEST(NoteHostile, RefusesAListOfEmptyStructsBeforeCountingThem) {
  capnp::MallocMessageBuilder message;
  message.initRoot<::everything::Everything>().initItems(1)[0].setCount(1);
  auto note = canonical_bytes(message.getRoot<::everything::Everything>().asReader());
  // Root struct, then the list's tag: set its element count and take its size away.
  bool found = false;
  for (std::size_t at = 8; at + 8 <= note.size() && !found; at += 8) {
    if (note[at] != 4 || note[at + 4] == 0) continue;  // a tag: struct, one element
    auto changed = note;
    for (int i = 0; i < 4; ++i) changed[at + static_cast<std::size_t>(i)] = 0xfc;
    changed[at + 3] = 0x7f;
    for (std::size_t i = 4; i < 8; ++i) changed[at + i] = 0;
    check(everything(), changed);
    found = true;
  }
  EXPECT_TRUE(found);
}

TEST(NoteHostile, RefusesANullRoot) {
  HeapMemory memory;
  EXPECT_EQ(code_name(cells_from_note(everything(), Bytes(8, 0), memory)), "note_malformed");
  EXPECT_EQ(code_name(cells_from_note(everything(), Bytes(), memory)), "note_malformed");
}

TEST(NoteHostile, RefusesWhatIsLargerThanAnyNote) {
  HeapMemory memory;
  EXPECT_EQ(code_name(cells_from_note(everything(), Bytes(4u * 1024 * 1024 + 8, 0), memory)), "note_malformed");
  EXPECT_EQ(memory.used(), 0u);
}

RC_GTEST_PROP(NoteHostile, AnswersAnyWords, ()) {
  const auto words = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::arbitrary<std::uint64_t>());
  Bytes bytes(words.size() * 8);
  if (!words.empty()) std::memcpy(bytes.data(), words.data(), bytes.size());
  check(everything(), bytes);
}

RC_GTEST_PROP(NoteHostile, AnswersSeveralChangesAtOnce, ()) {
  auto bytes = full_note();
  const auto changes = *rc::gen::container<std::vector<std::pair<std::uint16_t, std::uint8_t>>>(
      rc::gen::pair(rc::gen::arbitrary<std::uint16_t>(), rc::gen::arbitrary<std::uint8_t>()));
  for (const auto& [at, value] : changes) bytes[at % bytes.size()] = value;
  check(everything(), bytes);
}

// Any note: taken apart, written again, told as JSON and read back, always the same bytes.
RC_GTEST_PROP(NoteHostile, EveryNoteComesBackTheSameFromCellsAndFromJson, (std::uint32_t seed)) {
  std::mt19937 random(seed);
  const auto chance = [&] { return random() % 3 != 0; };
  capnp::MallocMessageBuilder message;
  auto note = message.initRoot<::everything::Everything>();
  if (chance()) note.setI8(static_cast<std::int8_t>(random()));
  if (chance()) note.setI64(static_cast<std::int64_t>(static_cast<std::uint64_t>(random()) << 32 | random()));
  if (chance()) note.setU64(static_cast<std::uint64_t>(random()) << 32 | random());
  if (chance()) note.setF32(static_cast<float>(random()) / 7.0f);
  if (chance()) note.setF64(-static_cast<double>(random()) * 1e200 / 3.0);
  if (chance()) note.setKind(static_cast<::everything::Kind>(random() % 3));
  if (chance()) note.setFree(std::string(random() % 90, 'x') + "\"\\\n\t\x01\xE2\x82\xAC");
  if (chance()) note.setDate("0001-01-01");
  if (chance()) note.setTime("2026-12-31T23:59:59Z");
  if (chance()) note.initData(random() % 20);
  if (chance()) {
    auto texts = note.initTexts(random() % 4);
    for (auto i = 0u; i < texts.size(); ++i) texts.set(i, std::string(1 + random() % 20, 'y'));
  }
  if (chance()) {
    auto items = note.initItems(random() % 5);
    for (auto item : items) {
      if (chance()) item.setLabel("label");
      if (chance()) item.setCount(static_cast<std::uint16_t>(random()));
      if (chance()) item.getPair().setSecond(static_cast<float>(random() % 100));
      if (chance()) item.getChoice().setNumber(static_cast<std::int32_t>(random()));
      if (chance()) item.initInner().setDeep("d");
    }
  }
  if (chance()) note.getGroup().setMail("m");
  if (chance()) note.initRecord().setFloor(1 + random() % 200);
  switch (random() % 6) {
    case 1: note.getChoice().setFlag(); break;
    case 2: note.getChoice().setNumber(static_cast<std::int16_t>(random())); break;
    case 3: note.getChoice().setKind(static_cast<::everything::Kind>(random() % 3)); break;
    case 4: note.getChoice().setText("chosen"); break;
    case 5: note.getChoice().initKinds(2).set(1, ::everything::Kind::SMALL); break;
    default: break;
  }
  const auto bytes = canonical_bytes(note.asReader());
  check(everything(), bytes);
  HeapMemory memory;
  const auto cells = cells_from_note(everything(), bytes, memory);
  RC_ASSERT(cells.has_value());
  const auto json = json_from_cells(everything(), *cells, memory);
  RC_ASSERT(json.has_value());
  const auto parsed = parse_json(write_json(*json, seed % 2 ? JsonLayout::compact : JsonLayout::indented));
  RC_ASSERT(parsed.has_value());
  const auto back = cells_from_json(everything(), *parsed, memory);
  RC_ASSERT(back.has_value());
  RC_ASSERT(equal(*note_from_cells(everything(), *back, memory), bytes));
}

}  // namespace
}  // namespace xch::wire
