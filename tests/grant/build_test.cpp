// Building a grant: what the authority makes, what it refuses to make, and what no view shows.
#include <set>

#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"
#include "fixture.hpp"

namespace xch::testing {
namespace {

using BuildGrant = WithAGrant;
XCH_FOR_EVERY_SUITE(BuildGrant);

using Shown = std::set<std::pair<PartyId, Compartment>>;
Shown shown(const std::vector<ProvenEntry>& entries) {
  Shown out;
  for (const auto& proven : entries) out.emplace(proven.entry.agency, proven.entry.compartment);
  return out;
}

TEST_P(BuildGrant, GivesEveryReaderAView) {
  const auto built = build(plan());
  ASSERT_TRUE(passes(built));
  EXPECT_EQ(built->views.size(), 4u);
  EXPECT_EQ(built->hash, grant::grant_hash(built->signed_core.body));
  for (const auto& view : built->views) {
    EXPECT_EQ(view.core.body, built->signed_core.body);
    EXPECT_EQ(view.encryption_key, coalition.by_id(view.agency).encryption.id);
  }
}

TEST_P(BuildGrant, TwiceFromOneRandomStreamIsByteIdentical) {
  const auto first = must(build(plan())), second = must(build(plan()));
  EXPECT_EQ(first.signed_core.body, second.signed_core.body);
  EXPECT_EQ(first.signed_core.signature, second.signed_core.signature);
  ASSERT_EQ(first.views.size(), second.views.size());
  for (std::size_t i = 0; i < first.views.size(); ++i)
    EXPECT_EQ(wire::encode(first.views[i]), wire::encode(second.views[i]));
  EXPECT_NE(first.hash, must(build(plan(), "another stream")).hash);
}

TEST_P(BuildGrant, NeverUsesAConsentKeyTwice) {
  std::set<Bytes> keys;
  std::size_t readers = 0;
  for (const char* stream : {"one", "two"})
    for (const auto& view : must(build(plan(), stream)).views)
      for (const auto& key : view.class_keys) {
        keys.insert(key.secret);
        ++readers;
      }
  EXPECT_EQ(readers, 2u * 12u);
  EXPECT_EQ(keys.size(), readers);
}

TEST_P(BuildGrant, PutsEntriesAtPositionsThatTellNothing) {
  const auto positions = [&](std::string_view stream) {
    std::vector<std::uint16_t> out;
    for (const auto& proven : view_of(must(build(plan(), stream)), "harbor").own) out.push_back(proven.entry.index);
    return out;
  };
  EXPECT_NE(positions("one"), positions("two"));
  std::set<std::uint16_t> all;
  const auto built = must(build(plan()));
  for (const auto& view : built.views)
    for (const auto& proven : view.own) {
      EXPECT_LT(proven.entry.index, 256);
      EXPECT_TRUE(all.insert(proven.entry.index).second);
    }
  EXPECT_EQ(all.size(), 13u);
}

TEST_P(BuildGrant, ProvesEveryEntryAgainstTheRoot) {
  const auto built = must(build(plan()));
  for (const auto& view : built.views)
    for (const auto* entries : {&view.own, &view.edges})
      for (const auto& proven : *entries)
        EXPECT_TRUE(crypto::merkle_includes(proven.entry.index, 256,
                                            grant::entry_leaf(wire::encode_entry(proven.entry)), proven.path,
                                            built.core.entries_root));
}

// ---- what a view shows ----------------------------------------------------------------------------------------------

TEST_P(BuildGrant, ShowsAnAgencyItsOwnEntries) {
  const auto built = must(build(plan()));
  EXPECT_EQ(shown(view_of(built, "liaison").own),
            (Shown{{id_of("liaison"), kCon}, {id_of("liaison"), kEngLevel}}));
  EXPECT_EQ(shown(view_of(built, "harbor").own),
            (Shown{{id_of("harbor"), kId}, {id_of("harbor"), kCon}, {id_of("harbor"), kEng},
                   {id_of("harbor"), kEngLevel}, {id_of("harbor"), kSud}}));
}

TEST_P(BuildGrant, ShowsOfAnEdgeOnlyThePairsCompartments) {
  const auto built = must(build(plan()));
  const PartyId &harbor = id_of("harbor"), &clinic = id_of("clinic"), &liaison = id_of("liaison");
  EXPECT_EQ(shown(view_of(built, "office").edges), (Shown{{harbor, kId}, {harbor, kCon}, {harbor, kEng}}));
  EXPECT_EQ(shown(view_of(built, "liaison").edges), (Shown{{harbor, kCon}, {harbor, kEngLevel}}));
  EXPECT_EQ(shown(view_of(built, "clinic").edges), (Shown{{harbor, kId}, {harbor, kEng}, {harbor, kSud}}));
  EXPECT_EQ(shown(view_of(built, "harbor").edges),
            (Shown{{id_of("office"), kId}, {id_of("office"), kCon}, {id_of("office"), kEng}, {clinic, kId},
                   {clinic, kEng}, {clinic, kSud}, {liaison, kCon}, {liaison, kEngLevel}}));
}

TEST_P(BuildGrant, ShowsNobodyAReaderItHasNoEdgeTo) {
  const Bytes view = wire::encode(view_of("liaison"));
  for (const char* other : {"clinic", "office"}) {
    const ByteView id = id_of(other).view();
    // The office is named as the authority in the core; as an agency of an entry it stands nowhere.
    std::size_t found = 0;
    for (std::size_t i = 0; i + id.size() <= view.size(); ++i) found += equal(ByteView(view).sub(i, id.size()), id);
    EXPECT_EQ(found, other == std::string_view("office") ? 1u : 0u) << other;
  }
}

TEST_P(BuildGrant, GivesConsentKeysExactlyWhereRightsHaveRead) {
  const auto built = must(build(plan()));
  std::vector<Compartment> keys;
  for (const auto& key : view_of(built, "harbor").class_keys) keys.push_back(key.compartment);
  EXPECT_EQ(keys, (std::vector<Compartment>{kId, kCon, kEng, kSud}));
  for (const auto& proven : view_of(built, "harbor").own)
    EXPECT_EQ(proven.entry.class_pk.empty(), proven.entry.compartment == kEngLevel);
}

TEST_P(BuildGrant, GivesTheSubjectRecordOnlyToWhoReadsIdentity) {
  spec.subject_record = ByteView(std::string_view("{\"name\":\"N\"}")).copy();
  const auto built = must(build(plan()));
  for (const char* name : {"harbor", "office", "clinic"})
    EXPECT_EQ(view_of(built, name).subject_record, spec.subject_record) << name;
  EXPECT_TRUE(view_of(built, "liaison").subject_record.empty());
  EXPECT_TRUE(view_of(built, "liaison").subject_salt.is_zero());
  EXPECT_EQ(built.core.subject_commit, grant::subject_commit(plan().subject_salt, spec.subject_record));
}

// ---- refusals -------------------------------------------------------------------------------------------------------

TEST_P(BuildGrant, RefusesAGatedGrantByName) {
  spec.release = Release::gated;
  EXPECT_TRUE(refuses(build(plan()), Code::grant_gated));
}

TEST_P(BuildGrant, RefusesAPlanWithoutRights) {
  auto empty = plan();
  empty.rights.clear();
  empty.readers.clear();
  empty.edges.clear();
  EXPECT_TRUE(refuses(build(empty), Code::consent_incomplete));
}

TEST_P(BuildGrant, RefusesTwoRightsOfOneAgencyOnOneCompartment) {
  auto twice = plan();
  twice.rights.push_back({id_of("liaison"), kEng, Rights::read});
  EXPECT_TRUE(passes(build(twice)));
  twice.rights.push_back({id_of("liaison"), kEng, Rights::write});
  EXPECT_TRUE(refuses(build(twice), Code::consent_incomplete));
}

TEST_P(BuildGrant, RefusesARightForAnAgencyWithoutAView) {
  auto stranger = plan();
  stranger.rights.push_back({id_of("defender"), kEng, Rights::read});
  EXPECT_TRUE(refuses(build(stranger), Code::consent_incomplete));
  stranger.readers.push_back({id_of("defender"), {}, coalition["defender"].encryption.id, false});
  EXPECT_TRUE(passes(build(stranger)));
}

TEST_P(BuildGrant, RefusesAViewForAnAgencyWithoutARight) {
  auto stranger = plan();
  stranger.readers.push_back({id_of("defender"), {}, coalition["defender"].encryption.id, false});
  EXPECT_TRUE(refuses(build(stranger), Code::consent_incomplete));
}

TEST_P(BuildGrant, RefusesTwoViewsForOneAgency) {
  auto twice = plan();
  twice.readers.push_back(twice.readers.front());
  EXPECT_TRUE(refuses(build(twice), Code::consent_incomplete));
}

TEST_P(BuildGrant, RefusesAnEdgeToAnAgencyWithoutAView) {
  auto stranger = plan();
  stranger.edges.push_back({id_of("harbor"), id_of("defender")});
  EXPECT_TRUE(refuses(build(stranger), Code::consent_incomplete));
  stranger.edges.back() = {id_of("defender"), id_of("harbor")};
  EXPECT_TRUE(refuses(build(stranger), Code::consent_incomplete));
  stranger.edges.back() = {id_of("harbor"), id_of("harbor")};
  EXPECT_TRUE(refuses(build(stranger), Code::consent_incomplete));
}

TEST_P(BuildGrant, RefusesASubjectRecordForWhoMayNotReadIdentity) {
  auto nosy = plan();
  for (auto& reader : nosy.readers) reader.gets_subject_record = reader.agency == id_of("liaison");
  EXPECT_TRUE(refuses(build(nosy), Code::consent_incomplete));
}

TEST_P(BuildGrant, RefusesAnotherSuiteThanTheGrantDemands) {
  spec.required_suite = GetParam();
  EXPECT_TRUE(passes(build(plan())));
  spec.required_suite = other_suite(GetParam());
  EXPECT_TRUE(refuses(build(plan()), Code::consent_incomplete));
}

TEST_P(BuildGrant, RefusesFewerLeavesThan256) {
  auto small = plan();
  small.core.leaf_count = 255;
  EXPECT_TRUE(refuses(build(small), Code::record_limit));
  small.core.leaf_count = 512;
  EXPECT_TRUE(passes(build(small)));
}

TEST_P(BuildGrant, RefusesMoreRightsThanLeaves) {
  auto full = plan();
  full.rights.clear();
  full.edges.clear();
  full.readers = {{id_of("harbor"), {}, coalition["harbor"].encryption.id, false}};
  for (std::uint16_t n = 0; n < 256; ++n)
    full.rights.push_back({id_of("harbor"),
                           Compartment(static_cast<FieldClass>(1 + n / 14), static_cast<Form>(n % 14)), Rights::write});
  EXPECT_TRUE(passes(build(full)));
  full.rights.push_back({id_of("harbor"), Compartment(FieldClass::orgs, Form::full), Rights::write});
  EXPECT_TRUE(refuses(build(full), Code::record_limit));
}

TEST_P(BuildGrant, RefusesACoreThatNoReaderWouldDecode) {
  spec.purposes = {Purpose::refer, Purpose::coord};
  EXPECT_TRUE(refuses(build(plan()), Code::record_malformed));
  spec.purposes = {Purpose::coord, Purpose::refer};
  EXPECT_TRUE(passes(build(plan())));
}

// ---- wiping and digests ---------------------------------------------------------------------------------------------

TEST_P(BuildGrant, WipesTheKeysOfAView) {
  spec.subject_record = ByteView(std::string_view("{}")).copy();
  GrantView view = view_of("harbor");
  ASSERT_FALSE(view.class_keys.empty());
  grant::wipe_view(view);
  EXPECT_TRUE(view.class_keys.empty());
  EXPECT_TRUE(view.subject_record.empty());
}

// Written out from docs/format.md, "Grant", with nothing but SHA-256.
TEST(GrantDigests, AreThoseOfTheSpecification) {
  const auto text = [](std::string_view t) { return ByteView(t); };
  const Bytes thing = text("thing").copy();
  const Salt salt = fixed_id<Salt>("salt");
  const auto zero = text(std::string_view("\0", 1));
  EXPECT_EQ(grant::grant_hash(thing).bytes, crypto::sha256({text("\x0e" "LX1 grant hash"), thing}).bytes);
  EXPECT_EQ(grant::entry_leaf(thing), crypto::sha256({zero, crypto::sha256({text("\x0f" "LX1 grant entry"), thing})}));
  EXPECT_EQ(grant::subject_commit(salt, thing), crypto::sha256({text("\x0b" "LX1 subject"), salt, thing}));
  EXPECT_EQ(grant::evidence_commit(salt, thing), crypto::sha256({text("\x0c" "LX1 evidence"), salt, thing}));
  EXPECT_EQ(grant::status_hash(thing).bytes, crypto::sha256({text("\x0f" "LX1 status hash"), thing}).bytes);
  EXPECT_EQ(grant::status_leaf(258, thing),
            crypto::sha256({zero, crypto::sha256({text("\x10" "LX1 status chunk"),
                                                  text(std::string_view("\0\0\1\2", 4)), thing})}));
}

}  // namespace
}  // namespace xch::testing
