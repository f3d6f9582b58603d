// check_value: what a present value of a slot may be when a note is opened.
#include "wire/note_support.hpp"

namespace xch::wire {
namespace {

std::string checked(std::string_view path, Form form, ByteView value) {
  HeapMemory memory;
  return std::string(code_name(check_value(everything(), slot_of(everything(), path, form), value, memory)));
}
std::string checked(std::string_view path, ByteView value) { return checked(path, Form::full, value); }
std::string checked_text(std::string_view path, Form form, std::string_view text) { return checked(path, form, ByteView(text)); }

Bytes word(std::uint64_t v) {
  Bytes out;
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
  return out;
}

TEST(NoteValue, TakesEveryValueOfAFullNote) {
  HeapMemory memory;
  const auto cells = cells_from_note(everything(), full_note(), memory);
  ASSERT_TRUE(cells);
  unsigned present = 0;
  for (const auto& cell : *cells) {
    if (!cell.present) continue;
    ++present;
    EXPECT_TRUE(check_value(everything(), everything().schema().slots[cell.slot], cell.value, memory));
  }
  EXPECT_EQ(present, 29u);
}

TEST(NoteValue, RefusesAWordOfAnotherWidth) {
  EXPECT_EQ(checked("u8", word(255)), "ok");
  EXPECT_EQ(checked("u8", word(256)), "open_value_type");
  EXPECT_EQ(checked("i8", word(static_cast<std::uint64_t>(-128))), "ok");
  EXPECT_EQ(checked("i8", word(128)), "open_value_type");
  EXPECT_EQ(checked("i8", word(0xff80)), "open_value_type");  // not sign-extended
  EXPECT_EQ(checked("u8", ByteView(word(1)).sub(0, 7)), "open_value_type");
  EXPECT_EQ(checked("u8", Bytes(9, 1)), "open_value_type");
  EXPECT_EQ(checked("f32", word(0x3f000000)), "ok");
  EXPECT_EQ(checked("f32", word(0x13f000000)), "open_value_type");
  EXPECT_EQ(checked("f32", word(0x7f800000)), "open_value_type");
  EXPECT_EQ(checked("f64", word(0x7ff0000000000001)), "open_value_type");
}
TEST(NoteValue, RefusesAPresentZeroButInAUnion) {
  EXPECT_EQ(checked("u8", word(0)), "open_value_type");
  EXPECT_EQ(checked("kind", word(0)), "open_value_type");
  EXPECT_EQ(checked("kind", Form::yesNo, word(0)), "open_value_type");
  EXPECT_EQ(checked("choice.number", word(0)), "ok");
  EXPECT_EQ(checked("choice.kind", word(0)), "ok");
}
TEST(NoteValue, RefusesACodeTheSlotDoesNotHave) {
  EXPECT_EQ(checked("kind", word(2)), "ok");
  EXPECT_EQ(checked("kind", word(3)), "open_value_type");
  EXPECT_EQ(checked("kind", Form::yesNo, word(2)), "ok");
  EXPECT_EQ(checked("kind", Form::yesNo, word(3)), "open_value_type");
  EXPECT_EQ(checked("kind", Form::level, word(2)), "ok");
}
TEST(NoteValue, RefusesAVoidWithBytes) {
  EXPECT_EQ(checked("choice.flag", ByteView()), "ok");
  EXPECT_EQ(checked("choice.flag", word(0)), "open_value_type");
}
TEST(NoteValue, RefusesATextAgainstItsFormat) {
  const auto full = [](std::string_view path, std::string_view text) { return checked_text(path, Form::full, text); };
  EXPECT_EQ(full("free", ""), "ok");
  EXPECT_EQ(full("free", std::string_view("a\0", 2)), "open_value_type");
  EXPECT_EQ(full("free", "\xff"), "open_value_type");
  EXPECT_EQ(full("date", "2026-03-31"), "ok");
  EXPECT_EQ(full("date", "2026-03"), "open_value_type");
  EXPECT_EQ(full("time", "2026-03-31T14:05:00Z"), "ok");
  EXPECT_EQ(full("time", "2026-03-31T14:05"), "open_value_type");
  EXPECT_EQ(full("code", std::string(64, 'a')), "ok");
  EXPECT_EQ(full("code", std::string(65, 'a')), "open_value_type");
  EXPECT_EQ(full("code", "a\xC3\xA9"), "open_value_type");
  EXPECT_EQ(full("name", ""), "open_value_type");
  EXPECT_EQ(full("place", "98101"), "ok");
  EXPECT_EQ(full("place", std::string(33, 'a') + "; x"), "open_value_type");
}
TEST(NoteValue, RefusesATextThatIsNotItsForm) {
  EXPECT_EQ(checked_text("date", Form::month, "2026-03"), "ok");
  EXPECT_EQ(checked_text("date", Form::month, "2026-03-31"), "open_value_type");
  EXPECT_EQ(checked_text("date", Form::month, "2026-13"), "open_value_type");
  EXPECT_EQ(checked_text("date", Form::quarter, "2026-Q4"), "ok");
  EXPECT_EQ(checked_text("date", Form::quarter, "2026-Q5"), "open_value_type");
  EXPECT_EQ(checked_text("date", Form::year, "2026"), "ok");
  EXPECT_EQ(checked_text("date", Form::year, "0000"), "open_value_type");
  EXPECT_EQ(checked_text("time", Form::day, "2026-03-31"), "ok");
  EXPECT_EQ(checked_text("time", Form::day, "2026-03-31T14:05Z"), "open_value_type");
  EXPECT_EQ(checked_text("name", Form::initials, "M. R."), "ok");
  EXPECT_EQ(checked_text("name", Form::initials, "Maria 4"), "open_value_type");
  EXPECT_EQ(checked_text("place", Form::area, "M3"), "ok");
  for (const char* range : {"0", "3-5", "90+"}) {
    EXPECT_EQ(checked_text("u8", Form::bucket, range), "ok");
    EXPECT_EQ(checked_text("u8", Form::ageBand, range), "ok");
  }
  for (const char* range : {"", "-5", "3-", "3-5x", "+", "many", "3 - 5"})
    EXPECT_EQ(checked_text("u8", Form::bucket, range), "open_value_type") << range;
  EXPECT_EQ(checked_text("place", Form::area, "M3; 3rd"), "open_value_type");
}

TEST(NoteValue, RefusesAListThatIsNotCanonical) {
  HeapMemory memory;
  const std::uint16_t codes[] = {1, 2, 1};
  const auto good = value_from_codes({codes, 3}, memory)->copy();
  EXPECT_EQ(checked("kinds", good), "ok");
  EXPECT_EQ(checked("kinds", Form::theme, good), "ok");
  EXPECT_EQ(checked("kinds", Bytes(8, 0)), "open_value_null");
  EXPECT_EQ(checked("kinds", Form::theme, Bytes(8, 0)), "open_value_null");
  EXPECT_EQ(checked("kinds", Bytes()), "open_value_type");
  auto padded = good;
  padded.back() = 1;  // padding after the third code
  EXPECT_EQ(checked("kinds", padded), "open_value_type");
  auto unknown = good;
  unknown[8] = 3;
  EXPECT_EQ(checked("kinds", unknown), "open_value_type");
  auto longer = good;
  longer.resize(longer.size() + 8);
  EXPECT_EQ(checked("kinds", longer), "open_value_type");
  EXPECT_EQ(checked("numbers", good), "open_value_type");  // elements of two bytes, not of four
  EXPECT_EQ(checked("kinds", full_note()), "open_value_type");  // a struct
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_NE(checked("kinds", ByteView(good).sub(0, size)), "ok");
}
TEST(NoteValue, RefusesEveryChangeOfAListItDoesNotWriteAgain) {
  HeapMemory memory;
  const auto cells = cells_from_note(everything(), full_note(), memory);
  ASSERT_TRUE(cells);
  unsigned refused = 0;
  for (std::string_view path : {"items", "texts", "kinds", "numbers"}) {
    const auto value = cell_of(everything(), *cells, path)->value.copy();
    for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
      auto changed = value;
      changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      if (!check_value(everything(), slot_of(everything(), path), changed, memory)) {
        ++refused;
        continue;
      }
      const NoteCells one = {{slot_of(everything(), path).index, true, changed}};
      const auto note = note_from_cells(everything(), one, memory);
      ASSERT_TRUE(note);
      const auto back = cells_from_note(everything(), *note, memory);
      ASSERT_TRUE(back);
      ASSERT_TRUE(equal(cell_of(everything(), *back, path)->value, changed));
    }
  }
  EXPECT_GT(refused, 1000u);
}

TEST(NoteValue, GivesCodesBackAsTheyWere) {
  HeapMemory memory;
  const std::uint16_t codes[] = {5, 0, 65535, 1, 2};
  for (std::size_t count = 0; count <= 5; ++count) {
    const auto value = value_from_codes({codes, count}, memory);
    ASSERT_TRUE(value);
    const auto back = codes_from_value(*value, memory);
    ASSERT_TRUE(back);
    ASSERT_EQ(back->count, count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(back->data[i], codes[i]);
  }
  EXPECT_FALSE(codes_from_value(Bytes(8, 0), memory));
  EXPECT_FALSE(codes_from_value(Bytes(7, 0), memory));
  const std::vector<std::uint16_t> many(4097, 1);
  EXPECT_FALSE(value_from_codes({many.data(), many.size()}, memory));
}

}  // namespace
}  // namespace xch::wire
