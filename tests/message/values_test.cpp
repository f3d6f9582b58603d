// Values between their wire form and the generalisers, and the forms of one field.
#include <algorithm>

#include "message/fixture.hpp"
#include "message/values.hpp"
#include "wire/value.hpp"

namespace xch::message_test {
namespace {

class Values : public ::testing::Test {
 protected:
  static SlotSpec of(ValueType type) {
    SlotSpec out = progress().slots.front();
    out.type = type;
    return out;
  }
  /// again writes what was read of the bytes.
  Result<ByteView> again(ValueType type, ByteView bytes) {
    XCH_ASSIGN(const auto value, message::value_from_bytes(of(type), bytes, memory));
    EXPECT_EQ(value.type, type);
    return message::bytes_from_value(of(type), value, memory);
  }
  HeapMemory memory;
};

TEST_F(Values, OfEveryTypeComeBackAsTheyWere) {
  const ByteView word = must(wire::value_from_word(0x0123456789abcdef, memory));
  const std::uint16_t codes[] = {1, 7, 9};
  const ByteView list = must(wire::value_from_codes({codes, 3}, memory));
  EXPECT_TRUE(equal(must(again(ValueType::word, word)), word));
  EXPECT_TRUE(equal(must(again(ValueType::code, word)), word));
  EXPECT_TRUE(equal(must(again(ValueType::message, list)), list));
  for (const auto type : {ValueType::text, ValueType::data})
    EXPECT_EQ(must(again(type, ByteView(std::string_view("call on Monday")))).text(), "call on Monday");
  EXPECT_EQ(must(again(ValueType::none, ByteView())).size(), 0u);
  EXPECT_EQ(must(message::value_from_bytes(of(ValueType::word), word, memory)).word, 0x0123456789abcdefu);
  const auto read = must(message::value_from_bytes(of(ValueType::message), list, memory));
  EXPECT_EQ(std::vector<std::uint16_t>(read.codes, read.codes + read.code_count), (std::vector<std::uint16_t>{1, 7, 9}));
}

TEST_F(Values, ThatAreNoneOfTheirTypeAreRefused) {
  for (const auto type : {ValueType::word, ValueType::code}) {
    EXPECT_TRUE(refuses(again(type, Bytes(7)), Code::open_value_type));
    EXPECT_TRUE(refuses(again(type, Bytes(9)), Code::open_value_type));
  }
  EXPECT_TRUE(refuses(again(ValueType::message, Bytes(12)), Code::open_value_type));
}

// ---- the sealer's side

class FilledForms : public ::testing::Test {
 protected:
  /// filled gives every slot of a note with these bytes in `engaged` and nothing else.
  Result<std::vector<message::SlotValue>> filled(ByteView engaged, const PolicyPack& pack = default_pack()) {
    std::vector<message::SlotValue> slots(progress().slots.size());
    slots[slot_at("engaged")] = {true, engaged};
    slots[slot_at("engaged", Form::yesNo)] = {true, ByteView(std::string_view("what a caller left there"))};
    slots[slot_at("contacts", Form::yesNo)] = {true, ByteView(std::string_view("and here"))};
    XCH_TRY(message::fill_forms(pack, progress(), slots, memory));
    return slots;
  }
  ByteView code(std::uint64_t value) { return must(wire::value_from_word(value, memory)); }
  HeapMemory memory;
};

TEST_F(FilledForms, FollowTheirFieldWhateverStoodThereBefore) {
  const auto slots = must(filled(code(3)));  // lostContact: yes-no no, level lostContact
  EXPECT_TRUE(equal(slots[slot_at("engaged")].value, code(3)));
  EXPECT_TRUE(slots[slot_at("engaged", Form::yesNo)].present);
  EXPECT_TRUE(equal(slots[slot_at("engaged", Form::yesNo)].value, code(1)));
  EXPECT_TRUE(slots[slot_at("engaged", Form::level)].present);
  EXPECT_TRUE(equal(slots[slot_at("engaged", Form::level)].value, code(3)));
  EXPECT_FALSE(slots[slot_at("contacts", Form::yesNo)].present);
  EXPECT_EQ(slots[slot_at("contacts", Form::yesNo)].value.size(), 0u);
}

TEST_F(FilledForms, AreRefusedByTheFieldsPathWhereItsValueHasNone) {
  const auto broken = filled(ByteView(std::string_view("no code")));
  ASSERT_TRUE(refuses(broken, Code::generaliser_refused));
  EXPECT_EQ(broken.error().path, "engaged");
  EXPECT_TRUE(refuses(filled(code(417)), Code::generaliser_refused));  // no code of the vocabulary
  PolicyPack pack = default_pack();
  pack.forms.clear();
  pack.maps.clear();
  EXPECT_TRUE(refuses(filled(code(3), pack), Code::generaliser_refused));
}

TEST_F(FilledForms, NeedASlotForEachOfTheSchema) {
  for (const std::size_t wrong : {progress().slots.size() - 1, progress().slots.size() + 1}) {
    std::vector<message::SlotValue> slots(wrong);
    EXPECT_TRUE(refuses(message::fill_forms(default_pack(), progress(), slots, memory), Code::usage)) << wrong;
  }
}

// ---- the reader's side: forms of one field (step 16). A pack gives a role one form of a class, so no reader of today holds two; the check
// stands for a pack that gives more.

class Forms : public ::testing::Test {
 protected:
  /// held gives the slot of a form of `engaged` with a code, or absent (0).
  message::HeldSlot held(Form form, std::uint64_t code, const char* path = "engaged") {
    message::HeldSlot out;
    out.slot = slot_at(path, form);
    out.present = code != 0;
    if (out.present) out.value = must(wire::value_from_word(code, memory));
    return out;
  }
  Status check(const std::vector<message::HeldSlot>& slots, const PolicyPack& pack = default_pack()) {
    return message::check_forms(pack, progress(), slots, memory);
  }
  // Engagement: active 1, intermittent 2, lostContact 3; yes-no: no 1, yes 2.
  HeapMemory memory;
};

TEST_F(Forms, ThatAgreePass) {
  EXPECT_TRUE(passes(check({held(Form::full, 2), held(Form::yesNo, 2), held(Form::level, 2)})));
  EXPECT_TRUE(passes(check({held(Form::full, 3), held(Form::yesNo, 1)})));
  EXPECT_TRUE(passes(check({held(Form::yesNo, 1), held(Form::level, 3)})));
  EXPECT_TRUE(passes(check({held(Form::full, 0), held(Form::yesNo, 0), held(Form::level, 0)})));
  EXPECT_TRUE(passes(check({held(Form::full, 1)})));
}

TEST_F(Forms, ThatDifferAreRefused) {
  EXPECT_TRUE(refuses(check({held(Form::full, 2), held(Form::yesNo, 1)}), Code::open_forms_differ));
  EXPECT_TRUE(refuses(check({held(Form::full, 2), held(Form::level, 1)}), Code::open_forms_differ));
  EXPECT_TRUE(refuses(check({held(Form::yesNo, 2), held(Form::level, 3)}), Code::open_forms_differ));
  // Each is held against the next finer one: both pairs are looked at.
  EXPECT_TRUE(refuses(check({held(Form::full, 2), held(Form::yesNo, 2), held(Form::level, 1)}), Code::open_forms_differ));
  EXPECT_TRUE(refuses(check({held(Form::full, 2), held(Form::yesNo, 1), held(Form::level, 2)}), Code::open_forms_differ));
}

TEST_F(Forms, AreHeldAgainstTheNextFinerOneAndNotAgainstTheFinest) {
  // A pack in which they differ: the level of "intermittent" is lostContact, which makes "no" of it, and not "yes".
  PolicyPack pack = default_pack();
  const auto level = std::find_if(pack.maps.begin(), pack.maps.end(), [](const PackMap& map) {
    return map.schema == "progress.engagement" && map.path == "engaged" && map.form == Form::level;
  });
  ASSERT_NE(level, pack.maps.end());
  level->to.at(2) = 3;
  EXPECT_TRUE(passes(check({held(Form::full, 2), held(Form::yesNo, 1), held(Form::level, 3)}, pack)));
  EXPECT_TRUE(refuses(check({held(Form::full, 2), held(Form::yesNo, 2), held(Form::level, 3)}, pack),
                      Code::open_forms_differ));
}

TEST_F(Forms, AreFoundWhereverTheyStand) {
  // One field's forms with another's between them, and the coarser first.
  EXPECT_TRUE(refuses(check({held(Form::level, 1), held(Form::full, 1, "participation"), held(Form::full, 2)}),
                      Code::open_forms_differ));
  EXPECT_TRUE(passes(check({held(Form::level, 2), held(Form::full, 1, "participation"), held(Form::full, 2)})));
}

TEST_F(Forms, OfWhichOneIsMissingAreRefused) {
  EXPECT_TRUE(refuses(check({held(Form::full, 2), held(Form::yesNo, 0)}), Code::open_forms_differ));
  EXPECT_TRUE(refuses(check({held(Form::full, 0), held(Form::yesNo, 2)}), Code::open_forms_differ));
}

TEST_F(Forms, OfOtherFieldsHaveNoSay) {
  EXPECT_TRUE(passes(check({held(Form::full, 2), held(Form::yesNo, 1, "contacts"), held(Form::full, 0, "participation")})));
}

TEST_F(Forms, ThatAreNoValueAreRefused) {
  auto broken = held(Form::yesNo, 2);
  broken.value = broken.value.sub(0, 7);
  EXPECT_TRUE(refuses(check({held(Form::full, 2), broken}), Code::open_forms_differ));
  EXPECT_TRUE(refuses(check({held(Form::full, 417), held(Form::yesNo, 1)}), Code::open_forms_differ));
  auto whole = held(Form::full, 2);
  whole.value = whole.value.sub(0, 7);
  EXPECT_TRUE(refuses(check({whole, held(Form::yesNo, 2)}), Code::open_forms_differ));
}

}  // namespace
}  // namespace xch::message_test
