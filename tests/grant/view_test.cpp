// A grant view that its reader refuses: one fault each, and the valid twin of all of them.
#include <algorithm>

#include "fixture.hpp"

namespace xch::testing {
namespace {

class GrantViewTest : public WithAGrant {
 protected:
  GrantView view = view_of("harbor");
  SealedObject object() { return object_of(coalition, view); }

  auto with_core(const std::function<void(GrantCore&)>& change) {
    GrantView changed = view;
    sign_core(changed, change);
    return verify(changed, "harbor");
  }
  ProvenEntry& own(GrantView& of, Compartment compartment) { return entry(of.own, of.agency, compartment); }
  ProvenEntry& edge(GrantView& of, std::string_view name, Compartment compartment) {
    return entry(of.edges, id_of(name), compartment);
  }
  static ProvenEntry& entry(std::vector<ProvenEntry>& entries, const PartyId& agency, Compartment compartment) {
    for (auto& proven : entries)
      if (proven.entry.agency == agency && proven.entry.compartment == compartment) return proven;
    give_up(Code::usage, "entry");
  }
  /// Puts an entry where no other stands, keeping indexes ascending.
  static void add(std::vector<ProvenEntry>& entries, GrantEntry what, const GrantView& of) {
    for (what.index = 0;; ++what.index) {
      const auto taken = [&](const std::vector<ProvenEntry>& list) {
        return std::any_of(list.begin(), list.end(), [&](const auto& p) { return p.entry.index == what.index; });
      };
      if (!taken(of.own) && !taken(of.edges)) break;
    }
    const auto at = std::find_if(entries.begin(), entries.end(),
                                 [&](const auto& p) { return p.entry.index > what.index; });
    entries.insert(at, ProvenEntry{what, {}});
  }
};
XCH_FOR_EVERY_SUITE(GrantViewTest);

TEST_P(GrantViewTest, OfEveryReaderIsHeld) {
  for (const char* name : {"harbor", "office", "clinic", "liaison"})
    EXPECT_TRUE(passes(verify(view_of(name), name))) << name;
}

TEST_P(GrantViewTest, WhoseEntriesAreProvenAgainIsHeld) {  // the twin of every test that calls prove_again
  prove_again(view);
  EXPECT_TRUE(passes(verify(view, "harbor")));
}

TEST_P(GrantViewTest, OfAnOriginatorIsHeld) {
  spec = GrantSpec{};
  spec.authority = "patrol";
  spec.basis = Basis::originatorAuthority;
  spec.purposes = {Purpose::refer};
  spec.rights = {{"patrol", kId, Rights::both}, {"harbor", kId, Rights::read}};
  spec.edges = {{"patrol", "harbor"}};
  const auto grant = make_grant(coalition, spec);
  EXPECT_EQ(grant.held.find("harbor")->second->authority().keys.size(), 2u);
}

TEST_P(GrantViewTest, OfADemandedSuiteHoldsKeysOfThatSuite) {
  const SuiteId suite = other_suite(GetParam());
  spec.required_suite = suite;
  auto other = plan();
  other.suite = suite;
  const auto held = verify(view_of(must(build(other)), "harbor"), "harbor");
  ASSERT_TRUE(passes(held));
  EXPECT_EQ((*held)->class_private_key(kId)->suite(), suite);
}

// ---- malformed ------------------------------------------------------------------------------------------------------

TEST_P(GrantViewTest, OfAnotherKindOfObjectIsMalformed) {
  SealedObject sealed = object();
  sealed.object = must(
      party::sign_object(Kind::receipt, sealed.object.body, office().authority->id, *office().authority_key));
  EXPECT_TRUE(refuses(verify(sealed, "harbor"), Code::grant_malformed));
}

TEST_P(GrantViewTest, ThatDoesNotDecodeIsMalformed) {
  SealedObject sealed = object();
  Bytes body = sealed.object.body;
  body.insert(body.end(), 8, 0);
  sealed.object = must(
      party::sign_object(Kind::grantView, body, office().authority->id, *office().authority_key));
  EXPECT_TRUE(refuses(verify(sealed, "harbor"), Code::grant_malformed));
}

TEST_P(GrantViewTest, WithACoreOfAnotherKindIsMalformed) {
  view.core = must(
      party::sign_object(Kind::roster, view.core.body, office().authority->id, *office().authority_key));
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_malformed));
}

TEST_P(GrantViewTest, WithACoreThatDoesNotDecodeIsMalformed) {
  view.core = must(party::sign_object(Kind::grant, Bytes(16, 1), office().authority->id, *office().authority_key));
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_malformed));
}

TEST_P(GrantViewTest, WithEntriesOutOfOrderIsMalformed) {
  GrantView changed = view;
  std::swap(changed.own[0], changed.own[1]);
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_malformed));
  changed = view;
  std::swap(changed.edges[2], changed.edges[3]);
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_malformed));
  changed = view;
  changed.own.push_back(changed.own.back());
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_malformed));
}

TEST_P(GrantViewTest, WithConsentKeysOutOfOrderIsMalformed) {
  std::swap(view.class_keys[0], view.class_keys[1]);
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_malformed));
}

TEST_P(GrantViewTest, OfAnImpossibleVersionIsMalformed) {
  EXPECT_TRUE(refuses(with_core([](GrantCore& c) { c.version = 0; }), Code::grant_malformed));
  EXPECT_TRUE(refuses(with_core([](GrantCore& c) { c.version = 2; }), Code::grant_malformed));
  EXPECT_TRUE(refuses(with_core([](GrantCore& c) { c.previous.bytes[0] = 1; }), Code::grant_malformed));
  EXPECT_TRUE(passes(with_core([](GrantCore& c) {
    c.version = 2;
    c.previous.bytes[0] = 1;
  })));
}

TEST_P(GrantViewTest, ThatEndsBeforeItBeginsIsMalformed) {
  EXPECT_TRUE(passes(with_core([](GrantCore& c) { c.not_after = c.not_before; })));
  EXPECT_TRUE(refuses(with_core([](GrantCore& c) { c.not_after = Timestamp{c.not_before.seconds - 1}; }),
                      Code::grant_malformed));
}

TEST_P(GrantViewTest, OfFewerThan256LeavesIsMalformed) {
  EXPECT_TRUE(refuses(with_core([](GrantCore& c) { c.leaf_count = 255; }), Code::grant_malformed));
}

TEST_P(GrantViewTest, WithoutAPurposeIsMalformed) {
  EXPECT_TRUE(refuses(with_core([](GrantCore& c) { c.purposes.clear(); }), Code::grant_malformed));
}

TEST_P(GrantViewTest, DemandingASuiteThatIsNotBuiltIsMalformed) {
  EXPECT_TRUE(refuses(with_core([](GrantCore& c) { c.required_suite = SuiteId::pq; }), Code::grant_malformed));
  EXPECT_TRUE(passes(with_core([this](GrantCore& c) { c.required_suite = GetParam(); })));
}

// ---- authority ------------------------------------------------------------------------------------------------------

TEST_P(GrantViewTest, SignedByASeatIsRefused) {
  SealedObject sealed;
  sealed.chain = office().seat_chain();
  sealed.object =
      must(party::sign_object(Kind::grantView, wire::encode(view), office().seat.id, *office().seat_key));
  EXPECT_TRUE(refuses(verify(sealed, "harbor"), Code::grant_authority));
}

TEST_P(GrantViewTest, WithoutAChainIsRefused) {
  SealedObject sealed = object();
  sealed.chain.clear();
  EXPECT_TRUE(refuses(verify(sealed, "harbor"), Code::grant_authority));
}

TEST_P(GrantViewTest, OfAnAuthorityWhoseKeyEndedIsRefused) {
  const Timestamp end = office().authority->record.not_after;
  EXPECT_TRUE(passes(verify(object(), "harbor", {}, end)));
  EXPECT_TRUE(refuses(verify(object(), "harbor", {}, end + 1), Code::grant_authority));
}

TEST_P(GrantViewTest, OfARevokedAuthorityIsRefused) {
  Roster roster = coalition.roster_body();
  roster.revoked = {{office().authority->id, kNow}};
  coalition.adopt(roster);
  EXPECT_TRUE(refuses(verify(object(), "harbor"), Code::grant_authority));
  EXPECT_TRUE(passes(verify(object(), "harbor", {}, before_now(1))));
}

TEST_P(GrantViewTest, OfAnAuthorityWithoutAnAgreementIsRefused) {
  Roster roster = coalition.roster_body();
  for (auto& party : roster.parties)
    if (party.name == "office") party.agreement_not_after = before_now(1);
  coalition.adopt(roster);
  EXPECT_TRUE(refuses(verify(object(), "harbor"), Code::grant_authority));
  EXPECT_TRUE(passes(verify(object(), "harbor", {}, before_now(1))));
}

TEST_P(GrantViewTest, OfACoreThatNamesAnotherAuthorityIsRefused) {
  EXPECT_TRUE(refuses(with_core([this](GrantCore& c) { c.authority = id_of("patrol"); }), Code::grant_authority));
}

// ---- signatures -----------------------------------------------------------------------------------------------------

TEST_P(GrantViewTest, WithABrokenSignatureIsRefused) {
  SealedObject sealed = object();
  sealed.object.signature[20] ^= 1;
  EXPECT_TRUE(refuses(verify(sealed, "harbor"), Code::grant_signature));
}

TEST_P(GrantViewTest, ChangedAfterSigningIsRefused) {
  SealedObject sealed = object();
  GrantView changed = view;
  changed.pseudonym.bytes[0] ^= 1;
  sealed.object.body = wire::encode(changed);
  EXPECT_TRUE(refuses(verify(sealed, "harbor"), Code::grant_signature));
}

TEST_P(GrantViewTest, SignedUnderAnotherLabelIsRefused) {
  SealedObject sealed = object();
  sealed.object = must(
      party::sign_object(Kind::grant, sealed.object.body, office().authority->id, *office().authority_key));
  sealed.object.kind = Kind::grantView;
  EXPECT_TRUE(refuses(verify(sealed, "harbor"), Code::grant_signature));
}

TEST_P(GrantViewTest, WithABrokenSignatureOfItsCoreIsRefused) {
  view.core.signature[20] ^= 1;
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_signature));
}

TEST_P(GrantViewTest, WithACoreOfAnotherAuthorityIsRefused) {
  const TestParty& patrol = coalition["patrol"];
  view.core = must(party::sign_object(Kind::grant, view.core.body, patrol.authority->id, *patrol.authority_key));
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_signature));
}

// ---- addressing -----------------------------------------------------------------------------------------------------

TEST_P(GrantViewTest, OfAnotherAgencyIsRefused) {
  EXPECT_TRUE(refuses(grant::verify_view(object(), *coalition.roster(), id_of("clinic"), view.encryption_key, kNow, {}),
                      Code::grant_not_ours));
}

TEST_P(GrantViewTest, SealedToAnotherKeyThanItNamesIsRefused) {
  EXPECT_TRUE(refuses(grant::verify_view(object(), *coalition.roster(), id_of("harbor"),
                                         coalition["clinic"].encryption.id, kNow, {}),
                      Code::grant_not_ours));
}

// ---- basis, release, pack -------------------------------------------------------------------------------------------

TEST_P(GrantViewTest, OfABasisTheAuthorityMayNotIssueIsRefused) {
  EXPECT_TRUE(refuses(with_core([](GrantCore& c) { c.basis = Basis::originatorAuthority; }), Code::grant_basis));
  EXPECT_TRUE(passes(with_core([](GrantCore& c) { c.basis = Basis::justiceCondition; })));
}

TEST_P(GrantViewTest, OfAnotherCoalitionIsRefused) {
  EXPECT_TRUE(refuses(with_core([](GrantCore& c) { c.coalition.bytes[1] ^= 1; }), Code::grant_basis));
}

TEST_P(GrantViewTest, OfAGatedGrantIsRefusedByName) {
  EXPECT_TRUE(refuses(with_core([](GrantCore& c) { c.release = Release::gated; }), Code::grant_gated));
}

TEST_P(GrantViewTest, OfAnotherPolicyPackIsRefused) {
  EXPECT_TRUE(refuses(with_core([](GrantCore& c) { c.policy_pack.bytes[1] ^= 1; }), Code::grant_policy_pack));
}

// ---- entries --------------------------------------------------------------------------------------------------------

TEST_P(GrantViewTest, WithTwoOwnEntriesOfOneCompartmentIsRefused) {
  GrantEntry twin = own(view, kEngLevel).entry;
  twin.salt.bytes[0] ^= 1;
  add(view.own, twin, view);
  prove_again(view);
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_entry_order));
}

TEST_P(GrantViewTest, WithTwoEntriesOfOneReaderAndCompartmentIsRefused) {
  GrantEntry twin = edge(view, "clinic", kEng).entry;
  twin.salt.bytes[0] ^= 1;
  add(view.edges, twin, view);
  prove_again(view);
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_entry_order));
}

TEST_P(GrantViewTest, WithAnEdgeToItselfIsRefused) {
  GrantEntry mirror = own(view, kEng).entry;
  mirror.salt.bytes[0] ^= 1;
  GrantView changed = view;
  add(changed.edges, mirror, changed);
  prove_again(changed);
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_entry_order));

  mirror.compartment = Compartment(FieldClass::hou, Form::full);
  changed = view;
  add(changed.edges, mirror, changed);
  prove_again(changed);
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_entry_order));
}

TEST_P(GrantViewTest, ThatShowsMoreThanThePairIsRefused) {
  // The liaison also reads SUD: harbor only reads it, so which others do is not harbor's to know.
  GrantEntry beyond = edge(view, "liaison", kCon).entry;
  beyond.compartment = kSud;
  beyond.rights = Rights::read;
  GrantView changed = view;
  add(changed.edges, beyond, changed);
  prove_again(changed);
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_entry_order));

  beyond.rights = Rights::both;  // harbor reads what the liaison writes: the pair rule shows it
  add(view.edges, beyond, view);
  prove_again(view);
  EXPECT_TRUE(passes(verify(view, "harbor")));
}

TEST_P(GrantViewTest, WithAnOwnEntryOfAnotherAgencyIsRefused) {
  GrantEntry foreign = edge(view, "clinic", kEng).entry;
  foreign.compartment = Compartment(FieldClass::hou, Form::full);
  foreign.rights = Rights::write;
  foreign.class_pk.clear();
  GrantView changed = view;
  add(changed.own, foreign, changed);
  prove_again(changed);
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_entry_proof));

  foreign.agency = id_of("harbor");
  add(view.own, foreign, view);
  prove_again(view);
  EXPECT_TRUE(passes(verify(view, "harbor")));
}

TEST_P(GrantViewTest, WithABrokenProofIsRefused) {
  GrantView changed = view;
  changed.own[1].path[3].bytes[7] ^= 1;
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_entry_proof));
  changed = view;
  changed.edges[1].path.pop_back();
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_entry_proof));
  changed = view;
  changed.edges[1].path.push_back(changed.edges[1].path[0]);
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_entry_proof));
}

TEST_P(GrantViewTest, WithAnEntryThatIsNotInTheTreeIsRefused) {
  GrantView changed = view;
  changed.edges[0].entry.salt.bytes[0] ^= 1;
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_entry_proof));
  changed = view;
  own(changed, kEngLevel).entry.salt.bytes[0] ^= 1;
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_entry_proof));
}

TEST_P(GrantViewTest, WithThePublicKeyOfAnotherEntryIsRefused) {
  std::swap(edge(view, "clinic", kEng).entry.class_pk, edge(view, "office", kEng).entry.class_pk);
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_entry_proof));
}

// ---- consent keys ---------------------------------------------------------------------------------------------------

TEST_P(GrantViewTest, WhoseOwnPublicKeyIsAnotherOnesIsRefused) {
  own(view, kEng).entry.class_pk = edge(view, "clinic", kEng).entry.class_pk;
  prove_again(view);
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_class_key));
}

TEST_P(GrantViewTest, WithTheKeyOfAnotherCompartmentIsRefused) {
  std::swap(view.class_keys[0].secret, view.class_keys[1].secret);
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_class_key));
}

TEST_P(GrantViewTest, WithAKeyTooFewIsRefused) {
  view.class_keys.pop_back();
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_class_key));
}

TEST_P(GrantViewTest, WithAKeyTooManyIsRefused) {
  view.class_keys.push_back(ClassKey{Compartment(FieldClass::orgs, Form::full), view.class_keys.back().secret});
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_class_key));
}

TEST_P(GrantViewTest, WithAKeyWhereItMayOnlyWriteIsRefused) {
  for (auto& key : view.class_keys)
    if (key.compartment == kEng) key.compartment = kEngLevel;
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_class_key));
}

TEST_P(GrantViewTest, WithAPublicKeyThatIsNoneIsRefused) {
  edge(view, "clinic", kEng).entry.class_pk = Bytes(GetParam() == SuiteId::p256 ? 32 : 65, 4);
  prove_again(view);
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_class_key));
}

TEST(GrantViewScalar, OutOfRangeIsRefused) {
  const Coalition coalition(SuiteId::p256);
  crypto::SeededRandom_for_testing random{ByteView(std::string_view("test grant"))};
  const TestParty &office = coalition["office"], &harbor = coalition["harbor"];
  auto built = must(
      grant::build_grant(plan_of(coalition, care_spec()), office.authority->id, *office.authority_key, random));
  ASSERT_EQ(built.views[0].agency, harbor.id());
  built.views[0].class_keys[0].secret = Bytes(32);
  EXPECT_TRUE(refuses(grant::verify_view(object_of(coalition, built.views[0]), *coalition.roster(), harbor.id(),
                                         harbor.encryption.id, kNow, {}),
                      Code::grant_class_key));
}

// ---- subject and versions -------------------------------------------------------------------------------------------

TEST_P(GrantViewTest, WithTheRecordOfAnotherPersonIsRefused) {
  spec.subject_record = ByteView(std::string_view("{\"name\":\"N\"}")).copy();
  view = view_of("harbor");
  EXPECT_TRUE(passes(verify(view, "harbor")));
  GrantView changed = view;
  changed.subject_record = ByteView(std::string_view("{\"name\":\"M\"}")).copy();
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_subject));
  changed = view;
  changed.subject_salt.bytes[0] ^= 1;
  EXPECT_TRUE(refuses(verify(changed, "harbor"), Code::grant_subject));
}

TEST_P(GrantViewTest, WithARecordForWhoMayNotReadIdentityIsRefused) {
  spec.subject_record = ByteView(std::string_view("{\"name\":\"N\"}")).copy();
  const auto built = must(build(plan()));
  GrantView liaison = view_of(built, "liaison");
  EXPECT_TRUE(passes(verify(liaison, "liaison")));
  liaison.subject_record = view_of(built, "harbor").subject_record;
  liaison.subject_salt = view_of(built, "harbor").subject_salt;
  EXPECT_TRUE(refuses(verify(liaison, "liaison"), Code::grant_subject));
}

TEST_P(GrantViewTest, WithAnotherPseudonymThanKnownIsRefused) {
  EXPECT_TRUE(passes(verify(view, "harbor", {1, view.pseudonym})));
  EXPECT_TRUE(refuses(verify(view, "harbor", {1, pseudonym_of("p-418", "harbor")}), Code::grant_pseudonym));
}

TEST_P(GrantViewTest, OlderThanTheHighestKnownIsRefused) {
  spec.version = 2;
  spec.previous = fixed_id<GrantHash>("version one");
  view = view_of("harbor");
  EXPECT_TRUE(passes(verify(view, "harbor", {1, view.pseudonym})));
  EXPECT_TRUE(passes(verify(view, "harbor", {2, view.pseudonym})));
  EXPECT_TRUE(refuses(verify(view, "harbor", {3, view.pseudonym}), Code::grant_rollback));
}

}  // namespace
}  // namespace xch::testing
