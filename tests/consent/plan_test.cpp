// Who would see what: a draft worked out by the default pack, and by packs with one cell changed.
#include <gmock/gmock.h>

#include <algorithm>

#include "consent/office.hpp"

namespace xch::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class Plan : public ::testing::Test {
 protected:
  Bench bench;

  /// "reads/writes CLASS form" of one party.
  std::vector<std::string> lines(const ConsentDraft& draft, const std::string& party) {
    std::vector<std::string> out;
    for (const auto& line : consent::plan(draft, bench.pack, *bench.coalition.roster())) {
      if (line.party != party) continue;
      out.push_back(std::string(line.reads ? "r" : "") + (line.writes ? "w" : "") + " " +
                    std::string(code_of(line.field_class)) + " " + std::string(code_of(line.form)));
    }
    return out;
  }
  std::vector<std::pair<std::string, std::string>> edges(const ConsentDraft& draft) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& edge : consent::lay_out(draft, bench.pack, *bench.coalition.roster()).edges)
      out.emplace_back(bench.coalition.by_id(edge.a).party.name, bench.coalition.by_id(edge.b).party.name);
    return out;
  }
  PackCell& cell(Basis basis, Purpose purpose, Role role, FieldClass field_class) {
    for (auto& c : bench.pack.cells)
      if (c.basis == basis && c.purpose == purpose && c.role == role && c.field_class == field_class) return c;
    give_up(Code::not_found, "cell");
  }
  void allow_readers(Basis basis, std::vector<Role> roles) {
    for (auto& row : bench.pack.bases)
      if (row.basis == basis) row.readers = std::move(roles);
  }
  void add_cell(PackCell added) {
    bench.pack.cells.push_back(std::move(added));
    std::sort(bench.pack.cells.begin(), bench.pack.cells.end(), [](const PackCell& a, const PackCell& b) {
      return std::tie(a.basis, a.purpose, a.role, a.field_class) < std::tie(b.basis, b.purpose, b.role, b.field_class);
    });
  }
  void put_party(const std::string& name, PartyKind kind, Role role) {
    Roster roster = bench.coalition.roster_body();
    for (auto& party : roster.parties) {
      if (party.name != name) continue;
      party.kind = kind;
      party.role = role;
    }
    bench.coalition.adopt(roster);
  }
};

TEST_F(Plan, GivesARecipientTheFormThatThePackGivesItsRole) {
  EXPECT_THAT(lines(care_draft(), "clinic"), ElementsAre("r ID full", "r ENG full", "r NEED full", "r SUD full"));
  EXPECT_THAT(lines(justice_draft(), "prosecutor"), ElementsAre("r ENG level", "r LEG full", "r SUD yes-no"));
}

TEST_F(Plan, LetsADiscloserWriteTheWholeClassAndEveryFormThatSomebodyReads) {
  auto draft = justice_draft();
  EXPECT_THAT(lines(draft, "harbor"), ElementsAre("rw ENG full", "w ENG level", "rw LEG full", "rw SUD full", "w SUD yes-no"));
  draft.recipients = {};
  EXPECT_THAT(lines(draft, "harbor"), ElementsAre("rw ENG full", "rw LEG full", "rw SUD full"));
}

TEST_F(Plan, GivesNothingOfAClassThatIsNotTicked) {
  auto draft = care_draft();
  draft.classes = {FieldClass::sud};
  EXPECT_THAT(lines(draft, "clinic"), ElementsAre("r SUD full"));
  EXPECT_THAT(lines(draft, "harbor"), ElementsAre("rw SUD full"));
}

TEST_F(Plan, GivesNothingForAPurposeThatIsNotTicked) {
  auto draft = care_draft();
  draft.purposes = {Purpose::intake};
  EXPECT_THAT(lines(draft, "clinic"), ElementsAre("r ENG full"));
  draft.purposes = {};
  EXPECT_THAT(lines(draft, "clinic"), IsEmpty());
}

TEST_F(Plan, AddsUpTheFormsOfSeveralPurposes) {
  cell(Basis::part2Consent, Purpose::intake, Role::pd, FieldClass::eng).effect = Effect::generalise;
  cell(Basis::part2Consent, Purpose::intake, Role::pd, FieldClass::eng).form = Form::level;
  auto draft = care_draft();
  draft.classes = {FieldClass::eng, FieldClass::sud};
  draft.purposes = {Purpose::coord, Purpose::intake};
  EXPECT_THAT(lines(draft, "defender"), ElementsAre("r ENG full", "r ENG level", "r SUD full"));
  EXPECT_THAT(lines(draft, "harbor"), ElementsAre("rw ENG full", "w ENG level", "rw SUD full"));
}

TEST_F(Plan, GivesNothingToARoleThatTheBasisDoesNotName) {
  auto draft = care_draft();
  draft.recipients = {"prosecutor"};
  EXPECT_THAT(lines(draft, "prosecutor"), IsEmpty());
}

TEST_F(Plan, P2_13_c_OpensTheOwnReferralCellOnlyToTheOfficersWhoseReferralItIs) {
  allow_readers(Basis::part2Consent, {Role::leo, Role::cm, Role::txp});
  add_cell({Basis::part2Consent, Purpose::coord, Role::leo, FieldClass::id, Effect::allow, Form::full, false,
            Relation::own_referral, ""});
  auto draft = care_draft();
  draft.recipients = {"patrol"};
  draft.classes = {FieldClass::id};
  EXPECT_THAT(lines(draft, "patrol"), IsEmpty());
  draft.referred_by = "patrol";
  EXPECT_THAT(lines(draft, "patrol"), ElementsAre("r ID full"));
  draft.referred_by = "liaison";
  EXPECT_THAT(lines(draft, "patrol"), IsEmpty());
}

TEST_F(Plan, LeavesTheAuthorItsWholeValueAndOthersOfTheRoleTheForm) {
  cell(Basis::part2Consent, Purpose::coord, Role::cm, FieldClass::eng).relation = Relation::author;
  cell(Basis::part2Consent, Purpose::coord, Role::cm, FieldClass::eng).effect = Effect::generalise;
  cell(Basis::part2Consent, Purpose::coord, Role::cm, FieldClass::eng).form = Form::yesNo;
  auto draft = care_draft();
  draft.classes = {FieldClass::eng, FieldClass::sud};
  EXPECT_THAT(lines(draft, "harbor"), ElementsAre("rw ENG full", "rw ENG yes-no", "rw SUD full"));
  draft.disclosers = {"clinic"};
  draft.recipients = {"harbor"};
  EXPECT_THAT(lines(draft, "harbor"), ElementsAre("r ENG yes-no", "r SUD full"));
}

TEST_F(Plan, GivesAnAuthorsAllowToNobodyWhoDoesNotWrite) {
  auto draft = justice_draft();
  draft.disclosers = {"clinic"};
  draft.recipients = {"harbor"};
  EXPECT_THAT(lines(draft, "harbor"), ElementsAre("r LEG full"));
}

TEST_F(Plan, TakesAPseudonymForNoSlot) {
  cell(Basis::part2Consent, Purpose::coord, Role::pd, FieldClass::id).effect = Effect::mask;
  cell(Basis::part2Consent, Purpose::coord, Role::pd, FieldClass::id).form = Form::pseudonym;
  EXPECT_THAT(lines(care_draft(), "defender"), ElementsAre("r ENG full", "r NEED full", "r SUD full"));
}

TEST_F(Plan, KeepsNoArchiveForADiscloserWithoutAPart2Compartment) {
  auto draft = justice_draft();
  draft.classes = {FieldClass::leg};
  EXPECT_THAT(lines(draft, "harbor"), ElementsAre("w LEG full"));
  for (auto& row : bench.pack.bases) row.part2 = false;
  EXPECT_THAT(lines(draft, "harbor"), ElementsAre("rw LEG full"));
}

TEST_F(Plan, LeavesAnEvaluatorAloneInItsGrant) {
  put_party("defender", PartyKind::oversight, Role::eval);
  allow_readers(Basis::part2Consent, {Role::cm, Role::eval});
  add_cell({Basis::part2Consent, Purpose::coord, Role::eval, FieldClass::sud, Effect::generalise, Form::yesNo, false,
            Relation::any, ""});
  auto draft = care_draft();
  draft.recipients = {"defender"};
  draft.classes = {FieldClass::sud};
  EXPECT_THAT(lines(draft, "defender"), ElementsAre("r SUD yes-no"));
  EXPECT_THAT(lines(draft, "harbor"), ElementsAre("w SUD full", "w SUD yes-no"));
}

TEST_F(Plan, DrawsEdgesByTheFromToTableBetweenDisclosersAndRecipientsAlone) {
  EXPECT_THAT(edges(care_draft()), ElementsAre(std::pair("harbor", "clinic"), std::pair("harbor", "defender")));
  auto draft = care_draft();
  draft.disclosers = {"clinic"};
  draft.recipients = {"harbor", "defender"};
  EXPECT_THAT(edges(draft), ElementsAre(std::pair("clinic", "harbor")));  // no note type goes from TXP to PD
}

TEST_F(Plan, DrawsOneEdgeBetweenTwoThatShareBothWays) {
  auto draft = care_draft();
  draft.disclosers = {"harbor", "clinic"};
  draft.recipients = {"harbor", "clinic"};
  EXPECT_EQ(edges(draft).size(), 1u);
}

TEST_F(Plan, LetsAnOriginatorWriteItsOwnClassesAndKeepThem) {
  auto draft = referral_draft();
  draft.classes.push_back(FieldClass::chri);  // not the writer's own
  EXPECT_THAT(lines(draft, "patrol"), ElementsAre("rw ID full", "rw CON full", "rw NEED full", "rw LEG full", "rw TXT full"));
}

TEST_F(Plan, GivesReadersOfAnOriginatorWhatTheRowsOpen) {
  auto draft = referral_draft();
  draft.recipients = {"office", "harbor", "prosecutor", "defender"};
  EXPECT_THAT(lines(draft, "harbor"), ElementsAre("r ID full", "r CON full", "r NEED full", "r LEG full", "r TXT full"));
  EXPECT_THAT(lines(draft, "prosecutor"), ElementsAre("r LEG full"));
  EXPECT_THAT(lines(draft, "defender"), IsEmpty());
  draft.purposes = {Purpose::coord};
  EXPECT_THAT(lines(draft, "harbor"), IsEmpty());
}

TEST_F(Plan, MakesOnlyWhatTheOriginatorRulesAllow) {
  auto draft = referral_draft();
  draft.recipients = {"office", "harbor", "prosecutor"};
  const auto layout = consent::lay_out(draft, bench.pack, *bench.coalition.roster());
  std::vector<policy::OriginatorEntry> entries;
  for (const auto& right : layout.rights)
    entries.push_back({bench.coalition.by_id(right.agency).party.role, right.agency == bench.id("patrol"), right.compartment,
                       may_read(right.rights), may_write(right.rights)});
  EXPECT_TRUE(policy::originator_allowed(bench.pack, PartyKind::justice, draft.purposes, 25 * kDay - 1, entries));
}

TEST_F(Plan, LeavesOutWhomTheRosterDoesNotKnow) {
  auto draft = care_draft();
  draft.recipients = {"law enforcement", "clinic", "clinic"};
  EXPECT_THAT(lines(draft, "law enforcement"), IsEmpty());
  EXPECT_THAT(lines(draft, "clinic"), ElementsAre("r ID full", "r ENG full", "r NEED full", "r SUD full"));
}

}  // namespace
}  // namespace xch::testing
