#include <algorithm>

#include "policy/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "packs.hpp"

namespace xch::policy_test {
namespace {

using policy::Decision;
using policy::notice_of;
using policy::obligations_of;
using policy::Query;
using policy::Reason;
using policy::Verdict;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Query ask(const NoteSchema& schema, Basis basis, Purpose purpose, Role role) {
  Query query;
  query.basis = basis;
  query.purpose = purpose;
  query.reader_role = role;
  query.reader_may_read = everything(schema);
  query.sender_may_write = everything(schema);
  return query;
}

const policy::FieldDecision& field(const Decision& decision, const SlotSpec& slot) { return decision.fields.at(slot.index); }

TEST(Decide, GivesAProsecutorLevelsAndTheOneBitForFiling) {
  const auto& schema = note_schema("progress.engagement");
  const auto decision = decide(default_pack(), schema, ask(schema, Basis::justiceCondition, Purpose::filing, Role::pros));
  EXPECT_THAT(decision.terms, ElementsAre(Compartment(FieldClass::eng, Form::level), Compartment(FieldClass::sud, Form::yesNo)));
  EXPECT_EQ(field(decision, slot(schema, "engaged", Form::level)).verdict, Verdict::form);
  EXPECT_EQ(field(decision, slot(schema, "engaged", Form::level)).reason, Reason::generalised);
  EXPECT_EQ(field(decision, slot(schema, "engaged")).reason, Reason::other_form_given);
  EXPECT_EQ(field(decision, slot(schema, "participation", Form::yesNo)).verdict, Verdict::form);
  EXPECT_EQ(field(decision, slot(schema, "narrative")).verdict, Verdict::nothing);
  EXPECT_EQ(decision.fields.size(), schema.slots.size());
}

TEST(Decide, GivesACaseManagerTheWholeNoteUnderConsent) {
  const auto& schema = note_schema("treatment.status");
  const auto decision = decide(default_pack(), schema, ask(schema, Basis::part2Consent, Purpose::coord, Role::cm));
  EXPECT_THAT(decision.terms, ElementsAre(Compartment(FieldClass::sud, Form::full), Compartment(FieldClass::mh, Form::full),
                                          Compartment(FieldClass::orgs, Form::full)));
  EXPECT_EQ(field(decision, slot(schema, "attendance")).verdict, Verdict::full);
  EXPECT_EQ(field(decision, slot(schema, "attendance", Form::yesNo)).reason, Reason::other_form_given);
}

TEST(Decide, GivesNothingWithoutAReadRightAWriteRightOrAnAllowingCell) {
  const auto& schema = note_schema("progress.engagement");
  const Compartment eng(FieldClass::eng, Form::full), need(FieldClass::need, Form::full);
  auto query = ask(schema, Basis::part2Consent, Purpose::coord, Role::cm);
  query.reader_may_read = {eng};
  query.sender_may_write = {eng, need};
  auto decision = decide(default_pack(), schema, query);
  EXPECT_THAT(decision.terms, ElementsAre(eng));
  EXPECT_EQ(field(decision, slot(schema, "nextStep")).reason, Reason::no_consent_for_reader);

  query.reader_may_read = {eng, need};
  query.sender_may_write = {need};
  decision = decide(default_pack(), schema, query);
  EXPECT_THAT(decision.terms, ElementsAre(need));
  EXPECT_EQ(field(decision, slot(schema, "engaged")).reason, Reason::sender_may_not_write);

  query.reader_may_read = {};
  EXPECT_THAT(decide(default_pack(), schema, query).terms, IsEmpty());
}

TEST(Decide, ClosesAPurposeThatTheBasisDoesNotOpen) {
  const auto& schema = note_schema("progress.engagement");
  const auto decision = decide(default_pack(), schema, ask(schema, Basis::part2Consent, Purpose::filing, Role::cm));
  EXPECT_THAT(decision.terms, IsEmpty());
  for (const auto& f : decision.fields) EXPECT_EQ(f.reason, Reason::purpose_closed);
}

TEST(Decide, KnowsNoUnknownBasisPurposeOrRole) {
  const auto& schema = note_schema("progress.engagement");
  for (const auto basis : {Basis::none, Basis::medicalEmergency, static_cast<Basis>(kBasisCount), static_cast<Basis>(0xffff)}) {
    const auto decision = decide(default_pack(), schema, ask(schema, basis, Purpose::coord, Role::cm));
    EXPECT_THAT(decision.terms, IsEmpty());
    for (const auto& f : decision.fields) EXPECT_EQ(f.reason, Reason::basis_unknown);
  }
  for (const auto purpose : {Purpose::none, static_cast<Purpose>(14), static_cast<Purpose>(0xffff)})
    EXPECT_THAT(terms_of(default_pack(), schema, ask(schema, Basis::part2Consent, purpose, Role::cm)), IsEmpty());
  for (const auto role : {Role::none, static_cast<Role>(19), static_cast<Role>(0xffff)})
    EXPECT_THAT(terms_of(default_pack(), schema, ask(schema, Basis::part2Consent, Purpose::coord, role)), IsEmpty());
}

TEST(Decide, DeniesAClassThatThePackDoesNotKnow) {
  const auto& schema = note_schema("progress.engagement");
  auto pack = default_pack();
  pack.classes.erase(std::remove_if(pack.classes.begin(), pack.classes.end(),
                                    [](const PackClass& row) { return row.field_class == FieldClass::eng; }),
                     pack.classes.end());
  const auto decision = decide(pack, schema, ask(schema, Basis::part2Consent, Purpose::coord, Role::cm));
  EXPECT_EQ(field(decision, slot(schema, "engaged")).verdict, Verdict::nothing);
  for (const auto compartment : decision.terms) EXPECT_NE(compartment.field_class(), FieldClass::eng);
  EXPECT_FALSE(decision.terms.empty());
}

TEST(Decide, DeniesAReaderThatTheBasisDoesNotName) {
  // The matrix has a cell for PROS; the basis does not list PROS, so a mistaken grant still gives nothing.
  const auto& schema = note_schema("progress.engagement");
  const auto decision = decide(default_pack(), schema, ask(schema, Basis::part2Consent, Purpose::coord, Role::pros));
  EXPECT_THAT(decision.terms, IsEmpty());
  EXPECT_EQ(field(decision, slot(schema, "engaged", Form::level)).reason, Reason::role_denied);
}

TEST(Decide, SaysPerSlotWhatTermsSay) {
  for (const auto& schema : note_schemas())
    for (const auto basis : every<Basis>(kBasisCount))
      for (const auto purpose : every<Purpose>(kPurposeCount))
        for (const auto role : every<Role>(kRoleCount))
          for (const bool sender : {false, true})
            for (const auto part : parts_of(schema)) {
              auto query = ask(schema, basis, purpose, role);
              query.reader_is_sender = sender;
              query.part = part;
              const auto decision = decide(default_pack(), schema, query);
              ASSERT_EQ(decision.terms, terms_of(default_pack(), schema, query));
              ASSERT_TRUE(std::is_sorted(decision.terms.begin(), decision.terms.end()));
              for (const auto& f : decision.fields) {
                const bool given = std::binary_search(decision.terms.begin(), decision.terms.end(), f.compartment);
                ASSERT_EQ(f.verdict != Verdict::nothing, given) << schema.name << " " << f.path;
              }
            }
}

TEST(Decide, KeepsVictimDataOutOfTheGeneralNote) {
  const auto& schema = note_schema("referral.arrest");
  const Compartment sdv(FieldClass::sdv, Form::full);
  auto query = ask(schema, Basis::part2Consent, Purpose::coord, Role::cm);
  auto decision = decide(default_pack(), schema, query);
  EXPECT_FALSE(std::binary_search(decision.terms.begin(), decision.terms.end(), sdv));
  EXPECT_EQ(field(decision, slot(schema, "victimPresent")).reason, Reason::isolated_elsewhere);

  query.part = sdv.value;
  decision = decide(default_pack(), schema, query);
  EXPECT_THAT(decision.terms, ElementsAre(sdv));
  EXPECT_EQ(field(decision, slot(schema, "name")).reason, Reason::isolated_elsewhere);

  query.part = Compartment(FieldClass::id, Form::full).value;  // ID is isolated nowhere
  EXPECT_THAT(terms_of(default_pack(), schema, query), IsEmpty());
}

TEST(Decide, IsolatesWhereEitherPackOrSchemaSaysSo) {
  const Compartment sdv(FieldClass::sdv, Form::full);
  auto schema = note_schema("referral.arrest");
  auto pack = default_pack();
  for (auto& row : pack.classes) row.isolate = false;
  auto query = ask(schema, Basis::part2Consent, Purpose::coord, Role::cm);
  EXPECT_FALSE([&] { auto t = terms_of(pack, schema, query); return std::binary_search(t.begin(), t.end(), sdv); }());
  for (auto& s : schema.slots) s.isolate = false;
  EXPECT_TRUE([&] { auto t = terms_of(pack, schema, query); return std::binary_search(t.begin(), t.end(), sdv); }());
  EXPECT_FALSE([&] { auto t = terms_of(default_pack(), schema, query); return std::binary_search(t.begin(), t.end(), sdv); }());
}

TEST(Decide, KeepsTheWholeValueForItsAuthor) {
  const auto& schema = note_schema("progress.engagement");
  const Compartment sud(FieldClass::sud, Form::full);
  auto query = ask(schema, Basis::justiceCondition, Purpose::filing, Role::cm);
  auto terms = terms_of(default_pack(), schema, query);
  EXPECT_FALSE(std::binary_search(terms.begin(), terms.end(), sud));
  query.reader_is_sender = true;
  terms = terms_of(default_pack(), schema, query);
  EXPECT_TRUE(std::binary_search(terms.begin(), terms.end(), sud));
}

TEST(Decide, GivesOtherCaseManagersInitialsOfAThirdPersonAndTheAuthorAll) {
  NoteSchema schema;
  SlotSpec full, initials;
  full.path = initials.path = "companion";
  full.type = initials.type = ValueType::text;
  full.format = TextFormat::name;
  full.compartment = Compartment(FieldClass::tp, Form::full);
  initials.index = 1;
  initials.compartment = Compartment(FieldClass::tp, Form::initials);
  schema.slots = {full, initials};
  schema.compartments = {full.compartment, initials.compartment};

  auto query = ask(schema, Basis::part2Consent, Purpose::coord, Role::cm);
  auto decision = decide(default_pack(), schema, query);
  EXPECT_THAT(decision.terms, ElementsAre(initials.compartment));
  EXPECT_EQ(decision.fields[1].reason, Reason::masked);
  query.reader_is_sender = true;
  EXPECT_THAT(terms_of(default_pack(), schema, query), ElementsAre(full.compartment));
}

TEST(Decide, LetsAnOriginatorKeepWhatItMayWriteAndNothingElse) {
  const auto& schema = note_schema("referral.arrest");
  auto query = ask(schema, Basis::originatorAuthority, Purpose::refer, Role::leo);
  EXPECT_THAT(terms_of(default_pack(), schema, query), IsEmpty());  // another officer's referral
  query.reader_is_sender = true;
  const auto terms = terms_of(default_pack(), schema, query);
  for (const auto compartment : terms) EXPECT_EQ(compartment.form(), Form::full);
  const auto has = [&](FieldClass c) { return std::binary_search(terms.begin(), terms.end(), Compartment(c, Form::full)); };
  EXPECT_TRUE(has(FieldClass::id) && has(FieldClass::loc) && has(FieldClass::lei) && has(FieldClass::txt) && has(FieldClass::tp));
  EXPECT_FALSE(has(FieldClass::sud));
  EXPECT_FALSE(has(FieldClass::sdv));
}

TEST(Decide, GivesAReferralToTheHandOffAndItsCourtFactsToTheProsecutor) {
  const auto& schema = note_schema("referral.arrest");
  const auto manager = terms_of(default_pack(), schema, ask(schema, Basis::originatorAuthority, Purpose::refer, Role::cm));
  std::vector<FieldClass> classes;
  for (const auto compartment : manager) {
    EXPECT_EQ(compartment.form(), Form::full);
    classes.push_back(compartment.field_class());
  }
  EXPECT_THAT(classes, ElementsAre(FieldClass::id, FieldClass::con, FieldClass::loc, FieldClass::need, FieldClass::leg,
                                   FieldClass::saf, FieldClass::txt));
  EXPECT_THAT(terms_of(default_pack(), schema, ask(schema, Basis::originatorAuthority, Purpose::refer, Role::pros)),
              ElementsAre(Compartment(FieldClass::leg, Form::full)));
  EXPECT_THAT(terms_of(default_pack(), schema, ask(schema, Basis::originatorAuthority, Purpose::refer, Role::txp)), IsEmpty());
}

TEST(Obligations, FollowFromBasisAndCompartmentsAlone) {
  const auto& pack = default_pack();
  const std::vector<Compartment> leg = {Compartment(FieldClass::leg, Form::full)};
  const std::vector<Compartment> lei = {Compartment(FieldClass::leg, Form::full), Compartment(FieldClass::lei, Form::full)};
  using O = Obligation;
  EXPECT_THAT(obligations_of(pack, Basis::part2Consent, leg),
              ElementsAre(O::noRedisclosure, O::noUseAgainst, O::minimumNecessary, O::accounting));
  EXPECT_THAT(obligations_of(pack, Basis::justiceCondition, leg),
              ElementsAre(O::noRedisclosure, O::noUseAgainst, O::minimumNecessary, O::accounting, O::officialDutiesOnly));
  EXPECT_THAT(obligations_of(pack, Basis::originatorAuthority, leg),
              ElementsAre(O::noRedisclosure, O::minimumNecessary, O::accounting));
  EXPECT_THAT(obligations_of(pack, Basis::originatorAuthority, lei),
              ElementsAre(O::noRedisclosure, O::minimumNecessary, O::accounting, O::noIntegrate));
  EXPECT_THAT(obligations_of(pack, Basis::part2Consent, {}), IsEmpty());
  EXPECT_THAT(obligations_of(pack, Basis::none, leg), IsEmpty());
}

TEST(Obligations, ComeWithTheTermsWhateverTheNoteIs) {
  // Two schemas, the same compartment in terms: the same notice and obligations.
  const auto& court = note_schema("court.event");
  const auto& filing = note_schema("filing.coord");
  const auto a = decide(default_pack(), court, ask(court, Basis::originatorAuthority, Purpose::court, Role::pd));
  const auto b = decide(default_pack(), filing, ask(filing, Basis::originatorAuthority, Purpose::filing, Role::pd));
  ASSERT_EQ(a.terms, b.terms);
  EXPECT_EQ(a.notice, b.notice);
  EXPECT_EQ(a.obligations, b.obligations);
  EXPECT_EQ(a.notice, Notice::originator);
}

TEST(Obligations, AreExecutableOnlyIfBothLibraryAndPackSaySo) {
  auto pack = default_pack();
  for (const auto obligation : every<Obligation>(kObligationCount + 1)) {
    const bool asked = is_known(obligation) && obligation != Obligation::deleteAfter && obligation != Obligation::humanApproval;
    EXPECT_EQ(policy::is_executable(pack, obligation), asked) << code_of(obligation);
  }
  pack.executable = {Obligation::noRedisclosure, Obligation::deleteAfter};
  EXPECT_TRUE(policy::is_executable(pack, Obligation::noRedisclosure));
  EXPECT_TRUE(policy::is_executable(pack, Obligation::deleteAfter));
  EXPECT_FALSE(policy::is_executable(pack, Obligation::accounting));
  // A number that this version has no row for, whatever the pack says.
  pack.executable = {Obligation::none, static_cast<Obligation>(kObligationCount)};
  EXPECT_FALSE(policy::is_executable(pack, Obligation::none));
  EXPECT_FALSE(policy::is_executable(pack, static_cast<Obligation>(kObligationCount)));
}

TEST(Notices, FollowFromTheBasis) {
  const std::vector<Compartment> terms = {Compartment(FieldClass::eng, Form::full)};
  EXPECT_EQ(notice_of(default_pack(), Basis::part2Consent, terms), Notice::p2Long2024);
  EXPECT_EQ(notice_of(default_pack(), Basis::justiceCondition, terms), Notice::p2Long2024);
  EXPECT_EQ(notice_of(default_pack(), Basis::originatorAuthority, terms), Notice::originator);
  EXPECT_EQ(notice_of(default_pack(), Basis::none, terms), Notice::none);
  EXPECT_EQ(notice_of(default_pack(), Basis::part2Consent, {}), Notice::none);
}

TEST(Reasons, EachHaveATextOfTheirOwn) {
  std::vector<std::string_view> texts;
  for (int reason = 0; reason <= static_cast<int>(Reason::basis_unknown); ++reason)
    texts.push_back(policy::reason_text(static_cast<Reason>(reason)));
  std::sort(texts.begin(), texts.end());
  EXPECT_FALSE(texts.front().empty());
  EXPECT_EQ(std::adjacent_find(texts.begin(), texts.end()), texts.end());
}

}  // namespace
}  // namespace xch::policy_test
