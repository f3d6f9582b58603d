// The text formats and forms that the library's own note types use and test.everything does not.
#include "wire/note_support.hpp"

namespace xch::wire {
namespace {

std::string checked(std::string_view note, std::string_view path, Form form, std::string_view text) {
  const auto type = builtin_type(note);
  HeapMemory memory;
  return std::string(code_name(check_value(type, slot_of(type, path, form), ByteView(text), memory)));
}
/// takes: a value of the form is taken, or refused with the one answer of check 16.
bool takes(std::string_view note, std::string_view path, Form form, std::string_view text) {
  const auto answer = checked(note, path, form, text);
  EXPECT_TRUE(answer == "ok" || answer == "open_value_type") << answer;
  return answer == "ok";
}
bool takes(std::string_view note, std::string_view path, std::string_view text) {
  return takes(note, path, Form::full, text);
}

TEST(NoteFormat, AMonthIsAYearAndAMonthThatExists) {
  const auto month = [](std::string_view text) { return takes("eval.extract", "referralMonth", text); };
  for (const auto* good : {"2026-03", "0001-01", "9999-12"}) EXPECT_TRUE(month(good)) << good;
  for (const auto* bad : {"", "2026", "2026-00", "2026-13", "2026-3", "2026-03-31", "0000-01", "2026/03", " 2026-03"})
    EXPECT_FALSE(month(bad)) << bad;
}

TEST(NoteFormat, ADueDateIsTwoDates) {
  const auto due = [](std::string_view text) { return takes("owg.action", "done", text); };
  for (const auto* good : {"2026-05-11/2026-05-12", "2026-05-12/2026-05-12", "2028-02-29/2026-01-01"})
    EXPECT_TRUE(due(good)) << good;
  for (const auto* bad : {"", "2026-05-11", "2026-05-11/", "/2026-05-12", "2026-05-11 2026-05-12",
                          "2026-02-30/2026-05-12", "2026-05-11/2026-02-30", "2026-05-11/2026-05-12/2026-05-13",
                          "2026-05-11//026-05-12"})
    EXPECT_FALSE(due(bad)) << bad;
}

TEST(NoteFormat, AnAddressHasAZipCodeAndACity) {
  const auto address = [](std::string_view text) { return takes("housing.coord", "unitAddress", text); };
  for (const auto* good : {"98104; Seattle", "98104-2499; Seattle; 512 Third Avenue", "98104;Seattle;a; b",
                           " 98104 ; Santa Fe ; unit 4"})
    EXPECT_TRUE(address(good)) << good;
  for (const auto* bad : {"", "98104", "98104;", "98104; ", "981; Seattle", "9810a; Seattle", "98104-249; Seattle",
                          "98104-24990; Seattle", "98104 2499; Seattle", "Seattle; 98104", "98104; 4th Avenue; Seattle",
                          "98104; Seattle\n; x", "; Seattle"})
    EXPECT_FALSE(address(bad)) << bad;
  EXPECT_TRUE(address("98104; " + std::string(64, 'x')));
  EXPECT_FALSE(address("98104; " + std::string(65, 'x')));
}

TEST(NoteFormat, AnOrganisationHasAKindOfTheListAndAName) {
  const auto organisation = [](std::string_view text) { return takes("notice.transfer", "from", text); };
  unsigned kinds = 0;
  for (const auto* kind : {"care", "housing", "community", "police", "prosecution", "defence", "court", "office", "government"}) {
    EXPECT_TRUE(organisation(std::string(kind) + "; Harbor House")) << kind;
    EXPECT_TRUE(takes("notice.transfer", "from", Form::organisationKind, kind)) << kind;
    ++kinds;
  }
  EXPECT_EQ(kinds, 9u);
  for (const auto* bad : {"", "care", "care;", "care; ", "treatment; Harbor House", "Care; Harbor House", "; Harbor House",
                          "Harbor House", "care; Harbor\nHouse"})
    EXPECT_FALSE(organisation(bad)) << bad;
  for (const auto* bad : {"", "treatment", "care; Harbor House", "Care", "care "})
    EXPECT_FALSE(takes("notice.transfer", "from", Form::organisationKind, bad)) << bad;
}

TEST(NoteFormat, AWeekIsOneOfItsYear) {
  const auto week = [](std::string_view text) { return takes("overdose.event", "happenedAt", Form::week, text); };
  for (const auto* good : {"2026-W01", "2026-W14", "2026-W53", "9999-W10"}) EXPECT_TRUE(week(good)) << good;
  for (const auto* bad : {"", "2026-W00", "2026-W54", "2026-W1", "2026-14", "2026-w14", "0000-W01", "2026-W14-1", "2026-Wx1",
                          "2026-W1x"})
    EXPECT_FALSE(week(bad)) << bad;
}

TEST(NoteFormat, ACityHasNoNumberAndNoSecondPart) {
  const auto city = [](std::string_view text) { return takes("housing.coord", "unitAddress", Form::city, text); };
  EXPECT_TRUE(city("Seattle"));
  EXPECT_TRUE(city("Ca\xC3\xB1on City"));
  for (const auto* bad : {"", "Seattle; 512 Third Avenue", "Seattle 98104", "Sea\ttle"}) EXPECT_FALSE(city(bad)) << bad;
}

TEST(NoteFormat, ByTheDueDateIsYesOrNo) {
  const auto type = builtin_type("owg.action");
  const auto& slot = slot_of(type, "done", Form::onOrBefore);
  EXPECT_EQ(slot.type, ValueType::code);
  EXPECT_EQ(slot.codes, (std::vector<std::string>{"unstated", "no", "yes"}));
}

TEST(NoteFormat, EveryFormatOfTheListIsRead) {
  // A schema may name every format of annotations.capnp, and a field of each stands in some note type.
  std::vector<bool> seen(static_cast<std::size_t>(TextFormat::organisation) + 1, false);
  for (const auto& bundle : builtin_bundles()) {
    const auto type = builtin_type(bundle.name);
    for (const auto& slot : type.schema().slots) seen[static_cast<std::size_t>(slot.format)] = true;
  }
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_TRUE(seen[i]) << i;
}

}  // namespace
}  // namespace xch::wire
