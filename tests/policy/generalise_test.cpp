// Each generaliser over its whole domain, or over samples of every kind where the domain has no end: coarser is a
// function of finer, once is enough, and no coarser value stands for fewer finer ones than the pack says.
#include "policy/generalise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/time.hpp"
#include "packs.hpp"

namespace xch::policy_test {
namespace {

using policy::coarsen;
using policy::generalise;
using policy::is_finer;
using policy::same_value;
using policy::ValueBorrowed;

ValueBorrowed text_value(std::string_view text) {
  ValueBorrowed out;
  out.type = ValueType::text;
  out.text = ByteView(text);
  return out;
}
ValueBorrowed word_value(ValueType type, std::uint64_t word) {
  ValueBorrowed out;
  out.type = type;
  out.word = word;
  return out;
}
ValueBorrowed list_value(const std::vector<std::uint16_t>& codes) {
  ValueBorrowed out;
  out.type = ValueType::message;
  out.codes = codes.data();
  out.code_count = codes.size();
  return out;
}

/// one_field is a schema of one field with these forms, the shapes as wire/ lays them out.
NoteSchema one_field(ValueType type, TextFormat format, const std::vector<Form>& forms, WordType word = WordType::none) {
  NoteSchema out;
  out.name = "one.field";
  SlotSpec full;
  full.path = "f";
  full.type = type;
  full.format = format;
  full.word = word;
  full.compartment = Compartment(FieldClass::eng, Form::full);
  out.slots.push_back(full);
  for (const auto form : forms) {
    SlotSpec slot = full;
    slot.index = static_cast<std::uint16_t>(out.slots.size());
    slot.compartment = Compartment(FieldClass::eng, form);
    slot.type = form == Form::yesNo ? ValueType::code : ValueType::text;
    slot.word = WordType::none;
    slot.format = TextFormat::free;
    out.slots.push_back(slot);
  }
  return out;
}

std::string as_text(const Result<ValueBorrowed>& result) {
  if (!result) return "refused";
  if (result->type == ValueType::text) return std::string(result->text.text());
  return std::to_string(result->word);
}

/// coarse gives one form of one value of a schema of one field.
std::string coarse(const NoteSchema& schema, Form form, const ValueBorrowed& value) {
  PlainMemory memory;
  for (const auto& s : schema.slots)
    if (s.compartment.form() == form) return as_text(generalise(default_pack(), schema, s, value, memory));
  return "no such slot";
}

/// agrees checks, for one value, that every form made from any finer form is the form made from the full value.
void agrees(const NoteSchema& schema, const ValueBorrowed& full) {
  PlainMemory memory;
  for (const auto& finer : schema.slots) {
    const auto held = generalise(default_pack(), schema, finer, full, memory);
    ASSERT_TRUE(held) << code_of(finer.compartment.form());
    for (const auto& form : schema.slots) {
      if (!is_finer(default_pack(), finer.compartment.form(), form.compartment.form())) continue;
      const auto direct = generalise(default_pack(), schema, form, full, memory);
      const auto from_finer = coarsen(default_pack(), schema, finer, form, *held, memory);
      ASSERT_TRUE(direct && from_finer);
      ASSERT_TRUE(same_value(*direct, *from_finer))
          << as_text(direct) << " is not " << as_text(from_finer) << ", " << code_of(finer.compartment.form()) << " to "
          << code_of(form.compartment.form());
    }
  }
}

std::uint32_t promised(Form form) {
  for (const auto& row : default_pack().forms)
    if (row.form == form) return row.min_preimages;
  return 0;
}

TEST(Dates, KeepTheirMonthQuarterOrYearOverTwoCenturies) {
  const auto schema = one_field(ValueType::text, TextFormat::date, {Form::yesNo, Form::month, Form::quarter, Form::year});
  std::map<Form, std::map<std::string, std::uint32_t>> preimages;
  std::size_t days = 0;
  for (auto day = days_from_civil({1900, 1, 1}); day <= days_from_civil({2100, 12, 31}); ++day, ++days) {
    const auto date = civil_from_days(day);
    const auto text = format_date(date);
    const auto value = text_value(text);
    ASSERT_EQ(coarse(schema, Form::month, value), text.substr(0, 7));
    ASSERT_EQ(coarse(schema, Form::year, value), text.substr(0, 4));
    ASSERT_EQ(coarse(schema, Form::quarter, value), text.substr(0, 4) + "-Q" + std::to_string((date.month + 2) / 3));
    ASSERT_EQ(coarse(schema, Form::yesNo, value), "2");
    for (const auto form : {Form::month, Form::quarter, Form::year}) ++preimages[form][coarse(schema, form, value)];
    if (day % 7 == 0) agrees(schema, value);
  }
  EXPECT_EQ(days, 73414u);
  for (const auto& [form, counts] : preimages)
    for (const auto& [result, count] : counts) EXPECT_GE(count, promised(form)) << result;
}

TEST(Dates, CoarsenOnceForAll) {
  const auto schema = one_field(ValueType::text, TextFormat::date, {Form::month, Form::quarter, Form::year});
  for (const auto* month : {"2026-01", "2026-09", "2026-12"}) EXPECT_EQ(coarse(schema, Form::month, text_value(month)), month);
  for (const auto* quarter : {"2026-Q1", "2026-Q4"}) EXPECT_EQ(coarse(schema, Form::quarter, text_value(quarter)), quarter);
  EXPECT_EQ(coarse(schema, Form::year, text_value("2026")), "2026");
}

TEST(Dates, RefuseWhatIsNoDate) {
  const auto schema = one_field(ValueType::text, TextFormat::date, {Form::month, Form::quarter, Form::year});
  for (const auto* bad : {"", "2026-13-01", "2026-02-30", "26-01-01", "2026-1-1", "2026-00", "2026-13", "0000", "2026-Q0",
                          "2026-Q5", "2026-Qx", "tomorrow", "2026-01-01 ", "2026-01-01T25:00Z"})
    for (const auto form : {Form::month, Form::quarter, Form::year}) EXPECT_EQ(coarse(schema, form, text_value(bad)), "refused") << bad;
  // A coarser value is never made finer again.
  EXPECT_EQ(coarse(schema, Form::month, text_value("2026")), "refused");
  EXPECT_EQ(coarse(schema, Form::month, text_value("2026-Q3")), "refused");
  EXPECT_EQ(coarse(schema, Form::quarter, text_value("2026")), "refused");
}

TEST(Times, KeepTheirDay) {
  const auto schema = one_field(ValueType::text, TextFormat::time, {Form::yesNo, Form::month, Form::quarter, Form::year, Form::day});
  std::set<std::string> results;
  std::uint32_t minutes = 0;
  for (std::uint64_t minute = 0; minute < 1440; ++minute, ++minutes) {
    const auto text = format_time(Timestamp{20000 * kDay + minute * 60});
    results.insert(coarse(schema, Form::day, text_value(text)));
    if (minute % 240 == 0) agrees(schema, text_value(text));
  }
  EXPECT_EQ(results.size(), 1u);
  EXPECT_GE(minutes, promised(Form::day));
  EXPECT_EQ(coarse(schema, Form::day, text_value("2026-03-31T14:05Z")), "2026-03-31");
  EXPECT_EQ(coarse(schema, Form::day, text_value("2026-03-31")), "2026-03-31");
  EXPECT_EQ(coarse(schema, Form::day, text_value("2026-03")), "refused");
}

TEST(Weeks, BeginOnMondayAndBelongToTheYearOfTheirThursday) {
  const auto schema = one_field(ValueType::text, TextFormat::date, {Form::month, Form::week});
  const auto week = [&](const std::string& text) { return coarse(schema, Form::week, text_value(text)); };
  // ISO 8601: the first week of a year is the one with its first Thursday.
  EXPECT_EQ(week("2026-03-31"), "2026-W14");
  EXPECT_EQ(week("2027-01-01"), "2026-W53");
  EXPECT_EQ(week("2024-12-30"), "2025-W01");
  EXPECT_EQ(week("2021-01-03"), "2020-W53");
  EXPECT_EQ(week("2021-01-04"), "2021-W01");
  EXPECT_EQ(week("1970-01-01"), "1970-W01");
  EXPECT_EQ(week("0001-01-01"), "0001-W01");
  EXPECT_EQ(week("9999-12-31"), "9999-W52");

  const auto monday = days_from_civil({1900, 1, 1});  // was one
  std::map<std::string, std::uint32_t> preimages;
  std::string before;
  for (auto day = monday; day < monday + 7 * 10000; ++day) {
    const auto result = week(format_date(civil_from_days(day)));
    ++preimages[result];
    if ((day - monday) % 7 == 0) {
      ASSERT_GT(result, before);
    } else {
      ASSERT_EQ(result, before) << format_date(civil_from_days(day));
    }
    before = result;
  }
  EXPECT_EQ(preimages.size(), 10000u);
  for (const auto& [result, count] : preimages) ASSERT_EQ(count, promised(Form::week)) << result;
}

TEST(Weeks, AreAFunctionOfADayAndOfNoMonth) {
  EXPECT_TRUE(is_finer(default_pack(), Form::day, Form::week));
  EXPECT_FALSE(is_finer(default_pack(), Form::week, Form::day));
  EXPECT_FALSE(is_finer(default_pack(), Form::week, Form::month));
  EXPECT_FALSE(is_finer(default_pack(), Form::month, Form::week));
  const auto schema = one_field(ValueType::text, TextFormat::time, {Form::yesNo, Form::month, Form::day, Form::week});
  agrees(schema, text_value("2027-01-01T23:59Z"));
  for (const auto* bad : {"", "2026", "2026-03", "2026-Q1", "2026-W14", "2026-02-30", "tomorrow"})
    EXPECT_EQ(coarse(schema, Form::week, text_value(bad)), "refused") << bad;
}

TEST(DueDates, SayWhetherItWasInTime) {
  const auto schema = one_field(ValueType::text, TextFormat::due_date, {Form::yesNo, Form::onOrBefore});
  const auto in_time = [&](const std::string& text) { return coarse(schema, Form::onOrBefore, text_value(text)); };
  EXPECT_EQ(in_time("2026-05-11/2026-05-12"), "2");
  EXPECT_EQ(in_time("2026-05-12/2026-05-12"), "2");
  EXPECT_EQ(in_time("2026-05-13/2026-05-12"), "1");
  EXPECT_EQ(in_time("2027-01-01/2026-12-31"), "1");
  for (const auto* bad : {"", "2026-05-11", "2026-05-11/2026-05-32", "2026-05-11/2026-05-12 ", "2026-05-11-2026-05-12"})
    EXPECT_EQ(in_time(bad), "refused") << bad;
  // "No" is an answer that is there, so the answer says nothing of whether there is one.
  EXPECT_FALSE(is_finer(default_pack(), Form::onOrBefore, Form::yesNo));
  agrees(schema, text_value("2026-05-13/2026-05-12"));
  // Each answer stands for at least as many pairs as the pack says.
  std::map<std::string, std::uint32_t> preimages;
  for (std::int64_t done = 0; done < 60; ++done)
    for (std::int64_t due = 0; due < 60; ++due)
      ++preimages[in_time(format_date(civil_from_days(20000 + done)) + "/" + format_date(civil_from_days(20000 + due)))];
  EXPECT_EQ(preimages.size(), 2u);
  for (const auto& [answer, count] : preimages) EXPECT_GE(count, promised(Form::onOrBefore)) << answer;
}

TEST(Addresses, KeepTheirZip3OrTheirCity) {
  const auto schema = one_field(ValueType::text, TextFormat::address, {Form::area, Form::city});
  const auto area = [&](const std::string& text) { return coarse(schema, Form::area, text_value(text)); };
  const auto city = [&](const std::string& text) { return coarse(schema, Form::city, text_value(text)); };
  EXPECT_EQ(area("98104; Seattle; 512 Third Avenue"), "981");
  EXPECT_EQ(area("98104-2499; Seattle"), "981");
  EXPECT_EQ(area("87901; Truth or Consequences; Broadway"), "000");  // 879 covers fewer than 20,000 people: 45 CFR 164.514(b)
  EXPECT_EQ(city("98104; Seattle; 512 Third Avenue"), "Seattle");
  EXPECT_EQ(city("87501 ;  Santa Fe ;x"), "Santa Fe");
  EXPECT_EQ(city("98104;Seattle"), "Seattle");
  EXPECT_EQ(city("98104"), "refused");
  EXPECT_EQ(city("98104; ; x"), "refused");
  std::set<std::string> details;
  for (std::uint32_t i = 0; i < promised(Form::city); ++i) details.insert(city("98104; Seattle; unit " + std::to_string(i)));
  EXPECT_EQ(details, (std::set<std::string>{"Seattle"}));
  agrees(schema, text_value("98104; Seattle; 512 Third Avenue"));
}

TEST(Organisations, KeepTheirKind) {
  const auto schema = one_field(ValueType::text, TextFormat::organisation, {Form::organisationKind});
  const auto kind = [&](const std::string& text) { return coarse(schema, Form::organisationKind, text_value(text)); };
  EXPECT_EQ(kind("care; Harbor House Recovery"), "care");
  EXPECT_EQ(kind(" care ;Harbor House Recovery"), "care");
  EXPECT_EQ(kind("; Harbor House Recovery"), "refused");
  std::set<std::string> kinds;
  for (std::uint32_t i = 0; i < promised(Form::organisationKind); ++i) kinds.insert(kind("care; House " + std::to_string(i)));
  EXPECT_EQ(kinds, (std::set<std::string>{"care"}));
}

TEST(Counts, FallIntoRangesWithoutGaps) {
  const auto schema = one_field(ValueType::word, TextFormat::free, {Form::bucket}, WordType::u32);
  std::string before;
  std::set<std::string> seen;
  std::map<std::string, std::uint32_t> preimages;
  for (std::uint64_t count = 0; count <= 100000; ++count) {
    const auto range = coarse(schema, Form::bucket, word_value(ValueType::word, count));
    ++preimages[range];
    if (range == before) continue;
    EXPECT_TRUE(seen.insert(range).second) << range << " stands in two places";
    // The range says where it begins.
    EXPECT_EQ(range.substr(0, range.find_first_of("-+")), std::to_string(count));
    before = range;
  }
  EXPECT_EQ(seen, (std::set<std::string>{"0", "1-2", "3-5", "6-10", "11-20", "21-50", "51+"}));
  for (const auto& [range, count] : preimages) EXPECT_GE(count, promised(Form::bucket));
  agrees(schema, word_value(ValueType::word, 7));
}

TEST(Counts, RefuseNegativeNumbersAndFractions) {
  const auto whole = one_field(ValueType::word, TextFormat::free, {Form::bucket}, WordType::i32);
  EXPECT_EQ(coarse(whole, Form::bucket, word_value(ValueType::word, static_cast<std::uint64_t>(-1))), "refused");
  EXPECT_EQ(coarse(whole, Form::bucket, word_value(ValueType::word, 0x7fffffff)), "51+");
  const auto fraction = one_field(ValueType::word, TextFormat::free, {Form::bucket}, WordType::f64);
  EXPECT_EQ(coarse(fraction, Form::bucket, word_value(ValueType::word, 3)), "refused");
}

TEST(Ages, FallIntoBandsThatEndAtNinety) {
  const auto schema = one_field(ValueType::word, TextFormat::free, {Form::ageBand}, WordType::u8);
  std::map<std::string, std::uint32_t> preimages;
  for (std::uint64_t age = 0; age <= 150; ++age) {
    const auto band = coarse(schema, Form::ageBand, word_value(ValueType::word, age));
    ++preimages[band];
    const auto least = std::stoul(band);
    const auto dash = band.find('-');
    EXPECT_LE(least, age);
    EXPECT_TRUE(dash == std::string::npos || std::stoul(band.substr(dash + 1)) >= age);
    EXPECT_EQ(band == "90+", age >= 90);
  }
  EXPECT_EQ(preimages.size(), 10u);
  for (const auto& [band, count] : preimages) EXPECT_GE(count, promised(Form::ageBand)) << band;
  EXPECT_EQ(coarse(schema, Form::ageBand, word_value(ValueType::word, 151)), "refused");
}

TEST(Places, KeepTheirAreaAndDropTheDetail) {
  const auto schema = one_field(ValueType::text, TextFormat::place, {Form::yesNo, Form::area});
  const auto area = [&](std::string_view place) { return coarse(schema, Form::area, text_value(place)); };
  EXPECT_EQ(area("K2; under the bridge, blue tent"), "K2");
  EXPECT_EQ(area("K2"), "K2");
  EXPECT_EQ(area("  North 3 ; x"), "North 3");
  EXPECT_EQ(area("98104; 3rd and Main"), "981");
  EXPECT_EQ(area("98104-1234; 3rd and Main"), "981");
  EXPECT_EQ(area("98104-12"), "98104-12");
  EXPECT_EQ(area("; 3rd and Main"), "refused");
  EXPECT_EQ(area(""), "refused");
  for (const auto* place : {"K2; a", "98104; b", "03601; c"}) {
    agrees(schema, text_value(place));
    EXPECT_EQ(area(area(place)), area(place));
  }
}

TEST(Places, HideZipCodesOfFewPeople) {
  // 45 CFR 164.514(b)(2)(i)(B): the list of the 2000 census.
  const auto schema = one_field(ValueType::text, TextFormat::place, {Form::area});
  const std::set<std::string> small = {"036", "059", "063", "102", "203", "556", "692", "790", "821",
                                       "823", "830", "831", "878", "879", "884", "890", "893"};
  std::map<std::string, std::uint32_t> preimages;
  for (int zip = 0; zip < 100000; ++zip) {
    auto text = std::to_string(zip);
    text.insert(0, 5 - text.size(), '0');
    const auto result = coarse(schema, Form::area, text_value(text));
    ASSERT_EQ(result, small.count(text.substr(0, 3)) != 0 ? "000" : text.substr(0, 3));
    preimages[result] += 10;  // each ZIP code with at least ten details
  }
  for (const auto& [result, count] : preimages) EXPECT_GE(count, promised(Form::area)) << result;
}

TEST(Names, KeepTheFirstAndTheLastInitial) {
  const auto schema = one_field(ValueType::text, TextFormat::name, {Form::yesNo, Form::initials});
  const auto initials = [&](std::string_view name) { return coarse(schema, Form::initials, text_value(name)); };
  EXPECT_EQ(initials("Maria de la Cruz"), "M. C.");
  EXPECT_EQ(initials("maria cruz"), "M. C.");
  EXPECT_EQ(initials("Cher"), "C.");
  EXPECT_EQ(initials("\xc3\x89lodie \xc5\x81ukasz"), "\xc3\x89. \xc5\x81.");
  EXPECT_EQ(initials("\xe5\xb1\xb1\xe7\x94\xb0"), "\xe5\xb1\xb1.");
  EXPECT_EQ(initials("\"Red\" O'Neil"), "R. O.");
  EXPECT_EQ(initials("m c"), "M. C.");
  EXPECT_EQ(initials("Jo 1970-01-31"), "J.");  // no number gets through
  EXPECT_EQ(initials("   "), "refused");
  EXPECT_EQ(initials("123"), "refused");
  EXPECT_EQ(initials("\xc3"), "refused");
  for (const auto* name : {"Maria de la Cruz", "Cher", "\xc3\x89lodie \xc5\x81ukasz"}) {
    agrees(schema, text_value(name));
    EXPECT_EQ(initials(initials(name)), initials(name));
  }
}

TEST(Names, ShareTheirInitialsWithThousandsOfOthers) {
  const auto schema = one_field(ValueType::text, TextFormat::name, {Form::initials});
  std::map<std::string, std::uint32_t> preimages;
  std::string name = "Aaa Zzz";
  for (char a = 'a'; a <= 'z'; ++a)
    for (char b = 'a'; b <= 'z'; ++b)
      for (char c = 'a'; c <= 'z'; ++c) {
        name[1] = a, name[2] = b, name[5] = c;
        ++preimages[coarse(schema, Form::initials, text_value(name))];
      }
  ASSERT_EQ(preimages.size(), 1u);
  EXPECT_GE(preimages["A. Z."], promised(Form::initials));
}

TEST(YesNo, SaysWhetherThereIsOne) {
  const auto schema = one_field(ValueType::word, TextFormat::free, {Form::yesNo}, WordType::u32);
  EXPECT_EQ(coarse(schema, Form::yesNo, word_value(ValueType::word, 0)), "1");
  EXPECT_EQ(coarse(schema, Form::yesNo, word_value(ValueType::word, 5)), "2");
  const auto present = one_field(ValueType::none, TextFormat::free, {Form::yesNo});
  EXPECT_EQ(coarse(present, Form::yesNo, word_value(ValueType::none, 0)), "2");
  const auto data = one_field(ValueType::data, TextFormat::free, {Form::yesNo});
  EXPECT_EQ(coarse(data, Form::yesNo, word_value(ValueType::data, 0)), "2");
}

TEST(Tables, ServeEveryFormSlotOfTheNoteTypes) {
  std::size_t slots = 0;
  for (const auto& schema : note_schemas()) {
    EXPECT_TRUE(policy::check_schema(default_pack(), schema)) << schema.name;
    for (const auto& s : schema.slots) slots += s.compartment.form() != Form::full ? 1u : 0u;
  }
  EXPECT_GE(slots, 20u);
}

/// field_of is the schema cut to one field and its forms.
NoteSchema field_of(const NoteSchema& schema, const SlotSpec& full) {
  NoteSchema out;
  out.name = schema.name;
  for (const auto& s : schema.slots) {
    if (s.full_slot != full.index) continue;
    out.slots.push_back(s);
    out.slots.back().index = static_cast<std::uint16_t>(out.slots.size() - 1);
    out.slots.back().full_slot = 0;
  }
  return out;
}

TEST(Tables, MapEveryCodeTheSameWayThroughAnyForm) {
  std::size_t codes = 0;
  for (const auto& schema : note_schemas())
    for (const auto& full : schema.slots) {
      if (full.full_slot != full.index || full.type != ValueType::code) continue;
      const auto field = field_of(schema, full);
      for (std::uint64_t code = 1; code < full.codes.size(); ++code, ++codes) agrees(field, word_value(ValueType::code, code));
      for (const auto& form : field.slots) {
        if (form.index == 0) continue;
        PlainMemory memory;
        std::map<std::uint64_t, std::uint32_t> preimages;
        for (std::uint64_t code = 1; code < full.codes.size(); ++code) {
          const auto once = generalise(default_pack(), field, form, word_value(ValueType::code, code), memory);
          ASSERT_TRUE(once);
          ASSERT_NE(once->word, 0u);
          ++preimages[once->word];
          if (form.compartment.form() == Form::yesNo) continue;
          const auto twice = generalise(default_pack(), field, form, *once, memory);
          ASSERT_TRUE(twice);
          EXPECT_TRUE(same_value(*once, *twice)) << full.path;
        }
        EXPECT_TRUE(form.compartment.form() != Form::level || preimages.size() <= 3) << full.path;
        for (const auto& [code, count] : preimages) EXPECT_GE(count, promised(form.compartment.form())) << full.path;
        for (const auto bad : {std::uint64_t{0}, std::uint64_t{full.codes.size()}, std::uint64_t{1} << 32})
          EXPECT_FALSE(generalise(default_pack(), field, form, word_value(ValueType::code, bad), memory)) << full.path;
      }
    }
  EXPECT_GE(codes, 40u);
}

TEST(Tables, GiveThemesOfAListOnceEachAndInOrder) {
  const auto& schema = note_schema("progress.engagement");
  const auto& goals = slot(schema, "goals");
  const auto& theme = slot(schema, "goals", Form::theme);
  const auto code = [&](std::string_view name) {
    return static_cast<std::uint16_t>(std::find(goals.codes.begin(), goals.codes.end(), name) - goals.codes.begin());
  };
  PlainMemory memory;
  const std::vector<std::uint16_t> finer = {code("employment"), code("food"), code("shelter"), code("hygiene"), code("shelter")};
  const auto result = generalise(default_pack(), schema, theme, list_value(finer), memory);
  ASSERT_TRUE(result);
  EXPECT_EQ(std::vector<std::uint16_t>(result->codes, result->codes + result->code_count),
            (std::vector<std::uint16_t>{code("housing"), code("basics"), code("work")}));
  const auto again = generalise(default_pack(), schema, theme, *result, memory);
  ASSERT_TRUE(again);
  EXPECT_TRUE(same_value(*result, *again));

  const std::vector<std::uint16_t> reversed(finer.rbegin(), finer.rend());
  EXPECT_TRUE(same_value(*result, *generalise(default_pack(), schema, theme, list_value(reversed), memory)));
  EXPECT_EQ(generalise(default_pack(), schema, theme, list_value({}), memory)->code_count, 0u);
  const std::vector<std::uint16_t> unknown = {code("food"), static_cast<std::uint16_t>(goals.codes.size())};
  EXPECT_FALSE(generalise(default_pack(), schema, theme, list_value(unknown), memory));
  EXPECT_FALSE(generalise(default_pack(), schema, theme, list_value({0}), memory));
}

TEST(Tables, MapEveryThemeToAGroupOfAtLeastTwo) {
  std::size_t fields = 0;
  for (const auto& map : default_pack().maps) {
    if (map.form != Form::theme) continue;
    ++fields;
    std::map<std::uint16_t, std::uint32_t> preimages;
    for (std::size_t code = 1; code < map.to.size(); ++code) ++preimages[map.to[code]];
    for (const auto& [theme, count] : preimages) EXPECT_GE(count, 2u) << map.schema << " " << map.path << " " << theme;
  }
  EXPECT_EQ(fields, 16u);
}

TEST(Generalise, GivesTheParticipationBitOfTheLaw) {
  const auto& schema = note_schema("progress.engagement");
  const auto& full = slot(schema, "participation");
  const auto& bit = slot(schema, "participation", Form::yesNo);
  PlainMemory memory;
  for (std::uint64_t code = 1; code < full.codes.size(); ++code) {
    const auto result = generalise(default_pack(), schema, bit, word_value(ValueType::code, code), memory);
    ASSERT_TRUE(result);
    EXPECT_EQ(bit.codes.at(result->word), full.codes[code] == "asRequired" ? "yes" : "no");
  }
}

TEST(Generalise, RefusesAValueOfAnotherTypeAndAFormWithoutAFunction) {
  const auto& schema = note_schema("progress.engagement");
  const auto& level = slot(schema, "engaged", Form::level);
  PlainMemory memory;
  const auto wrong = generalise(default_pack(), schema, level, text_value("active"), memory);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Code::generaliser_refused);
  EXPECT_EQ(wrong.error().path, "engaged");

  auto pack = default_pack();
  pack.forms.clear();
  EXPECT_FALSE(generalise(pack, schema, level, word_value(ValueType::code, 1), memory));
  pack = default_pack();
  pack.maps.clear();
  EXPECT_FALSE(generalise(pack, schema, level, word_value(ValueType::code, 1), memory));
  auto cut = schema;
  cut.slots.resize(1);
  auto lost = level;
  lost.full_slot = 200;
  EXPECT_FALSE(generalise(default_pack(), cut, lost, word_value(ValueType::code, 1), memory));
}

TEST(Coarsen, RefusesAnotherFieldAnUnorderedPairAndAWrongType) {
  const auto& schema = note_schema("progress.engagement");
  PlainMemory memory;
  const auto& level = slot(schema, "engaged", Form::level);
  const auto& yes_no = slot(schema, "engaged", Form::yesNo);
  const auto one = word_value(ValueType::code, 1);
  EXPECT_TRUE(coarsen(default_pack(), schema, level, yes_no, one, memory));
  EXPECT_FALSE(coarsen(default_pack(), schema, yes_no, level, one, memory));
  EXPECT_FALSE(coarsen(default_pack(), schema, level, level, one, memory));
  EXPECT_FALSE(coarsen(default_pack(), schema, slot(schema, "contacts"), yes_no, one, memory));
  EXPECT_FALSE(coarsen(default_pack(), schema, level, yes_no, text_value("active"), memory));
}

TEST(Forms, AreOrderedStrictly) {
  const auto& pack = default_pack();
  const auto forms = every<Form>(kFormCount);
  for (const auto a : forms)
    for (const auto b : forms) {
      EXPECT_FALSE(is_finer(pack, a, b) && is_finer(pack, b, a)) << code_of(a) << " " << code_of(b);
      EXPECT_FALSE(is_finer(pack, a, a));
      for (const auto c : forms)
        EXPECT_TRUE(!is_finer(pack, a, b) || !is_finer(pack, b, c) || is_finer(pack, a, c));
    }
  EXPECT_TRUE(is_finer(pack, Form::full, Form::area));
  EXPECT_TRUE(is_finer(pack, Form::day, Form::month));
  EXPECT_TRUE(is_finer(pack, Form::month, Form::yesNo));
  EXPECT_FALSE(is_finer(pack, Form::full, Form::pseudonym));  // comes from the grant view, no function gives it
  EXPECT_FALSE(is_finer(pack, Form::level, Form::category));
}

TEST(SameValue, ComparesTypeAndContent) {
  EXPECT_TRUE(same_value(text_value("a"), text_value("a")));
  EXPECT_FALSE(same_value(text_value("a"), text_value("b")));
  EXPECT_FALSE(same_value(word_value(ValueType::code, 1), word_value(ValueType::word, 1)));
  EXPECT_FALSE(same_value(word_value(ValueType::code, 1), word_value(ValueType::code, 2)));
  const std::vector<std::uint16_t> a = {1, 2}, b = {1, 3}, shorter = {1};
  EXPECT_TRUE(same_value(list_value(a), list_value(a)));
  EXPECT_FALSE(same_value(list_value(a), list_value(b)));
  EXPECT_FALSE(same_value(list_value(a), list_value(shorter)));
  EXPECT_TRUE(same_value(word_value(ValueType::none, 0), word_value(ValueType::none, 7)));
}

TEST(CheckSchema, RefusesWhatThePackCannotServe) {
  const auto& schema = note_schema("progress.engagement");
  const auto code_of_failure = [](const PolicyPack& pack, const NoteSchema& s) {
    const auto status = policy::check_schema(pack, s);
    return status ? std::string("served") : std::string(status.error().info().name) + " " + status.error().path;
  };
  EXPECT_EQ(code_of_failure(default_pack(), schema), "served");

  auto pack = default_pack();
  pack.classes.clear();
  EXPECT_EQ(code_of_failure(pack, schema), "policy_key_unknown engaged");
  pack = default_pack();
  for (auto& row : pack.classes) row.isolate = row.field_class == FieldClass::txt;
  EXPECT_EQ(code_of_failure(pack, schema), "policy_pack_malformed narrative");
  pack = default_pack();
  pack.maps.clear();
  EXPECT_EQ(code_of_failure(pack, schema), "policy_pack_malformed engaged");
  pack = default_pack();
  pack.maps.front().to.push_back(1);
  EXPECT_EQ(code_of_failure(pack, note_schema(pack.maps.front().schema)), "policy_pack_malformed " + pack.maps.front().path);
  pack = default_pack();
  pack.forms.clear();
  EXPECT_EQ(code_of_failure(pack, schema), "policy_key_unknown engaged");

  const auto fraction = one_field(ValueType::word, TextFormat::free, {Form::bucket}, WordType::f32);
  EXPECT_EQ(code_of_failure(default_pack(), fraction), "policy_key_unknown f");
}

}  // namespace
}  // namespace xch::policy_test
