// The note types of the library: their fields as practice names them, their slots, their digests; and the strict
// reading of bundles from outside.
#include <map>
#include <set>

#include "base/encoding.hpp"
#include "accounting_report.exchange.hpp"
#include "accounting_request.exchange.hpp"
#include "court_event.exchange.hpp"
#include "emergency_disclosure.exchange.hpp"
#include "eval_extract.exchange.hpp"
#include "filing_coord.exchange.hpp"
#include "housing_coord.exchange.hpp"
#include "intake_status.exchange.hpp"
#include "jail_booking.exchange.hpp"
#include "jail_release.exchange.hpp"
#include "le_contact.exchange.hpp"
#include "note_everything.exchange.hpp"
#include "notice_breach.exchange.hpp"
#include "notice_deny.exchange.hpp"
#include "notice_exit.exchange.hpp"
#include "notice_revocation.exchange.hpp"
#include "notice_transfer.exchange.hpp"
#include "order_court.exchange.hpp"
#include "overdose_event.exchange.hpp"
#include "owg_action.exchange.hpp"
#include "owg_packet.exchange.hpp"
#include "progress_engagement.exchange.hpp"
#include "referral_arrest.exchange.hpp"
#include "referral_community.exchange.hpp"
#include "referral_social.exchange.hpp"
#include "safety_alert.exchange.hpp"
#include "screen_result.exchange.hpp"
#include "treatment_status.exchange.hpp"
#include "warrant_quash.exchange.hpp"
#include "warrant_status.exchange.hpp"
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
    pinned<notes::AccountingReport>(
        "3aee4fc24ebd03ce901a04b8fab593b98289647a4a8dc2ddbf5e4bee7716e596"),
    pinned<notes::AccountingRequest>(
        "e914e4bbc465d149f213dfc85deb2748db975d8e5e8ef17f7f3afeb9615503d3"),
    pinned<notes::CourtEvent>(
        "ea7562eb9f5186e32ac4aebbebfb86d82e1b9cabc6d81355c9bfe6bdbad3b0e5"),
    pinned<notes::EmergencyDisclosure>(
        "95b7b7313cb4bfe224778f99a19f09e42bd13609c56a5c793d3dbd566b3990c3"),
    pinned<notes::EvalExtract>(
        "27c44ae08f9d27b642b0e9aef8a867acfa4d64fa68db51b0ea0a65caf9ba7603"),
    pinned<notes::FilingCoord>(
        "4140ca7d9ac825c0d6afba82296629437e388a43a6e9812f3c2b45730ed31081"),
    pinned<notes::HousingCoord>(
        "5de1944500348f0755c14e6b10e9a8c6910efebadf9338e460221162be6c3e61"),
    pinned<notes::IntakeStatus>(
        "6df51d15b4d4ce09f968f297218d1c2b5c39de0725625c37c5c47de9fab5cd1e"),
    pinned<notes::JailBooking>(
        "d97501bec10098eda3b72d31d4e2fa706bb421733b575504469f97ca94c05905"),
    pinned<notes::JailRelease>(
        "04dad140ac464579c962a84c350762f73199fef23e288ebd8990d5e1fc51917b"),
    pinned<notes::LeContact>(
        "b51dbdc49ba60a7c37b23e828abe550bb2d03af7e9394d54206071b7a4859b97"),
    pinned<notes::NoticeBreach>(
        "c4a07890452fb85a928af318e3bade2a3ba481647054ed4248fa53bcd277dfdd"),
    pinned<notes::NoticeDeny>(
        "59cda60f7d371693bab80b8b69130d0719109df4671188ce58a193784db34329"),
    pinned<notes::NoticeExit>(
        "e53d2711cdb10db89cac11a2a509a85c1dc3cd32c675172ede58e11575b410c6"),
    pinned<notes::NoticeRevocation>(
        "730feb9569b45aa1b1e1a0ff8aeeadd878740b2558fd3e3aff083aa5625ec643"),
    pinned<notes::NoticeTransfer>(
        "490205d4be6bc2a54b3337667947e67aacc50bcf434995d970aeee33e83f3120"),
    pinned<notes::OrderCourt>(
        "55438e459ff3cd5093b8dc557009eec28722189151349c2d7f3e5226fac10cee"),
    pinned<notes::OverdoseEvent>(
        "29df863aaed76daeaf3afd327f9f485a80afbcd8f42d6ed2f8684b02c9b7d882"),
    pinned<notes::OwgAction>(
        "a2006a328264a48a0de4b74b9aea3683dbd170937ff1f447ba3457d8ec8d9392"),
    pinned<notes::OwgPacket>(
        "d983f27521b7235c73f5c0c8cb62cba9ba50523d024732ab57a4d37ae93eb9aa"),
    pinned<notes::ProgressEngagement>(
        "1135323bbcedf0f3cc69712c6eba2414fb8b8ba989abf4fe5c4394356c3175ba"),
    pinned<notes::ReferralArrest>(
        "4bf59ef66aa92f4098d0a245ee0bd3066a344bb0b42d5251aced2c6bf5c2e705"),
    pinned<notes::ReferralCommunity>(
        "d2cf03517b1c63d10894cc3b1d6e613a4e88666ca907b6ca65e48e1a68c12fe6"),
    pinned<notes::ReferralSocial>(
        "f213352cc606cd54d1cbbb0c42ff7ca47208cb743db5c81e0dc2e18cb084bddb"),
    pinned<notes::SafetyAlert>(
        "1faa63cf1e2f30fced11859e617a738204660b3ac99ccb6b80c3e5c32ae5c874"),
    pinned<notes::ScreenResult>(
        "6320fc2c9e51becec69443ebd6d186d0542b623368d7d84421cb28ff4603a5f2"),
    pinned<notes::TreatmentStatus>(
        "4ce495a49fcde4b4713b0d9057e9532429069b214e5bfa933f05f8b05a62b07e"),
    pinned<notes::WarrantQuash>(
        "2d80ede06c6f2a42d4a1d2be66bc4e23deb7ca2fbc983de0ba13392eba236731"),
    pinned<notes::WarrantStatus>(
        "9084c0e2aefb607902cd81b7ee9566dc9301bf3799b93a19533226a0dd54e46c"),
};

TEST(SchemaBundle, DigestsAreThePinnedOnes) {
  ASSERT_EQ(std::size(kPinned), 29u);
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
    {"referral.social", "name", "name", "ID"},
    {"referral.social", "aka", "aliases", "ID"},
    {"referral.social", "date of birth", "dateOfBirth", "ID"},
    {"referral.social", "phone", "phone", "CON"},
    {"referral.social", "email", "email", "CON"},
    {"referral.social", "where to find", "whereToFind", "LOC"},
    {"referral.social", "incident number", "incidentNumber", "LEG"},
    {"referral.social", "date", "contactDate", "LEG"},
    {"referral.social", "contact place", "contactPlace", "LOC"},
    {"referral.social", "drug", "foundKind", "LEI"},
    {"referral.social", "quantity bucket", "foundQuantity", "LEI"},
    {"referral.social", "officer id", "officerId", "LEG"},
    {"referral.social", "observed needs", "observedNeeds", "NEED"},
    {"referral.social", "officer opinion", "officerObservation", "TXT"},
    {"referral.social", "what the opinion implies", "officerInference", "SUD"},
    {"referral.social", "victim present", "victimPresent", "SDV"},
    {"referral.social", "other persons", "otherPersons", "TP"},
    {"referral.social", "safety", "hazards", "SAF"},
    {"referral.social", "language", "language", "ID"},
    {"referral.social", "interpreter", "interpreterNeeded", "ID"},
    {"referral.social", "juvenile flag", "juvenile", "JUV"},
    {"referral.social", "handoff time", "handoffAt", "LEG"},
    {"referral.social", "basis narrative", "basisNarrative", "TXT"},
    {"referral.social", "basis narrative, investigative", "priorInvolvement", "LEI"},
    {"referral.social", "referrer", "referrer", "TP"},
    {"referral.community", "name", "name", "ID"},
    {"referral.community", "aka", "aliases", "ID"},
    {"referral.community", "date of birth", "dateOfBirth", "ID"},
    {"referral.community", "phone", "phone", "CON"},
    {"referral.community", "email", "email", "CON"},
    {"referral.community", "where to find", "whereToFind", "LOC"},
    {"referral.community", "date", "contactDate", "LOC"},
    {"referral.community", "contact place", "contactPlace", "LOC"},
    {"referral.community", "observed needs", "observedNeeds", "NEED"},
    {"referral.community", "opinion", "observation", "TXT"},
    {"referral.community", "what the opinion implies", "inference", "SUD"},
    {"referral.community", "victim present", "victimPresent", "SDV"},
    {"referral.community", "other persons", "otherPersons", "TP"},
    {"referral.community", "safety", "hazards", "SAF"},
    {"referral.community", "language", "language", "ID"},
    {"referral.community", "interpreter", "interpreterNeeded", "ID"},
    {"referral.community", "juvenile flag", "juvenile", "JUV"},
    {"referral.community", "handoff time", "handoffAt", "ENG"},
    {"referral.community", "basis narrative", "basisNarrative", "TXT"},
    {"referral.community", "referrer", "referrer", "TP"},
    {"referral.community", "business", "referrerKind", "TP"},
    {"screen.result", "decision", "decision", "LEG"},
    {"screen.result", "date", "screenedOn", "LEG"},
    {"screen.result", "reason code", "reasonCode", "CHRI"},
    {"screen.result", "capacity", "capacity", "EVL"},
    {"screen.result", "priority", "priority", "EVL"},
    {"housing.coord", "status", "status", "HOU"},
    {"housing.coord", "move-in", "moveInOn", "HOU"},
    {"housing.coord", "unit address", "unitAddress", "LOC"},
    {"housing.coord", "ID docs", "idDocuments", "ID"},
    {"housing.coord", "income", "income", "NEED"},
    {"housing.coord", "DV relocation", "victimRelocation", "SDV"},
    {"housing.coord", "background result", "backgroundCheck", "CHRI"},
    {"le.contact", "time", "contactAt", "LOC"},
    {"le.contact", "place", "contactPlace", "LOC"},
    {"le.contact", "behaviour", "observedNeeds", "NEED"},
    {"le.contact", "welfare", "welfare", "TXT"},
    {"le.contact", "outcome", "outcome", "LEG"},
    {"le.contact", "new offence", "newOffence", "LEI"},
    {"le.contact", "others present", "othersPresent", "TP"},
    {"le.contact", "injuries", "injuries", "MH"},
    {"le.contact", "OD", "overdose", "SUD"},
    {"warrant.status", "exists", "exists", "LEG"},
    {"warrant.status", "issuing court", "issuingCourt", "LEG"},
    {"warrant.status", "self-surrender appointment", "selfSurrenderAt", "LEG"},
    {"warrant.status", "service plan", "servicePlan", "LEI"},
    {"warrant.status", "service address", "serviceAddress", "LEI"},
    {"warrant.quash", "case number", "caseNumber", "LEG"},
    {"warrant.quash", "issuing court", "issuingCourt", "LEG"},
    {"warrant.quash", "quash requested, granted", "state", "LEG"},
    {"warrant.quash", "date", "decidedOn", "LEG"},
    {"warrant.quash", "self-surrender appointment", "selfSurrenderAt", "LEG"},
    {"jail.booking", "facility", "facility", "LEG"},
    {"jail.booking", "in time", "bookedAt", "LEG"},
    {"jail.booking", "charges", "charges", "LEG"},
    {"jail.booking", "meds, MH", "medicines", "MH"},
    {"jail.booking", "meds, SUD", "medicationSupport", "SUD"},
    {"jail.release", "facility", "facility", "LEG"},
    {"jail.release", "out time", "releasedAt", "LEG"},
    {"jail.release", "charges", "charges", "LEG"},
    {"jail.release", "release plan", "releasePlan", "NEED"},
    {"jail.release", "release needs", "releaseNeeds", "NEED"},
    {"jail.release", "meds, MH", "medicines", "MH"},
    {"jail.release", "meds, SUD", "medicationSupport", "SUD"},
    {"safety.alert", "hazard", "hazards", "SAF"},
    {"safety.alert", "subject location", "subjectLocation", "LOC"},
    {"safety.alert", "victim identity", "victim", "SDV"},
    {"safety.alert", "basis", "basis", "TXT"},
    {"overdose.event", "time", "happenedAt", "SUD"},
    {"overdose.event", "place", "place", "SUD"},
    {"overdose.event", "reversed, fatal", "outcome", "SUD"},
    {"overdose.event", "administered by", "administeredBy", "SUD"},
    {"owg.packet", "meeting", "meetingOn", "ENG"},
    {"owg.packet", "agenda", "agenda", "NEED"},
    {"owg.packet", "asks", "asks", "NEED"},
    {"owg.packet", "owner", "owner", "ENG"},
    {"owg.packet", "due", "due", "ENG"},
    {"owg.action", "agenda", "theme", "NEED"},
    {"owg.action", "ask", "ask", "NEED"},
    {"owg.action", "owner", "owner", "ENG"},
    {"owg.action", "due", "due", "ENG"},
    {"owg.action", "done", "done", "ENG"},
    {"eval.extract", "pseudonym", "studyPseudonym", "EVL"},
    {"eval.extract", "month of referral", "referralMonth", "EVL"},
    {"eval.extract", "door", "door", "EVL"},
    {"eval.extract", "race, ethnicity", "raceEthnicity", "EVL"},
    {"eval.extract", "gender", "gender", "EVL"},
    {"eval.extract", "age band", "ageBand", "EVL"},
    {"eval.extract", "housing category", "housing", "EVL"},
    {"eval.extract", "arrests before", "arrestsBefore", "EVL"},
    {"eval.extract", "arrests after", "arrestsAfter", "EVL"},
    {"eval.extract", "bookings", "bookings", "EVL"},
    {"eval.extract", "services", "services", "EVL"},
    {"eval.extract", "exits", "exit", "EVL"},
    {"notice.breach", "date", "happenedOn", "ENG"},
    {"notice.breach", "date of discovery", "discoveredOn", "ENG"},
    {"notice.breach", "types of information", "information", "ENG"},
    {"notice.breach", "what happened", "account", "TXT"},
    {"notice.breach", "what to do", "whatToDo", "NEED"},
    {"notice.breach", "what is done", "whatIsDone", "TXT"},
    {"notice.breach", "contact", "contact", "CON"},
    {"notice.revocation", "grant", "grantReference", "ENG"},
    {"notice.revocation", "lodged", "lodgedAt", "ENG"},
    {"notice.revocation", "effective", "effectiveOn", "ENG"},
    {"notice.revocation", "extent", "extent", "ENG"},
    {"notice.deny", "request", "requestReference", "ENG"},
    {"notice.deny", "date", "refusedOn", "ENG"},
    {"notice.deny", "rule", "rule", "ENG"},
    {"notice.transfer", "date", "effectiveOn", "ENG"},
    {"notice.transfer", "from", "from", "ORGS"},
    {"notice.transfer", "to", "to", "ORGS"},
    {"notice.transfer", "contact", "contact", "CON"},
    {"notice.transfer", "open needs", "openNeeds", "NEED"},
    {"notice.exit", "date", "exitOn", "ENG"},
    {"notice.exit", "exit", "exit", "ENG"},
    {"order.court", "section", "section", "SUD"},
    {"order.court", "court", "court", "SUD"},
    {"order.court", "fictitious name", "caseReference", "SUD"},
    {"order.court", "order digest", "orderDigest", "SUD"},
    {"order.court", "subpoena", "subpoenaDigest", "SUD"},
    {"order.court", "scope fields", "scope", "SUD"},
    {"order.court", "date", "issuedOn", "SUD"},
    {"order.court", "expiry", "expiresOn", "SUD"},
    {"emergency.disclosure", "recipient name", "recipient", "SUD"},
    {"emergency.disclosure", "facility affiliation", "facility", "SUD"},
    {"emergency.disclosure", "discloser name", "discloser", "SUD"},
    {"emergency.disclosure", "date and time", "happenedAt", "SUD"},
    {"emergency.disclosure", "nature of emergency", "nature", "SUD"},
    {"emergency.disclosure", "fields opened", "opened", "SUD"},
    {"accounting.request", "date", "requestedOn", "SUD"},
    {"accounting.request", "kind", "kind", "SUD"},
    {"accounting.request", "look-back", "from", "SUD"},
    {"accounting.request", "until", "until", "SUD"},
    {"accounting.request", "who asks", "requestedBy", "SUD"},
    {"accounting.report", "date", "producedOn", "SUD"},
    {"accounting.report", "look-back", "from", "SUD"},
    {"accounting.report", "until", "until", "SUD"},
    {"accounting.report", "date, recipient, description, purpose", "disclosures", "SUD"},
};

TEST(SchemaBundle, NoteTypesHaveExactlyTheFieldsOfPractice) {
  std::map<std::string_view, std::set<std::string>> expected;
  for (const auto& row : kNamed) {
    const auto type = builtin_type(row.note);
    EXPECT_EQ(code_of(slot_of(type, row.member).compartment.field_class()), row.field_class) << row.note << " " << row.field;
    expected[row.note].emplace(row.member);
  }
  ASSERT_EQ(expected.size(), 29u);
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
    if (bundle.name == "treatment.status" || bundle.name == "order.court") continue;  // among those who care for the person
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
