// What a held grant answers: rights, edges, keys.
#include "crypto/hpke.hpp"
#include "fixture.hpp"

namespace xch::testing {
namespace {

using Compartments = std::vector<Compartment>;

class HeldGrantTest : public WithAGrant {
 protected:
  TestGrant grant = make_grant(coalition, spec);
  const grant::HeldGrant& held(std::string_view name) { return *grant.held.find(name)->second; }
};
XCH_FOR_EVERY_SUITE(HeldGrantTest);

TEST_P(HeldGrantTest, KnowsWhoseItIs) {
  const auto& harbor = held("harbor");
  EXPECT_EQ(harbor.agency(), id_of("harbor"));
  EXPECT_EQ(harbor.hash(), grant.built.hash);
  EXPECT_EQ(harbor.core().grant_id, fixed_id<GrantId>("grant one"));
  EXPECT_EQ(harbor.authority().leaf().id, office().authority->id);
  EXPECT_EQ(harbor.pseudonym(), pseudonym_of("p-417", "harbor"));
  EXPECT_NE(harbor.pseudonym(), held("clinic").pseudonym());
  EXPECT_TRUE(harbor.subject_record().empty());
}

TEST_P(HeldGrantTest, ListsOwnRightsInFull) {
  const auto& harbor = held("harbor");
  EXPECT_EQ(harbor.may_read(id_of("harbor")), (Compartments{kId, kCon, kEng, kSud}));
  EXPECT_EQ(harbor.may_write(id_of("harbor")), (Compartments{kId, kCon, kEng, kEngLevel}));
}

TEST_P(HeldGrantTest, ListsOfAnEdgeOnlyWhatItsOwnSideAnswers) {
  const auto& harbor = held("harbor");
  EXPECT_EQ(harbor.may_read(id_of("office")), (Compartments{kId, kCon, kEng}));
  EXPECT_EQ(harbor.may_write(id_of("office")), (Compartments{kId}));
  EXPECT_EQ(harbor.may_read(id_of("clinic")), (Compartments{kId, kEng}));
  EXPECT_EQ(harbor.may_write(id_of("clinic")), (Compartments{kEng, kSud}));
  EXPECT_EQ(harbor.may_read(id_of("liaison")), (Compartments{kCon, kEngLevel}));
  EXPECT_EQ(harbor.may_write(id_of("liaison")), (Compartments{kCon}));

  const auto& clinic = held("clinic");
  EXPECT_EQ(clinic.may_read(id_of("harbor")), (Compartments{kEng, kSud}));
  EXPECT_EQ(clinic.may_write(id_of("harbor")), (Compartments{kId, kEng}));
}

TEST_P(HeldGrantTest, KnowsItsEdgesAndNobodyElse) {
  EXPECT_EQ(held("liaison").edges(), (std::vector<PartyId>{id_of("harbor")}));
  EXPECT_EQ(held("harbor").edges().size(), 3u);
  EXPECT_TRUE(held("liaison").is_edge(id_of("harbor")));
  EXPECT_FALSE(held("liaison").is_edge(id_of("clinic")));
  EXPECT_FALSE(held("liaison").is_edge(id_of("liaison")));
  EXPECT_TRUE(held("liaison").may_read(id_of("clinic")).empty());
  EXPECT_TRUE(held("liaison").may_write(id_of("clinic")).empty());
}

TEST_P(HeldGrantTest, GivesPublicKeysOnlyWhereItMayWriteOrReads) {
  const auto& harbor = held("harbor");
  EXPECT_NE(harbor.class_public_key(id_of("clinic"), kEng), nullptr);
  EXPECT_NE(harbor.class_public_key(id_of("harbor"), kSud), nullptr);
  EXPECT_EQ(harbor.class_public_key(id_of("clinic"), kSud), nullptr);     // clinic reads it, harbor may not write it
  EXPECT_EQ(harbor.class_public_key(id_of("harbor"), kEngLevel), nullptr);  // writes it, does not read it
  EXPECT_EQ(held("clinic").class_public_key(id_of("liaison"), kCon), nullptr);
}

TEST_P(HeldGrantTest, OpensWithItsPrivateKeyWhatItsPublicKeySealed) {
  const auto* to = held("harbor").class_public_key(id_of("clinic"), kEng);
  const auto* key = held("clinic").class_private_key(kEng);
  ASSERT_NE(to, nullptr);
  ASSERT_NE(key, nullptr);
  const Bytes plain(32, 9);
  Bytes sealed(plain.size() + crypto::hpke_overhead(GetParam())), opened(plain.size());
  crypto::SeededRandom_for_testing random{ByteView(std::string_view("wrap"))};
  ASSERT_TRUE(passes(crypto::hpke_seal(*to, {}, {}, plain, random, sealed)));
  ASSERT_TRUE(passes(crypto::hpke_open(*key, {}, {}, sealed, opened, Code::open_wrap)));
  EXPECT_EQ(opened, plain);
  const auto* other = held("clinic").class_private_key(kSud);
  ASSERT_NE(other, nullptr);
  EXPECT_TRUE(refuses(crypto::hpke_open(*other, {}, {}, sealed, opened, Code::open_wrap), Code::open_wrap));
}

TEST_P(HeldGrantTest, HasNoKeyOfACompartmentItDoesNotRead) {
  EXPECT_EQ(held("harbor").class_private_key(kEngLevel), nullptr);
  EXPECT_EQ(held("liaison").class_private_key(kId), nullptr);
}

TEST_P(HeldGrantTest, ErasesKeysAndSubjectButKeepsRights) {
  spec.subject_record = ByteView(std::string_view("{\"name\":\"N\"}")).copy();
  auto held_again = make_grant(coalition, spec).held["harbor"];
  EXPECT_FALSE(held_again->subject_record().empty());
  EXPECT_FALSE(held_again->keys_erased());
  held_again->erase_keys();
  EXPECT_TRUE(held_again->keys_erased());
  EXPECT_EQ(held_again->class_private_key(kId), nullptr);
  EXPECT_TRUE(held_again->subject_record().empty());
  EXPECT_NE(held_again->class_public_key(id_of("harbor"), kId), nullptr);
  EXPECT_EQ(held_again->may_read(id_of("harbor")).size(), 4u);
}

}  // namespace
}  // namespace xch::testing
