// The default pack against the matrix that counsel reads, typed here a second time.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "packs.hpp"

namespace xch::policy_test {
namespace {

// A allow, D deny, G:form generalise, M:form mask. Marks: t its own tick, r own referral, c own client, a author.
constexpr const char* kColumns = "LEO LES PROS PM CM TXP HSP PD COURT CLT EVAL AUD";
constexpr const char* kMatrix[] = {
    "ID   A/r      A       A       A          A            A          A        A   A        D           M:pseudonym M:pseudonym",
    "CON  D        D       D       A          A            A          A        A   D        D           D           D",
    "LOC  D        D       D       G:area     A            G:area     G:area   A   D        D           G:area      D",
    "ENG  G:yes-no G:level G:level A          A            A          G:yes-no A   G:yes-no D           G:yes-no    M:pseudonym",
    "NEED D        G:theme G:theme A          A            A          G:theme  A   G:theme  G:aggregate G:theme     D",
    "HOU  D        G:level G:level A          A            G:level    A        A   G:level  D           G:level     D",
    "LEG  A        A       A       A          A            G:category G:category A A        D           G:category  M:pseudonym",
    "CHRI A        A       A       D          D            D          D        A/c A        D           D           D",
    "LEI  A        A       A       D          D            D          D        D   D        D           D           D",
    "SUD  D        D       D       D          A            A          D        A/t D        D           M:pseudonym D",
    "SUDN D        D       D       D          D            A/a        D        D   D        D           D           D",
    "PSYN D        D       D       D          D            A/a        D        D   D        D           D           D",
    "MH   D        D       D       D          A            A          D        A   D        D           M:pseudonym D",
    "HIV  D        D       D       D          A/t          A          D        D   D        D           D           D",
    "STD  D        D       D       D          A/t          A          D        D   D        D           D           D",
    "SDV  D        D       D       D          A/t          D          G:yes-no D   D        D           D           D",
    "SAF  A        A       G:theme A          A            A          G:theme  D   D        D           D           M:pseudonym",
    "JUV  D        D       A/t     G:yes-no   A            A          D        A   A        D           M:pseudonym D",
    "PRV  D        D       D       D          D            D          D        A   D        D           D           D",
    "TP   D        D       D       M:initials M:initials/a M:initials D        D   D        D           D           D",
    "IMM  D        D       D       D          A/t          D          D        A   D        D           D           D",
    "TXT  D        D       D       D          A            A          D        A   D        D           D           D",
    "EVL  D        D       D       A          A            G:category D        D   D        G:aggregate A           M:pseudonym",
    "GEN  D        D       D       D          A            A          D        D   D        D           D           D",
    "ORGS D        D       D       D          A            A          D        D   D        D           D           D",
};

std::string as_text(const PackCell* cell) {
  if (cell == nullptr || cell->effect == Effect::deny) return "D";
  std::string out = cell->effect == Effect::allow ? "A" : cell->effect == Effect::generalise ? "G:" : "M:";
  if (cell->effect != Effect::allow) out += code_of(cell->form);
  if (cell->tick) out += "/t";
  if (cell->relation == Relation::own_referral) out += "/r";
  if (cell->relation == Relation::own_client) out += "/c";
  if (cell->relation == Relation::author) out += "/a";
  return out;
}

template <class F>
void for_each_cell(F f) {
  for (const auto* line : kMatrix) {
    std::istringstream row(line), columns(kColumns);
    std::string field_class, role, expected;
    row >> field_class;
    while (columns >> role && row >> expected) f(*parse_field_class(field_class), *parse_role(role), expected);
  }
}

const PackCell* coord_cell(Role role, FieldClass field_class) {
  return policy::cell_for(default_pack(), Basis::part2Consent, Purpose::coord, role, field_class);
}

TEST(DefaultMatrix, IsTheTypedTableCellByCell) {
  std::size_t cells = 0;
  for_each_cell([&](FieldClass field_class, Role role, const std::string& expected) {
    ++cells;
    EXPECT_EQ(as_text(coord_cell(role, field_class)), expected) << code_of(field_class) << "/" << code_of(role);
  });
  EXPECT_EQ(cells, 25u * 12u);
}

TEST(DefaultMatrix, GivesRolesWithoutAColumnTheirNeighboursOrNothing) {
  for_each_cell([&](FieldClass field_class, Role role, const std::string& expected) {
    if (role != Role::txp && role != Role::court) return;
    EXPECT_EQ(as_text(coord_cell(role == Role::txp ? Role::mhp : Role::prob, field_class)), expected);
  });
  for (const auto field_class : every<FieldClass>(kFieldClassCount))
    for (const auto role : {Role::none, Role::vsp, Role::med, Role::part, Role::relay})
      EXPECT_EQ(coord_cell(role, field_class), nullptr) << code_of(field_class) << "/" << code_of(role);
}

TEST(DefaultMatrix, SaysWhyInEveryCell) {
  for (const auto& cell : default_pack().cells)
    EXPECT_FALSE(cell.reason.empty()) << code_of(cell.field_class) << "/" << code_of(cell.role);
}

TEST(DefaultPack, MarksPart2AndVictimClasses) {
  for (const auto field_class : every<FieldClass>(kFieldClassCount)) {
    const auto* row = policy::class_row(default_pack(), field_class);
    ASSERT_EQ(row != nullptr, is_known(field_class)) << code_of(field_class);
    if (row == nullptr) continue;
    const bool part2 = field_class == FieldClass::sud || field_class == FieldClass::sudn || field_class == FieldClass::orgs;
    EXPECT_EQ(row->part2, part2) << code_of(field_class);
    EXPECT_EQ(policy::is_part2(default_pack(), Compartment(field_class, Form::yesNo)), part2);
    EXPECT_EQ(row->isolate, field_class == FieldClass::sdv) << code_of(field_class);
  }
}

TEST(DefaultPack, HasTheBasesOfTheLaw) {
  const auto& pack = default_pack();
  ASSERT_EQ(pack.bases.size(), 15u);
  EXPECT_EQ(policy::basis_row(pack, Basis::medicalEmergency), nullptr);  // 42 CFR 2.51: never a grant
  const auto& part2 = *policy::basis_row(pack, Basis::part2Consent);
  EXPECT_TRUE(part2.part2);
  EXPECT_FALSE(part2.pending_revocation);
  EXPECT_EQ(part2.purposes, (std::vector<Purpose>{Purpose::coord, Purpose::intake, Purpose::housing, Purpose::safety}));
  EXPECT_EQ(part2.readers, (std::vector<Role>{Role::cm, Role::txp, Role::mhp, Role::pd}));
  EXPECT_EQ(part2.elements.size(), 9u);
  EXPECT_EQ(std::count(part2.elements.begin(), part2.elements.end(), "P2-31-10"), 0);

  const auto& justice = *policy::basis_row(pack, Basis::justiceCondition);
  EXPECT_TRUE(justice.part2);
  EXPECT_TRUE(justice.pending_revocation);  // 42 CFR 2.35(c)
  EXPECT_EQ(justice.purposes, (std::vector<Purpose>{Purpose::filing, Purpose::court}));
  EXPECT_EQ(std::count(justice.elements.begin(), justice.elements.end(), "P2-31-6"), 0);  // 2.35(a)(2)
  EXPECT_EQ(std::count(justice.elements.begin(), justice.elements.end(), "P2-35-c"), 1);
  EXPECT_TRUE(std::binary_search(justice.obligations.begin(), justice.obligations.end(), Obligation::officialDutiesOnly));

  const auto& originator = *policy::basis_row(pack, Basis::originatorAuthority);
  EXPECT_FALSE(originator.part2);
  EXPECT_EQ(pack.originator.kinds, (std::vector<PartyKind>{PartyKind::justice}));
}

TEST(DefaultPack, LetsOnlyPart2ProgramsAndCoveredEntitiesPassConsentedFieldsOn) {
  for (const auto kind : every<PartyKind>(kPartyKindCount)) {
    const bool health = kind == PartyKind::part2Program || kind == PartyKind::coveredEntity;
    EXPECT_EQ(policy::may_present(default_pack(), Basis::part2Consent, kind), health) << code_of(kind);
    EXPECT_FALSE(policy::may_present(default_pack(), Basis::justiceCondition, kind)) << code_of(kind);
    EXPECT_EQ(policy::may_present(default_pack(), Basis::originatorAuthority, kind), kind == PartyKind::justice);
    EXPECT_FALSE(policy::may_present(default_pack(), Basis::none, kind));
  }
}

TEST(DefaultPack, SendsEachNoteTypeAlongItsEdgesOnly) {
  const auto& pack = default_pack();
  EXPECT_TRUE(policy::edge_allowed(pack, "referral.arrest", Role::leo, Role::cm));
  EXPECT_TRUE(policy::edge_allowed(pack, "referral.arrest", Role::les, Role::pros));
  EXPECT_FALSE(policy::edge_allowed(pack, "referral.arrest", Role::cm, Role::leo));  // the reply path is closed
  EXPECT_TRUE(policy::edge_allowed(pack, "treatment.status", Role::txp, Role::cm));
  EXPECT_FALSE(policy::edge_allowed(pack, "treatment.status", Role::txp, Role::pros));
  EXPECT_FALSE(policy::edge_allowed(pack, "progress.engagement", Role::cm, Role::leo));
  EXPECT_TRUE(policy::edge_allowed(pack, "filing.coord", Role::pd, Role::pros));
  EXPECT_FALSE(policy::edge_allowed(pack, "no.such.note", Role::cm, Role::pros));
  EXPECT_TRUE(policy::edge_allowed(pack, "", Role::cm, Role::pros));
  EXPECT_FALSE(policy::edge_allowed(pack, "", Role::relay, Role::cm));
  for (const auto& edge : pack.edges) {
    const bool to_officers = std::binary_search(edge.to.begin(), edge.to.end(), Role::leo);
    EXPECT_EQ(to_officers, edge.schema == "le.contact" || (edge.schema == "safety.alert" && to_officers)) << edge.schema;
    EXPECT_NE(edge.schema, "bench.work");
  }
  EXPECT_EQ(pack.edges.size(), 32u);  // two ways for safety alerts, and for two types that may leave the coalition
}

// Outside care nobody learns where an alert comes from: who treats, houses or serves a person alerts the case manager
// and the programme alone, and the words behind the hazard are free text, which stays in care.
TEST(DefaultPack, SafetyAlertsHideTheirSource) {
  const auto& pack = default_pack();
  for (const auto source : {Role::txp, Role::mhp, Role::hsp, Role::vsp, Role::med}) {
    EXPECT_TRUE(policy::edge_allowed(pack, "safety.alert", source, Role::cm));
    for (const auto reader : {Role::leo, Role::les, Role::pros, Role::hsp, Role::court, Role::prob, Role::pd})
      EXPECT_FALSE(policy::edge_allowed(pack, "safety.alert", source, reader)) << code_of(reader);
  }
  EXPECT_TRUE(policy::edge_allowed(pack, "safety.alert", Role::cm, Role::leo));
  EXPECT_TRUE(policy::edge_allowed(pack, "safety.alert", Role::leo, Role::cm));
  unsigned readers = 0;
  for (const auto& cell : pack.cells)
    if (cell.purpose == Purpose::safety && cell.basis != Basis::seriousThreat && cell.basis != Basis::crimeOnPremises) {
      EXPECT_EQ(cell.field_class, FieldClass::saf) << code_of(cell.role);
      ++readers;
    }
  EXPECT_GT(readers, 3u);
}

TEST(DefaultPack, SafetyAlertsEndAfterThreeDays) {
  const auto& pack = default_pack();
  const auto* row = policy::schema_row(pack, note_schema("safety.alert").digest);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->max_hours, 72u);
  const Timestamp sealed{kDay * 20000};
  EXPECT_FALSE(policy::outlives(*row, sealed, sealed + 72 * kHour));
  EXPECT_TRUE(policy::outlives(*row, sealed, sealed + (72 * kHour + 1)));
  for (const auto& other : pack.schemas)
    EXPECT_EQ(other.max_hours, other.name == "safety.alert" ? 72u : 0u) << other.name;
}

TEST(DefaultPack, FindsASchemaByItsDigestAlone) {
  const auto& schema = note_schema("court.event");
  const auto* row = policy::schema_row(default_pack(), schema.digest);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->name, "court.event");
  EXPECT_EQ(row->type_id, schema.type_id);
  auto other = schema.digest;
  other.bytes[31] ^= 1;
  EXPECT_EQ(policy::schema_row(default_pack(), other), nullptr);
}

TEST(DefaultPack, HasTheParametersOfTheProgramme) {
  const auto& pack = default_pack();
  EXPECT_EQ(pack.name, "lead-default");
  EXPECT_EQ(pack.grant_leaves, 256u);
  EXPECT_EQ(pack.grant_view_size, 65536u);
  EXPECT_EQ(pack.intake_days, 14u);
  EXPECT_EQ(pack.retention_days, 30u);
  EXPECT_EQ(pack.note_days, 30u);
  EXPECT_EQ(pack.zone, "America/Los_Angeles");
}

}  // namespace
}  // namespace xch::policy_test
