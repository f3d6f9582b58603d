// The note types of the library: their fields as practice names them, their slots, their digests; and the strict
// reading of bundles from outside.
#include <map>
#include <set>

#include "base/encoding.hpp"
#include "court_event.exchange.hpp"
#include "filing_coord.exchange.hpp"
#include "intake_status.exchange.hpp"
#include "note_everything.exchange.hpp"
#include "progress_engagement.exchange.hpp"
#include "referral_arrest.exchange.hpp"
#include "treatment_status.exchange.hpp"
#include "wire/note_support.hpp"

namespace xch::wire {
namespace {

namespace notes = exchange::notes;

// TH("LX1 schema digest", bundle) = SHA-256(u8 len(label) || label || bundle).
std::string digest(ByteView bundle) {
  const std::string label = "LX1 schema digest";
  Bytes input(1, static_cast<std::uint8_t>(label.size()));
  for (char c : label) input.push_back(static_cast<std::uint8_t>(c));
  for (auto b : bundle) input.push_back(b);
  Bytes out(32);
  SHA256(input.data(), input.size(), out.data());
  return to_hex(out);
}

struct Pinned {
  std::string_view name, digest;
  std::uint64_t type_id;
  std::array<std::uint8_t, 32> emitted;
};

template <class T>
Pinned pinned(std::string_view digest) {
  return {exchange::Record<T>::name(), digest, exchange::Record<T>::type_id(), exchange::Record<T>::schema_hash()};
}

// A change here is a new schema: notes sealed under the old digest are not of this type any more.
const Pinned kPinned[] = {
    pinned<notes::CourtEvent>(
        "ea7562eb9f5186e32ac4aebbebfb86d82e1b9cabc6d81355c9bfe6bdbad3b0e5"),
    pinned<notes::FilingCoord>(
        "4140ca7d9ac825c0d6afba82296629437e388a43a6e9812f3c2b45730ed31081"),
    pinned<notes::IntakeStatus>(
        "6df51d15b4d4ce09f968f297218d1c2b5c39de0725625c37c5c47de9fab5cd1e"),
    pinned<notes::ProgressEngagement>(
        "1135323bbcedf0f3cc69712c6eba2414fb8b8ba989abf4fe5c4394356c3175ba"),
    pinned<notes::ReferralArrest>(
        "4bf59ef66aa92f4098d0a245ee0bd3066a344bb0b42d5251aced2c6bf5c2e705"),
    pinned<notes::TreatmentStatus>(
        "4ce495a49fcde4b4713b0d9057e9532429069b214e5bfa933f05f8b05a62b07e"),
};

TEST(SchemaBundle, DigestsAreThePinnedOnes) {
  ASSERT_EQ(std::size(kPinned), 6u);
  for (const auto& expected : kPinned) {
    const auto& bundle = builtin(expected.name);
    EXPECT_EQ(digest(bundle.bytes), expected.digest) << expected.name;
    EXPECT_EQ(to_hex(expected.emitted), expected.digest) << expected.name;
    EXPECT_EQ(bundle.type_id, expected.type_id) << expected.name;
  }
}

TEST(SchemaBundle, BuiltInTypesStandByName) {
  for (std::size_t i = 1; i < builtin_bundles().size(); ++i)
    EXPECT_LT(builtin_bundles()[i - 1].name, builtin_bundles()[i].name);
  for (const auto& bundle : builtin_bundles()) {
    const auto type = builtin_type(bundle.name);
    EXPECT_EQ(type.schema().name, bundle.name);
    EXPECT_EQ(type.schema().type_id, bundle.type_id);
    EXPECT_TRUE(equal(type.bundle(), bundle.bytes));
    EXPECT_LE(type.schema().slot_count, 64) << bundle.name;
  }
}

// domain practice: what each note type carries, field by field, and of which class.
struct Named {
  std::string_view note, field, member, field_class;
};
const Named kNamed[] = {
    {"referral.arrest", "name", "name", "ID"},
    {"referral.arrest", "aka", "aliases", "ID"},
    {"referral.arrest", "date of birth", "dateOfBirth", "ID"},
    {"referral.arrest", "phone", "phone", "CON"},
    {"referral.arrest", "email", "email", "CON"},
    {"referral.arrest", "where to find", "whereToFind", "LOC"},
    {"referral.arrest", "incident number", "incidentNumber", "LEG"},
    {"referral.arrest", "offence code", "offenceCode", "LEG"},
    {"referral.arrest", "date", "incidentDate", "LEG"},
    {"referral.arrest", "divert-eligible charges", "eligibleCharges", "LEG"},
    {"referral.arrest", "contact place", "contactPlace", "LOC"},
    {"referral.arrest", "drug", "foundKind", "LEI"},
    {"referral.arrest", "quantity bucket", "foundQuantity", "LEI"},
    {"referral.arrest", "officer id", "officerId", "LEG"},
    {"referral.arrest", "observed needs", "observedNeeds", "NEED"},
    {"referral.arrest", "officer opinion", "officerObservation", "TXT"},
    {"referral.arrest", "what the opinion implies", "officerInference", "SUD"},
    {"referral.arrest", "victim present", "victimPresent", "SDV"},
    {"referral.arrest", "other persons", "otherPersons", "TP"},
    {"referral.arrest", "safety", "hazards", "SAF"},
    {"referral.arrest", "language", "language", "ID"},
    {"referral.arrest", "interpreter", "interpreterNeeded", "ID"},
    {"referral.arrest", "juvenile flag", "juvenile", "JUV"},
    {"referral.arrest", "handoff time", "handoffAt", "LEG"},
    {"intake.status", "met by due date", "metByDueDate", "ENG"},
    {"intake.status", "date", "completedOn", "ENG"},
    {"intake.status", "assessment done", "assessmentDone", "ENG"},
    {"progress.engagement", "engaged", "engaged", "ENG"},
    {"progress.engagement", "contacts count bucket", "contacts", "ENG"},
    {"progress.engagement", "goals", "goals", "NEED"},
    {"progress.engagement", "barriers", "barriers", "NEED"},
    {"progress.engagement", "services connected", "servicesConnected", "NEED"},
    {"progress.engagement", "attendance", "participation", "SUD"},
    {"progress.engagement", "mental health", "wellbeing", "MH"},
    {"progress.engagement", "use CIT approach", "contactApproach", "MH"},
    {"progress.engagement", "medicines", "medicationSupport", "SUD"},
    {"progress.engagement", "next step", "nextStep", "NEED"},
    {"progress.engagement", "narrative", "narrative", "TXT"},
    {"treatment.status", "admitted, discharged", "admission", "SUD"},
    {"treatment.status", "level of care", "levelOfCare", "SUD"},
    {"treatment.status", "attendance", "attendance", "SUD"},
    {"treatment.status", "MAT", "medicationSupport", "SUD"},
    {"treatment.status", "diagnoses, SUD", "diagnosesSud", "SUD"},
    {"treatment.status", "diagnoses, MH", "diagnosesMh", "MH"},
    {"treatment.status", "sender organisation", "senderOrganisation", "ORGS"},
    {"filing.coord", "case number", "caseNumber", "LEG"},
    {"filing.coord", "charge", "charge", "LEG"},
    {"filing.coord", "hearing", "hearingAt", "LEG"},
    {"filing.coord", "filing posture", "posture", "LEG"},
    {"filing.coord", "deadline", "deadline", "LEG"},
    {"filing.coord", "CM recommendation", "recommendation", "ENG"},
    {"filing.coord", "PD notes", "defenceNotes", "PRV"},
    {"court.event", "date", "startsAt", "LEG"},
    {"court.event", "court", "court", "LEG"},
    {"court.event", "type", "type", "LEG"},
    {"court.event", "appearance result", "appearance", "LEG"},
    {"court.event", "transport need", "transportNeed", "NEED"},
};

TEST(SchemaBundle, NoteTypesHaveExactlyTheFieldsOfPractice) {
  std::map<std::string_view, std::set<std::string>> expected;
  for (const auto& row : kNamed) {
    const auto type = builtin_type(row.note);
    EXPECT_EQ(code_of(slot_of(type, row.member).compartment.field_class()), row.field_class) << row.note << " " << row.field;
    expected[row.note].emplace(row.member);
  }
  ASSERT_EQ(expected.size(), 6u);
  for (const auto& [name, members] : expected) {
    std::set<std::string> got;
    const auto type = builtin_type(name);
    for (const auto& slot : type.schema().slots) got.insert(slot.path);
    EXPECT_EQ(got, members) << name;
  }
}

TEST(SchemaBundle, NoNoteTypeHasAFieldForCounsellingOrPsychotherapyNotes) {
  for (const auto& bundle : builtin_bundles()) {
    const auto type = builtin_type(bundle.name);
    for (const auto& slot : type.schema().slots) {
      EXPECT_NE(slot.compartment.field_class(), FieldClass::sudn) << slot.path;
      EXPECT_NE(slot.compartment.field_class(), FieldClass::psyn) << slot.path;
    }
  }
}

// Officers must not say what kind of service it is; neither may the names they read.
TEST(SchemaBundle, NamesThatPoliceCanReadAreNeutral) {
  for (const auto& bundle : builtin_bundles()) {
    if (bundle.name == "treatment.status") continue;  // from a Part 2 program to the case manager alone
    const auto type = builtin_type(bundle.name);
    for (const auto& slot : type.schema().slots) {
      auto names = slot.codes;
      names.push_back(slot.path);
      for (auto name : names) {
        for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        for (const char* word : {"treat", "addict", "drug", "opioid", "abuse", "detox", "sober", "diagnos"})
          EXPECT_EQ(name.find(word), std::string::npos) << bundle.name << " " << slot.path << " " << name;
      }
    }
  }
}

TEST(SchemaBundle, OnlyVictimDataIsIsolated) {
  for (const auto& bundle : builtin_bundles()) {
    const auto type = builtin_type(bundle.name);
    for (const auto& slot : type.schema().slots)
      EXPECT_EQ(slot.isolate, slot.compartment.field_class() == FieldClass::sdv) << slot.path;
  }
}

std::string slots_text(const NoteType& type) {
  std::string out;
  for (const auto& slot : type.schema().slots)
    out += std::to_string(slot.index) + " " + slot.path + " " + std::string(code_of(slot.compartment.field_class())) + " " +
           std::string(code_of(slot.compartment.form())) + " " + std::to_string(slot.size) + " of " +
           std::to_string(slot.full_slot) + (slot.union_id ? " u" + std::to_string(slot.union_id) : "") +
           (slot.isolate ? " isolate" : "") + "\n";
  return out;
}

// Fields by ordinal, a group or union at its lowest member's; a full slot, then its forms by number.
TEST(SchemaBundle, SlotsStandInTheirOrder) {
  EXPECT_EQ(slots_text(everything()),
            "0 i8 ENG full 32 of 0\n1 i16 ENG full 32 of 1\n2 i32 ENG full 32 of 2\n3 i64 ENG full 32 of 3\n"
            "4 u8 ENG full 32 of 4\n5 u8 ENG bucket 32 of 4\n6 u8 ENG age-band 32 of 4\n7 u16 ENG full 32 of 7\n"
            "8 u32 ENG full 32 of 8\n9 u64 ENG full 32 of 9\n10 f32 ENG full 32 of 10\n11 f64 ENG full 32 of 11\n"
            "12 kind LEG full 32 of 12\n13 kind LEG yes-no 32 of 12\n14 kind LEG level 32 of 12\n"
            "15 kind LEG category 32 of 12\n16 free TXT full 64 of 16\n17 date ID full 32 of 17\n"
            "18 date ID month 32 of 17\n19 date ID quarter 32 of 17\n20 date ID year 32 of 17\n"
            "21 time ID full 32 of 21\n22 time ID day 32 of 21\n23 code ID full 64 of 23\n24 name ID full 64 of 24\n"
            "25 name ID initials 64 of 24\n26 place LOC full 64 of 26\n27 place LOC area 64 of 26\n"
            "28 data TP full 64 of 28\n29 texts NEED full 256 of 29\n30 kinds NEED full 64 of 30\n"
            "31 kinds NEED yes-no 64 of 30\n32 kinds NEED theme 64 of 30\n33 numbers NEED full 256 of 33\n"
            "34 items NEED full 1024 of 34\n35 group.phone CON full 64 of 35\n36 group.mail LOC full 64 of 36\n"
            "37 record.street HOU full 64 of 37\n38 record.floor HOU full 32 of 38\n39 record.deeper.note TXT full 64 of 39\n"
            "40 choice.flag MH full 32 of 40 u1\n41 choice.number MH full 32 of 41 u1\n"
            "42 choice.number MH bucket 32 of 41\n43 choice.kind MH full 32 of 43 u1\n44 choice.text MH full 64 of 44 u1\n"
            "45 choice.kinds MH full 64 of 45 u1\n46 victim SDV full 64 of 46 isolate\n");
}

TEST(SchemaBundle, FormsHaveTheirOwnShape) {
  const auto shape = [](std::string_view path, Form form) {
    const auto& slot = slot_of(everything(), path, form);
    std::string out = std::to_string(static_cast<int>(slot.type)) + ":";
    for (const auto& code : slot.codes) out += " " + code;
    return out;
  };
  EXPECT_EQ(shape("kind", Form::yesNo), "2: unstated no yes");
  EXPECT_EQ(shape("kind", Form::level), "2: unstated small large");
  EXPECT_EQ(shape("kinds", Form::yesNo), "2: unstated no yes");
  EXPECT_EQ(shape("kinds", Form::theme), "5: unstated small large");
  EXPECT_EQ(shape("u8", Form::bucket), "3:");
  EXPECT_EQ(shape("date", Form::month), "3:");
  EXPECT_EQ(slot_of(everything(), "u8", Form::bucket).word, WordType::none);
}

TEST(SchemaBundle, BoundsAViewByItsSlotsAlone) {
  const auto& schema = everything().schema();
  EXPECT_EQ(schema.slot_count, 64);
  std::uint64_t bound = 3072 + 256 * schema.compartments.size() + 128 * 64;
  for (const auto& slot : schema.slots) bound += slot.size;
  EXPECT_EQ(schema.view_bound, bound);
  std::set<Compartment> compartments;
  for (const auto& slot : schema.slots) compartments.insert(slot.compartment);
  EXPECT_EQ(schema.compartments, std::vector<Compartment>(compartments.begin(), compartments.end()));
  EXPECT_EQ(parts_of(schema), (std::vector<std::uint16_t>{0, Compartment(FieldClass::sdv, Form::full).value}));
}

TEST(SchemaBundle, VendorsTableIsTheSameTable) {
  const auto fields = exchange::Record<::everything::Everything>::fields();
  const auto& slots = everything().schema().slots;
  ASSERT_EQ(fields.size(), slots.size());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    EXPECT_EQ(fields[i].path, slots[i].path);
    EXPECT_EQ(fields[i].field_class, code_of(slots[i].compartment.field_class()));
    EXPECT_EQ(fields[i].form, code_of(slots[i].compartment.form()));
    EXPECT_EQ(fields[i].size, slots[i].size);
    EXPECT_EQ(fields[i].isolate, slots[i].isolate);
  }
}

TEST(SchemaBundle, KeepsTheDigestItIsGiven) {
  auto type = builtin_type("court.event");
  SchemaDigest given;
  given.bytes[0] = 7;
  type.set_digest(given);
  EXPECT_EQ(type.schema().digest, given);
}

TEST(SchemaBundle, RefusesEveryTruncation) {
  const auto bytes = builtin("court.event").bytes;
  for (std::size_t size = 0; size < bytes.size(); ++size)
    ASSERT_FALSE(NoteType::load(bytes.sub(0, size))) << size;
}
TEST(SchemaBundle, RefusesTrailingBytes) {
  auto bytes = builtin("court.event").bytes.copy();
  bytes.resize(bytes.size() + 8);
  EXPECT_EQ(code_name(NoteType::load(bytes)), "schema_invalid");
}

// Whatever is changed: refused, or another schema that is in the one form a schema has.
TEST(SchemaBundle, AnswersEveryOneByteChange) {
  const auto bytes = builtin("progress.engagement").bytes;
  unsigned refused = 0, taken = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto changed = bytes.copy();
    changed[i] ^= static_cast<std::uint8_t>(1u << i % 8);
    const auto type = NoteType::load(changed);
    if (!type) {
      ASSERT_EQ(type.error().code, Code::schema_invalid);
      ++refused;
      continue;
    }
    ++taken;
    ASSERT_TRUE(equal(type->bundle(), changed));
  }
  EXPECT_GT(refused, bytes.size() / 2);
  EXPECT_GT(taken, 0u);  // a class, a size or a letter of a name is another schema
}

}  // namespace
}  // namespace xch::wire
