// Faults that meet one check alone: what every other check of grants and staples lets pass.
#include <algorithm>
#include <set>

#include "fixture.hpp"
#include "support/freed_memory.hpp"

namespace xch::testing {
namespace {

using Compartments = std::vector<Compartment>;

class OneCheckOfAGrant : public WithAGrant {
 protected:
  static GrantSpec writers() {
    // Both write CON and neither reads it; clinic writes ENG for harbor, and harbor nothing for clinic.
    GrantSpec spec;
    spec.rights = {{"harbor", kCon, Rights::write}, {"harbor", kEng, Rights::read},
                   {"liaison", kCon, Rights::write}, {"liaison", kSud, Rights::write}, {"clinic", kEng, Rights::write}};
    spec.edges = {{"harbor", "liaison"}, {"harbor", "clinic"}};
    return spec;
  }
  auto held(const GrantSpec& of, std::string_view name) { return make_grant(coalition, of).held.find(name)->second; }
};
XCH_FOR_EVERY_SUITE(OneCheckOfAGrant);

// ---- the pair rule

TEST_P(OneCheckOfAGrant, TwoWritersOfACompartmentLearnNothingOfEachOther) {
  spec = writers();
  const auto built = must(build(plan()));
  for (const auto& proven : view_of(built, "harbor").edges) EXPECT_EQ(proven.entry.agency, id_of("clinic"));
  EXPECT_TRUE(view_of(built, "liaison").edges.empty());
  const auto harbor = held(spec, "harbor");
  EXPECT_TRUE(harbor->may_read(id_of("liaison")).empty());
  EXPECT_TRUE(harbor->may_write(id_of("liaison")).empty());
  EXPECT_FALSE(harbor->is_edge(id_of("liaison")));
}

TEST_P(OneCheckOfAGrant, ViewThatShowsAWriterAnotherWriterIsRefused) {
  spec = writers();
  const auto built = must(build(plan()));
  GrantView view = view_of(built, "harbor");
  const GrantView liaison = view_of(built, "liaison");
  EXPECT_TRUE(passes(verify(view, "harbor")));
  for (const auto& proven : liaison.own)
    if (proven.entry.compartment == kCon) view.edges.push_back(proven);
  std::sort(view.edges.begin(), view.edges.end(),
            [](const ProvenEntry& a, const ProvenEntry& b) { return a.entry.index < b.entry.index; });
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_entry_order));
}

TEST_P(OneCheckOfAGrant, WhoOnlyWritesForUsAndWhoOnlyReadsOursIsAnEdge) {
  spec = writers();
  const auto harbor = held(spec, "harbor"), clinic = held(spec, "clinic");
  EXPECT_EQ(harbor->may_write(id_of("clinic")), (Compartments{kEng}));
  EXPECT_TRUE(harbor->may_read(id_of("clinic")).empty());
  EXPECT_TRUE(harbor->is_edge(id_of("clinic")));
  EXPECT_EQ(harbor->edges(), (std::vector<PartyId>{id_of("clinic")}));
  EXPECT_EQ(clinic->may_read(id_of("harbor")), (Compartments{kEng}));
  EXPECT_TRUE(clinic->may_write(id_of("harbor")).empty());
  EXPECT_TRUE(clinic->is_edge(id_of("harbor")));
  EXPECT_EQ(clinic->edges(), (std::vector<PartyId>{id_of("harbor")}));
}

// ---- the core and the subject record

TEST_P(OneCheckOfAGrant, VersionZeroIsNoneEvenWithAPrevious) {
  GrantView view = view_of("harbor");
  sign_core(view, [](GrantCore& c) {
    c.version = 0;
    c.previous = fixed_id<GrantHash>("a version before");
  });
  EXPECT_TRUE(refuses(verify(view, "harbor"), Code::grant_malformed));
}

TEST_P(OneCheckOfAGrant, ViewWithASubjectRecordForWhoOnlyWritesIdentityIsRefused) {
  spec.subject_record = ByteView(std::string_view("{\"name\":\"N\"}")).copy();
  spec.rights.push_back({"liaison", kId, Rights::write});
  const auto built = must(build(plan()));
  GrantView liaison = view_of(built, "liaison");
  EXPECT_TRUE(passes(verify(liaison, "liaison")));
  liaison.subject_record = view_of(built, "harbor").subject_record;
  liaison.subject_salt = view_of(built, "harbor").subject_salt;
  EXPECT_TRUE(refuses(verify(liaison, "liaison"), Code::grant_subject));
}

// ---- building

TEST_P(OneCheckOfAGrant, SubjectRecordDoesNotGoToWhoOnlyWritesIdentity) {
  spec = writers();
  spec.rights.push_back({"clinic", kId, Rights::write});
  auto nosy = plan();
  for (auto& reader : nosy.readers) reader.gets_subject_record = reader.agency == id_of("clinic");
  EXPECT_TRUE(refuses(build(nosy), Code::consent_incomplete));
  for (auto& right : nosy.rights)
    if (right.compartment == kId) right.rights = Rights::both;
  EXPECT_TRUE(passes(build(nosy)));
}

TEST_P(OneCheckOfAGrant, SaltOfTheSubjectGoesNowhereWithoutARecord) {
  ASSERT_TRUE(spec.subject_record.empty());
  auto salted = plan();
  salted.subject_salt = fixed_id<Salt>("a salt");
  for (const auto& view : must(build(salted)).views) EXPECT_TRUE(view.subject_salt.is_zero());
}

TEST_P(OneCheckOfAGrant, EveryEntryHasASaltOfItsOwn) {
  std::set<Salt> salts;
  std::size_t entries = 0;
  for (const char* stream : {"one", "two"})
    for (const auto& view : must(build(plan(), stream)).views)
      for (const auto& proven : view.own) {
        EXPECT_FALSE(proven.entry.salt.is_zero());
        salts.insert(proven.entry.salt);
        ++entries;
      }
  EXPECT_EQ(salts.size(), entries);
}

TEST_P(OneCheckOfAGrant, NoEntryHasAPlaceOfItsOwn) {
  std::map<std::pair<PartyId, Compartment>, std::set<std::uint16_t>> places;
  for (const char* stream : {"one", "two", "three", "four"})
    for (const auto& view : must(build(plan(), stream)).views)
      for (const auto& proven : view.own)
        places[{proven.entry.agency, proven.entry.compartment}].insert(proven.entry.index);
  for (const auto& [entry, indexes] : places) EXPECT_GT(indexes.size(), 1u);
}

// A free leaf that were known would tell which positions are taken.
TEST_P(OneCheckOfAGrant, FreeLeavesAreRandomAndNeverTheSame) {
  std::set<Digest> leaves;
  std::size_t proofs = 0;
  for (const char* stream : {"one", "two"})
    for (const auto& view : must(build(plan(), stream)).views)
      for (const auto& proven : view.own) {
        EXPECT_FALSE(proven.path.front().is_zero());
        leaves.insert(proven.path.front());
        ++proofs;
      }
  EXPECT_EQ(leaves.size(), proofs);
}

// ---- status lists and staples

TEST(OneCheckOfAList, StateGoesIntoAListThatEndsWithinItsChunk) {
  for (const std::size_t size : {0u, 1u, 63u, 64u}) {
    Bytes chunks(size);
    grant::set_state(chunks, 255, GrantState::suspended);
    ASSERT_EQ(chunks.size(), 64u) << size;
    EXPECT_EQ(state_in_chunk(chunks, 255), GrantState::suspended);
  }
  Bytes two(128);
  grant::set_state(two, 255, GrantState::revoked);
  EXPECT_EQ(two.size(), 128u);
}

class OneCheckOfAStaple : public ::testing::TestWithParam<SuiteId> {
 protected:
  Coalition coalition{GetParam()};
  grant::StapleCache cache;
  GrantCore core = plan_of(coalition, care_spec()).core;
  party::VerifiedChain authority = must(party::verify_chain(
      coalition["office"].authority_chain(), {KeyKind::consentAuthority}, *coalition.roster()));
  Staple staple = must(hold_status(coalition)->staple(7));

  auto verify(const Staple& of) { return grant::verify_staple(of, core, authority, cache); }
};
XCH_FOR_EVERY_SUITE(OneCheckOfAStaple);

TEST_P(OneCheckOfAStaple, ChunkThatIsTooLongIsMalformed) {
  staple.chunk.push_back(0);
  EXPECT_TRUE(refuses(verify(staple), Code::open_staple_malformed));
}

TEST_P(OneCheckOfAStaple, IsRememberedWithItsSigner) {
  ASSERT_TRUE(passes(verify(staple)));
  staple.signed_body.signer.bytes[0] ^= 1;
  EXPECT_TRUE(refuses(verify(staple), Code::open_staple_signature));
}

// A signature that was good for one body is not for another, in a warm cache as in a cold one.
TEST_P(OneCheckOfAStaple, IsRememberedWithEveryByteOfItsBodyAndItsSignature) {
  ASSERT_TRUE(passes(verify(staple)));
  for (Bytes* part : {&staple.signed_body.body, &staple.signed_body.signature})
    for (auto& byte : *part) {
      byte ^= 1;
      ASSERT_FALSE(verify(staple).has_value());
      byte ^= 1;
    }
  EXPECT_TRUE(passes(verify(staple)));
}

// The same bytes of body and signature, cut elsewhere: another body, and none.
TEST_P(OneCheckOfAStaple, IsRememberedWithTheBorderOfItsBody) {
  ASSERT_TRUE(passes(verify(staple)));
  Bytes &body = staple.signed_body.body, &signature = staple.signed_body.signature;
  body.insert(body.end(), signature.begin(), signature.begin() + 8);
  signature.erase(signature.begin(), signature.begin() + 8);
  EXPECT_TRUE(refuses(verify(staple), Code::open_staple_malformed));
}

// What was proven is remembered by the key's id: with a key that proves nothing under that id, only the memory passes.
TEST_P(OneCheckOfAStaple, ThatWasProvenIsNotProvenAgain) {
  ASSERT_TRUE(passes(verify(staple)));
  authority.leaf_key = coalition["patrol"].seat_key->public_key();
  EXPECT_TRUE(passes(verify(staple)));
  grant::StapleCache cold;
  EXPECT_TRUE(refuses(grant::verify_staple(staple, core, authority, cold), Code::open_staple_signature));
}

// ---- wiping

TEST_P(OneCheckOfAGrant, KeysAndSubjectRecordOfAViewAreWiped) {
  spec.subject_record = Bytes(40, 0x5c);
  for (const bool of_key : {true, false}) {
    GrantView view = view_of("harbor");
    const Bytes secret = of_key ? view.class_keys.front().secret : view.subject_record;
    ASSERT_FALSE(secret.empty());
    const FreedMemory freed(secret);
    grant::wipe_view(view);
    view = GrantView();
    EXPECT_EQ(freed.found(), 0u) << of_key;
  }
}

TEST_P(OneCheckOfAGrant, KeysOfAViewAreWipedHoweverItsCheckEnds) {
  GrantView view = view_of("harbor");
  const SealedObject good = object_of(coalition, view);
  view.pseudonym = pseudonym_of("p-418", "harbor");
  const SealedObject other = object_of(coalition, view);
  const grant::KnownGrant known{1, pseudonym_of("p-417", "harbor")};
  for (const auto& key : view.class_keys) {
    const FreedMemory freed(key.secret);
    EXPECT_TRUE(passes(verify(good, "harbor", known)));
    EXPECT_TRUE(refuses(verify(other, "harbor", known), Code::grant_pseudonym));
    EXPECT_EQ(freed.found(), 0u);
  }
}

TEST_P(OneCheckOfAGrant, SubjectRecordOfAHeldGrantIsWipedWhenErasedAndWhenItGoes) {
  spec.subject_record = ByteView(std::string_view("{\"name\":\"a name that is long enough\"}")).copy();
  for (const bool erased : {true, false}) {
    auto harbor = held(spec, "harbor");
    ASSERT_EQ(harbor->subject_record().copy(), spec.subject_record);
    const FreedMemory freed(spec.subject_record);
    if (erased) harbor->erase_keys();
    harbor.reset();
    EXPECT_EQ(freed.found(), 0u) << erased;
  }
}

TEST(FreedMemory, FindsWhatWasNotWiped) {
  const Bytes secret(40, 0x5d);
  auto kept = std::make_unique<Bytes>(secret);
  const FreedMemory freed(secret);
  kept.reset();
  EXPECT_EQ(freed.found(), 1u);
}

}  // namespace
}  // namespace xch::testing
