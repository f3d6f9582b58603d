// Claims: what can be said, and that a proof is one.
#include "consent/pack_compiler/claims.hpp"
#include "packs.hpp"
#include "policy/claim.hpp"
#include "policy/prove.hpp"

namespace xch::policy_test {
namespace {

using policy::Claim;
using policy::parse_claim;
using policy::prove;

Claim claim(std::string_view sentence, const PolicyPack& pack = default_pack()) {
  auto out = parse_claim(sentence, pack);
  EXPECT_TRUE(out) << sentence << ": " << (out ? "" : out.error().path);
  return out ? *out : Claim();
}

/// Held against the default pack, whose decisions are made once for all tests.
policy::Proof proof(std::string_view sentence) {
  static const auto pack = default_pack();
  static const policy::Decisions decisions(pack, note_schemas());
  return decisions.prove(claim(sentence, pack));
}
policy::Proof proof(std::string_view sentence, const PolicyPack& pack) {
  return prove(claim(sentence, pack), pack, note_schemas());
}

TEST(Claims, AreSentencesOfClassesAndRoles) {
  const auto one = claim("treatment classes never reach law enforcement");
  EXPECT_EQ(one.classes, (std::vector<FieldClass>{FieldClass::sud, FieldClass::sudn, FieldClass::orgs}));
  EXPECT_EQ(one.roles, (std::vector<Role>{Role::leo, Role::les}));
  EXPECT_EQ(one.purposes.size(), 13u);
  const auto two = claim("SUD, and HIV never reach PROS or COURT for FILING, COURT without basis justice-condition, "
                         "without a tick, except as yes-no or full, except own.");
  EXPECT_EQ(two.classes, (std::vector<FieldClass>{FieldClass::sud, FieldClass::hiv}));
  EXPECT_EQ(two.purposes, (std::vector<Purpose>{Purpose::filing, Purpose::court}));
  EXPECT_EQ(two.except_bases, (std::vector<Basis>{Basis::justiceCondition}));
  EXPECT_EQ(two.except_forms, (std::vector<Form>{Form::full, Form::yesNo}));
  EXPECT_TRUE(two.except_ticked && two.except_own);
  const auto three = claim("anything always carries accounting 42CFR2.32-2024 to care under part2-consent");
  EXPECT_EQ(three.kind, Claim::Kind::always_carry);
  EXPECT_EQ(three.classes.size(), 25u);
  EXPECT_EQ(three.bases, (std::vector<Basis>{Basis::part2Consent}));
  EXPECT_EQ(three.notices, (std::vector<Notice>{Notice::p2Long2024}));
}

TEST(Claims, ThatAreNotUnderstoodAreRefusedByTheirPlaceAndNeverByTheirWords) {
  for (const auto& [sentence, place] : std::vector<std::pair<std::string, std::string>>{
           {"", "word 1"},
           {"never reach LEO", "word 1"},
           {"Alice never reaches LEO", "word 1"},
           {"SUD never touches LEO", "word 3"},
           {"SUD never reaches", "word 4"},
           {"SUD never reaches Bob", "word 4"},
           {"SUD never reaches law", "word 5"},
           {"SUD never reaches LEO always", "word 5"},
           {"SUD never reaches LEO for", "word 6"},
           {"SUD never reaches LEO for ALICE", "word 6"},
           {"SUD never reaches LEO without consent", "word 6"},
           {"SUD never reaches LEO without basis", "word 7"},
           {"SUD never reaches LEO without basis by-mail", "word 7"},
           {"SUD never reaches LEO except as", "word 7"},
           {"SUD never reaches LEO except them", "word 6"},
           {"SUD sometimes carries accounting", "word 2"},
           {"SUD always carries", "word 4"},
           {"SUD always carries bags", "word 4"},
           {"SUD always carries accounting to", "word 6"},
           {"SUD always carries accounting without a tick", "word 5"}}) {
    const auto out = parse_claim(sentence, default_pack());
    ASSERT_FALSE(out) << sentence;
    EXPECT_EQ(out.error().code, Code::policy_claim);
    EXPECT_EQ(out.error().path, place) << sentence;
  }
  EXPECT_EQ(parse_claim(std::string(1025, 'a'), default_pack()).error().path, "length");
}

TEST(Claims, OfTheDefaultPackHoldOverEveryDecision) {
  const auto rows = consent::read_claims(consent::default_claims_toml());
  ASSERT_TRUE(rows) << rows.error().path;
  EXPECT_EQ(rows->size(), 39u);
  for (const auto& row : *rows) {
    const auto out = proof(row.says);
    EXPECT_TRUE(out.holds()) << row.id << ": " << row.says << ": " << code_of(out.counterexample->basis) << " "
                             << code_of(out.counterexample->purpose) << " " << code_of(out.counterexample->role) << " "
                             << code_of(out.counterexample->compartment.field_class()) << " "
                             << code_of(out.counterexample->compartment.form()) << " " << out.counterexample->note_type;
    EXPECT_GT(out.decisions, 1000u) << row.id;
  }
}

/// The default pack with the cells that would break a claim: a class of it for a role of it, whole, under every basis.
PolicyPack against(const Claim& broken) {
  PolicyPack out = default_pack();
  if (broken.kind == Claim::Kind::always_carry) {
    for (auto& row : out.classes) row.obligations.clear();
    for (auto& basis : out.bases) basis.obligations.clear(), basis.notice = Notice::originator;
    return out;
  }
  const Purpose purpose = broken.purposes.back();
  for (auto& basis : out.bases) {
    basis.readers = policy_test::every<Role>(kRoleCount);
    if (std::count(basis.purposes.begin(), basis.purposes.end(), purpose) == 0) basis.purposes.push_back(purpose);
    std::sort(basis.purposes.begin(), basis.purposes.end());
    out.cells.erase(std::remove_if(out.cells.begin(), out.cells.end(), [&](const PackCell& c) {
      return c.basis == basis.basis && c.purpose == purpose && c.role == broken.roles.back() && c.field_class == broken.classes.back();
    }), out.cells.end());
    out.cells.push_back({basis.basis, purpose, broken.roles.back(), broken.classes.back(), Effect::allow, Form::full, false, Relation::any, "r"});
  }
  sort_cells(out);
  return out;
}

// A claim that nothing can break says nothing.
TEST(Claims, OfTheDefaultPackCanEachBeBroken) {
  const auto rows = consent::read_claims(consent::default_claims_toml());
  for (const auto& row : *rows) {
    const Claim said = claim(row.says);
    const auto out = prove(said, against(said), note_schemas());
    EXPECT_FALSE(out.holds()) << row.id;
  }
}

TEST(Proofs, GiveTheDecisionThatBreaksTheClaim) {
  const auto out = proof("SUD never reaches PD");
  ASSERT_TRUE(out.counterexample);
  EXPECT_EQ(out.counterexample->basis, Basis::part2Consent);
  EXPECT_EQ(out.counterexample->purpose, Purpose::coord);
  EXPECT_EQ(out.counterexample->role, Role::pd);
  EXPECT_EQ(out.counterexample->compartment, Compartment(FieldClass::sud, Form::full));
  EXPECT_FALSE(out.counterexample->note_type.empty());
  EXPECT_EQ(out.counterexample->because, "if the consent names it");
}

TEST(Proofs, KnowNoteTypesThatDoNotExistYet) {
  // No note of today has HIV facts; a note of tomorrow may.
  const auto out = proof("HIV never reaches TXP");
  ASSERT_TRUE(out.counterexample);
  EXPECT_EQ(out.counterexample->note_type, "");
}

TEST(Proofs, TakeEachExceptionAtItsWord) {
  EXPECT_FALSE(proof("SUD never reaches PROS").holds());
  EXPECT_TRUE(proof("SUD never reaches PROS without basis justice-condition, proceedings, order-2-65, order-2-66, order-2-67").holds());
  EXPECT_TRUE(proof("SUD never reaches PROS under part2-consent, tpo-consent").holds());
  EXPECT_FALSE(proof("SUD never reaches PROS under justice-condition").holds());
  EXPECT_FALSE(proof("SUD never reaches PROS without basis part2-consent").holds());
  EXPECT_TRUE(proof("SUD never reaches PROS for FILING, COURT except as yes-no").holds());
  EXPECT_FALSE(proof("SUD never reaches PROS except as yes-no").holds());  // under an order
  EXPECT_FALSE(proof("SUD never reaches PROS except as level").holds());
  EXPECT_FALSE(proof("SUD never reaches PROS for COURT").holds());
  EXPECT_TRUE(proof("SUD never reaches PROS for COORD").holds());
  EXPECT_FALSE(proof("SUD never reaches PD").holds());
  EXPECT_TRUE(proof("SUD never reaches PD without a tick").holds());
  EXPECT_FALSE(proof("MH never reaches PD without a tick").holds());
  EXPECT_FALSE(proof("CHRI never reaches PD").holds());
  EXPECT_TRUE(proof("CHRI never reaches PD except own").holds());
  EXPECT_FALSE(proof("LEG never reaches PD except own").holds());
  EXPECT_FALSE(proof("SUD always carries official-duties-only").holds());
  EXPECT_TRUE(proof("SUD always carries official-duties-only under justice-condition").holds());
  EXPECT_TRUE(proof("SUD always carries official-duties-only to PROS").holds());
  EXPECT_FALSE(proof("LEG always carries no-use-against-subject").holds());
  EXPECT_TRUE(proof("LEG always carries no-use-against-subject for COORD").holds());
}

TEST(Proofs, LeaveOutWhatSomebodyKeepsOfItsOwnNotes) {
  // The officer keeps its own free text; that is no disclosure.
  EXPECT_TRUE(proof("TXT never reaches LEO").holds());
  PolicyPack pack = default_pack();
  pack.cells.push_back({Basis::originatorAuthority, Purpose::safety, Role::leo, FieldClass::txt, Effect::allow, Form::full, false, Relation::any, "r"});
  sort_cells(pack);
  EXPECT_FALSE(proof("TXT never reaches LEO", pack).holds());
}

TEST(ClaimsFile, IsStrict) {
  const auto refused = [](std::string_view toml, Code code, std::string_view path) {
    const auto out = consent::read_claims(toml);
    return !out && out.error().code == code && out.error().path == path;
  };
  EXPECT_TRUE(refused("", Code::policy_pack_malformed, "claim"));
  EXPECT_TRUE(refused("[claim.\"A\"]\nsays = 1", Code::policy_pack_malformed, "claim.A.says"));
  EXPECT_TRUE(refused("[claim.\"A\"]\ncitation = \"c\"", Code::policy_pack_malformed, "claim.A.says"));
  EXPECT_TRUE(refused("[claim.\"A\"]\nsays = \"s\"\nsay = \"s\"", Code::policy_key_unknown, "claim.A.say"));
  EXPECT_TRUE(refused("[claims.\"A\"]\nsays = \"s\"", Code::policy_key_unknown, "claims"));
  EXPECT_TRUE(refused("[claim", Code::policy_pack_malformed, "line 1"));
}

}  // namespace
}  // namespace xch::policy_test
