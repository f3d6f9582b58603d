// Issuing: what agencies receive verifies, nothing leaves before it is durable, and the same randomness gives the same bytes.
#include <gmock/gmock.h>

#include <algorithm>

#include "consent/office.hpp"

namespace xch::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Compartment full(FieldClass field_class) { return Compartment(field_class, Form::full); }

class IssueInEverySuite : public ::testing::TestWithParam<SuiteId> {
 protected:
  Bench bench{GetParam()};
};

TEST_P(IssueInEverySuite, SendsEveryAgencyAViewThatItAccepts) {
  const auto issued = must(consent::issue(bench.desk(), care_draft()), "issue");
  EXPECT_THAT(issued.given_to, ElementsAre("harbor", "clinic", "defender"));
  for (const auto& name : issued.given_to) {
    const auto held = bench.held_by(name);
    ASSERT_TRUE(passes(held)) << name;
    EXPECT_EQ((*held)->hash(), issued.hash);
    EXPECT_EQ((*held)->core().grant_id, issued.id);
    EXPECT_EQ((*held)->core().version, 1u);
  }
  const auto clinic = *bench.held_by("clinic");
  EXPECT_NE(clinic->class_private_key(full(FieldClass::sud)), nullptr);
  EXPECT_THAT(clinic->may_write(bench.id("clinic")), IsEmpty());
  EXPECT_THAT(clinic->edges(), ElementsAre(bench.id("harbor")));
  const auto harbor = *bench.held_by("harbor");
  EXPECT_NE(harbor->class_public_key(bench.id("defender"), full(FieldClass::sud)), nullptr);
}

TEST_P(IssueInEverySuite, GivesTheSameBytesForTheSameRandomness) {
  Bench twin{GetParam()};
  must(consent::issue(bench.desk(), care_draft()), "issue");
  must(consent::issue(twin.desk(), care_draft()), "issue");
  ASSERT_EQ(bench.home.sent.size(), twin.home.sent.size());
  for (std::size_t i = 0; i < bench.home.sent.size(); ++i)
    EXPECT_EQ(wire::encode(bench.home.sent[i].object), wire::encode(twin.home.sent[i].object));
  EXPECT_EQ(bench.lists, twin.lists);
  EXPECT_EQ(bench.home.rows, twin.home.rows);

  Bench other{GetParam(), "office", "another seed"};
  must(consent::issue(other.desk(), care_draft()), "issue");
  EXPECT_NE(wire::encode(bench.home.sent[0].object), wire::encode(other.home.sent[0].object));
}
XCH_FOR_EVERY_SUITE(IssueInEverySuite);

class Issue : public ::testing::Test {
 protected:
  Bench bench;
  consent::IssuedGrant issue(const ConsentDraft& draft) { return must(consent::issue(bench.desk(), draft), "issue"); }
  GrantCore core_at(std::string_view name) { return must(bench.held_by(name), "view")->core(); }
};

TEST_F(Issue, WritesTheCoreFromDraftRosterAndPack) {
  const auto issued = issue(care_draft());
  const auto core = core_at("clinic");
  EXPECT_EQ(core.coalition, bench.coalition.id());
  EXPECT_EQ(core.authority, bench.id("office"));
  EXPECT_EQ(core.basis, Basis::part2Consent);
  EXPECT_THAT(core.purposes, ElementsAre(Purpose::coord));
  EXPECT_EQ(core.not_before, *parse_time("2026-11-26T08:00:00Z"));
  EXPECT_EQ(core.not_after, *parse_time("2027-02-22T07:59:59Z"));
  EXPECT_EQ(issued.not_before, core.not_before);
  EXPECT_EQ(issued.not_after, core.not_after);
  EXPECT_EQ(core.effective_at, kNow);
  EXPECT_EQ(core.required_suite, SuiteId::none);
  EXPECT_EQ(core.release, Release::issued);
  EXPECT_EQ(core.policy_pack, default_policy_hash());
  EXPECT_EQ(core.leaf_count, bench.pack.grant_leaves);
  EXPECT_TRUE(core.previous.is_zero());
}

TEST_F(Issue, P2_31_1_GivesTheNameOnlyToThoseWhoReadIdentity) {
  auto draft = care_draft();
  issue(draft);
  EXPECT_EQ((*bench.held_by("clinic"))->subject_record().text(), draft.subject_record);
  EXPECT_EQ((*bench.held_by("harbor"))->subject_record().text(), draft.subject_record);
  issue(justice_draft());
  EXPECT_TRUE((*bench.held_by("prosecutor"))->subject_record().empty());
}

TEST_F(Issue, CommitsToTheSignedFormUnderASaltThatStaysInTheOffice) {
  const auto issued = issue(care_draft());
  const auto kept = bench.home.rows["authority.evidence"].at(consent::grant_key(issued.id, 1));
  Salt salt;
  ASSERT_TRUE(salt.copy_from(ByteView(kept).sub(0, 32)));
  EXPECT_EQ(core_at("clinic").evidence_commit, grant::evidence_commit(salt, ByteView(kept).sub(32)));
  // The evidence begins with the form itself.
  const auto form = care_draft().signed_form;
  EXPECT_EQ(load_u32(kept.data() + 32), form.size());
  EXPECT_TRUE(equal(ByteView(kept).sub(36, form.size()), form));
}

TEST_F(Issue, IsDurableBeforeAnythingIsSent) {
  issue(care_draft());
  ASSERT_FALSE(bench.home.log.empty());
  EXPECT_EQ(bench.home.log.front(), "durable");
  EXPECT_EQ(std::count(bench.home.log.begin(), bench.home.log.end(), "durable"), 1);
  EXPECT_EQ(std::count(bench.home.log.begin(), bench.home.log.end(), "sent"), 3);
  EXPECT_EQ(std::count(bench.home.log.begin(), bench.home.log.end(), "list"), 7);  // every party of the roster
}

TEST_F(Issue, SendsNothingWhenTheStoreRefuses) {
  bench.home.disk_full = true;
  EXPECT_TRUE(refuses(consent::issue(bench.desk(), care_draft()), Code::store_full));
  EXPECT_THAT(bench.home.sent, IsEmpty());
  EXPECT_THAT(bench.lists, IsEmpty());
  EXPECT_TRUE(bench.home.rows["authority.grants"].empty());
  bench.home.disk_full = false;
  EXPECT_TRUE(passes(consent::issue(bench.desk(), care_draft())));
}

TEST_F(Issue, StandsAndCanBeSentAgainWhenASpoolIsFull) {
  bench.home.spool_full = true;
  EXPECT_TRUE(refuses(consent::issue(bench.desk(), care_draft()), Code::spool));
  const auto rows = must(consent::list(bench.desk()), "list");
  ASSERT_EQ(rows.size(), 1u);
  bench.home.spool_full = false;
  EXPECT_EQ(must(consent::send_again(bench.desk(), rows[0].id), "send again"), 3u);
  EXPECT_TRUE(passes(bench.held_by("clinic")));
}

TEST_F(Issue, RefusesWithTheCodeAndTheRuleOfTheFirstFinding) {
  auto draft = care_draft();
  draft.purposes = {Purpose::proceeding};
  draft.recipients = {"law enforcement"};
  const auto refused = consent::issue(bench.desk(), draft);
  ASSERT_TRUE(refuses(refused, Code::consent_recipient));
  EXPECT_EQ(refused.error().path, "P2-31-4i");
  EXPECT_THAT(bench.home.log, IsEmpty());
}

TEST_F(Issue, RefusesWithoutRosterOrPackOrWithAnExpiredRoster) {
  auto desk = bench.desk();
  desk.roster = nullptr;
  EXPECT_TRUE(refuses(consent::issue(desk, care_draft()), Code::roster_missing));
  desk = bench.desk();
  desk.pack = nullptr;
  EXPECT_TRUE(refuses(consent::issue(desk, care_draft()), Code::policy_pack_unknown));
  desk = bench.desk();
  desk.now = after_now(60 * kDay + 1);
  EXPECT_TRUE(refuses(consent::issue(desk, care_draft()), Code::roster_expired));
}

TEST_F(Issue, RefusesTheSameConsentTwiceWhileItIsInForce) {
  const auto first = issue(care_draft());
  EXPECT_TRUE(refuses(consent::issue(bench.desk(), care_draft()), Code::consent_exists));
  auto other = care_draft();
  other.recipients = {"clinic"};
  EXPECT_TRUE(passes(consent::issue(bench.desk(), other)));
  must(consent::revoke(bench.desk(), first.id, "asked"), "revoke");
  EXPECT_TRUE(passes(consent::issue(bench.desk(), care_draft())));
}

TEST_F(Issue, KeepsAPersonsPseudonymTowardAnAgencyAndGivesEveryAgencyItsOwn) {
  issue(care_draft());
  const auto clinic = (*bench.held_by("clinic"))->pseudonym();
  const auto harbor = (*bench.held_by("harbor"))->pseudonym();
  EXPECT_NE(clinic, harbor);
  auto other = care_draft();
  other.recipients = {"clinic"};
  issue(other);
  EXPECT_EQ((*bench.held_by("clinic"))->pseudonym(), clinic);
  auto somebody_else = care_draft();
  somebody_else.subject = "p-418";
  issue(somebody_else);
  EXPECT_NE((*bench.held_by("clinic"))->pseudonym(), clinic);
}

TEST_F(Issue, GivesAnEvaluatorAnotherPseudonymInEveryGrant) {
  Roster roster = bench.coalition.roster_body();
  for (auto& party : roster.parties)
    if (party.name == "defender") party.role = Role::eval;
  bench.coalition.adopt(roster);
  for (auto& row : bench.pack.bases) row.readers = {Role::cm, Role::eval};
  for (auto& cell : bench.pack.cells)  // what the pack gives a defender, for the evaluator of this test
    if (cell.role == Role::pd) cell.role = Role::eval;
  bench.pack.cells.erase(std::remove_if(bench.pack.cells.begin(), bench.pack.cells.end(),
                                        [](const PackCell& cell) { return cell.role != Role::cm && cell.role != Role::eval; }),
                         bench.pack.cells.end());
  std::stable_sort(bench.pack.cells.begin(), bench.pack.cells.end(), [](const PackCell& a, const PackCell& b) {
    return std::tie(a.basis, a.purpose, a.role, a.field_class) < std::tie(b.basis, b.purpose, b.role, b.field_class);
  });
  auto draft = care_draft();
  draft.recipients = {"defender"};
  draft.classes = {FieldClass::sud};
  const auto first = issue(draft);
  const auto before = (*bench.held_by("defender"))->pseudonym();
  draft.last_day = "2027-02-20";
  must(consent::advance(bench.desk(), first.id, draft), "advance");
  EXPECT_EQ((*bench.held_by("defender"))->pseudonym(), before);  // one pseudonym in all versions of a grant
  draft.last_day = "2027-02-19";
  issue(draft);
  EXPECT_NE((*bench.held_by("defender"))->pseudonym(), before);
}

TEST_F(Issue, Originator_IsSignedByTheAgencysOwnKeyAndWrittenByItAlone) {
  Bench patrol(SuiteId::x25519, "patrol", "patrol");
  const auto issued = must(consent::issue(patrol.desk(), referral_draft()), "issue");
  EXPECT_THAT(issued.given_to, ElementsAre("patrol", "office", "harbor"));
  const auto harbor = must(patrol.held_by("harbor"), "view");
  EXPECT_EQ(harbor->core().basis, Basis::originatorAuthority);
  EXPECT_EQ(harbor->authority().leaf().record.parent, patrol.coalition["patrol"].identity.id);
  EXPECT_THAT(harbor->may_write(patrol.id("harbor")), IsEmpty());
  const auto own = must(patrol.held_by("patrol"), "view");
  EXPECT_NE(own->class_private_key(full(FieldClass::txt)), nullptr);
  EXPECT_EQ(own->may_write(patrol.id("patrol")).size(), 5u);
}

TEST_F(Issue, RefusesABasisThatNoKeyHereMayIssue) {
  // The roster names the key; this home does not hold it.
  Bench stranger(SuiteId::x25519, "harbor", "stranger");
  auto desk = bench.desk();
  desk.access = &stranger.home;
  EXPECT_TRUE(refuses(consent::issue(desk, care_draft()), Code::key_missing));
}

TEST_F(Issue, RefusesToSignWithAKeyOfItsOwnThatIsNotInForce) {
  Bench patrol(SuiteId::x25519, "patrol", "patrol");
  Roster roster = patrol.coalition.roster_body();
  roster.revoked = {{patrol.coalition["patrol"].authority->id, after_now(1)}};
  patrol.coalition.adopt(roster);
  EXPECT_TRUE(passes(consent::publish_status(patrol.desk())));
  patrol.now = after_now(1);
  EXPECT_TRUE(refuses(consent::issue(patrol.desk(), referral_draft()), Code::seal_key_expired));
  EXPECT_TRUE(refuses(consent::publish_status(patrol.desk()), Code::seal_key_expired));
}

TEST_F(Issue, KeepsEachViewUntilItsAgencyHasAcknowledgedIt) {
  const auto issued = issue(care_draft());
  auto& kept = bench.home.rows["authority.views"];
  EXPECT_EQ(kept.size(), 3u);
  EXPECT_TRUE(passes(consent::take_ack(bench.desk(), issued.hash, bench.id("clinic"))));
  EXPECT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept.count(consent::view_key(issued.hash, bench.id("clinic"))), 0u);
  EXPECT_THAT(must(consent::show(bench.desk(), issued.id), "show").acknowledged, ElementsAre("clinic"));
  EXPECT_TRUE(passes(consent::take_ack(bench.desk(), issued.hash, bench.id("harbor"))));
  EXPECT_TRUE(passes(consent::take_ack(bench.desk(), issued.hash, bench.id("defender"))));
  EXPECT_TRUE(kept.empty());
  // What is stored now holds no consent key: nothing can be sent again.
  EXPECT_EQ(must(consent::send_again(bench.desk(), issued.id), "send again"), 0u);
}

TEST_F(Issue, RefusesAnAcknowledgementOfAnUnknownGrantOrFromAnAgencyItWasNotGivenTo) {
  const auto issued = issue(care_draft());
  EXPECT_TRUE(refuses(consent::take_ack(bench.desk(), fixed_id<GrantHash>("no grant"), bench.id("clinic")), Code::not_found));
  EXPECT_TRUE(refuses(consent::take_ack(bench.desk(), issued.hash, bench.id("patrol")), Code::not_found));
}

TEST_F(Issue, NotesTheAcknowledgementsThatTheInboxTookIn) {
  const auto issued = issue(care_draft());
  auto& arrived = bench.home.rows["view-acks"];
  arrived[consent::view_key(issued.hash, bench.id("clinic"))] = std::move(ByteWriter().u64(after_now(9).seconds)).take();
  arrived[consent::view_key(issued.hash, bench.id("patrol"))] = std::move(ByteWriter().u64(after_now(9).seconds)).take();
  arrived[consent::view_key(fixed_id<GrantHash>("another office's"), bench.id("clinic"))] = Bytes(8, 0);
  bench.home.log.clear();
  EXPECT_TRUE(passes(consent::take_arrived_acks(bench.desk())));
  EXPECT_THAT(must(consent::show(bench.desk(), issued.id), "show").acknowledged, ElementsAre("clinic"));
  EXPECT_EQ(bench.home.rows["authority.views"].count(consent::view_key(issued.hash, bench.id("clinic"))), 0u);
  EXPECT_EQ(bench.home.rows["authority.views"].size(), 2u);
  EXPECT_TRUE(passes(consent::take_arrived_acks(bench.desk())));
  EXPECT_THAT(bench.home.log, ElementsAre("durable"));  // the second time there is nothing new
  arrived[bytes_of("short")] = Bytes(8, 0);
  EXPECT_TRUE(refuses(consent::take_arrived_acks(bench.desk()), Code::store_damaged));
}

TEST_F(Issue, SendsAgainToTheKeyInForceOnlyWhereNoAcknowledgementCame) {
  const auto issued = issue(care_draft());
  must(consent::take_ack(bench.desk(), issued.hash, bench.id("harbor")), "ack");
  bench.home.sent.clear();
  EXPECT_EQ(must(consent::send_again(bench.desk(), issued.id), "send again"), 2u);
  EXPECT_THAT(bench.views_to("harbor"), IsEmpty());
  const auto held = bench.held_by("clinic");
  ASSERT_TRUE(passes(held));
  EXPECT_EQ((*held)->hash(), issued.hash);
}

TEST_F(Issue, ForgetsAViewOneRetentionWindowAfterTheGrantsEnd) {
  auto draft = care_draft();
  draft.last_day = "2026-11-27";
  const auto issued = issue(draft);
  const Timestamp forgotten = issued.not_after + bench.pack.retention_days * kDay;
  bench.now = forgotten;
  must(consent::publish_status(bench.desk()), "publish");
  EXPECT_EQ(bench.home.rows["authority.views"].size(), 3u);
  bench.now = forgotten + 1;
  must(consent::publish_status(bench.desk()), "publish");
  EXPECT_TRUE(bench.home.rows["authority.views"].empty());
}

TEST_F(Issue, WritesEventsOfDigestsAndCodesAlone) {
  issue(care_draft());
  ASSERT_FALSE(bench.home.events.empty());
  for (const auto& event : bench.home.events) {
    EXPECT_FALSE(event.object.is_zero());
    for (const char* canary : {"p-417", "Maria", "Reyes", "clinic", "form of"})
      EXPECT_EQ(event.detail_json.find(canary), std::string::npos) << canary;
  }
  EXPECT_EQ(bench.home.events[0].kind, EventKind::grant);
  EXPECT_EQ(bench.home.events[0].detail_json, R"({"basis":"part2-consent","version":1,"holders":3})");
}

TEST_F(Issue, KeepsParticipantIdsOutOfTheStoresKeys) {
  issue(care_draft());
  for (const auto& [space, rows] : bench.home.rows)
    for (const auto& [key, value] : rows) EXPECT_EQ(ByteView(key).text().find("p-417"), std::string_view::npos) << space;
}

TEST_F(Issue, RefusesAGrantFileCutAnywhereOrWithAByteAfterIt) {
  const auto issued = issue(care_draft());
  const Bytes whole = bench.home.rows["authority.grants"].at(consent::grant_key(issued.id, 1));
  const auto file = must(consent::decode_grant_file(whole), "file");
  EXPECT_EQ(consent::encode(file), whole);
  for (std::size_t n = 0; n < whole.size(); ++n)
    ASSERT_TRUE(refuses(consent::decode_grant_file(ByteView(whole).sub(0, n)), Code::store_damaged)) << n;
  Bytes longer = whole;
  longer.push_back(0);
  EXPECT_TRUE(refuses(consent::decode_grant_file(longer), Code::store_damaged));
}

TEST_F(Issue, RefusesARowUnderAnotherGrantsKey) {
  const auto issued = issue(care_draft());
  auto& rows = bench.home.rows["authority.grants"];
  rows[consent::grant_key(fixed_id<GrantId>("another"), 1)] = rows.at(consent::grant_key(issued.id, 1));
  EXPECT_TRUE(refuses(consent::list(bench.desk()), Code::store_damaged));
}

}  // namespace
}  // namespace xch::testing
