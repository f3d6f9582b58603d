// Each obligation of the closed list, carried out: what is accepted with it, and what is refused (docs/obligations.md).
#include <algorithm>

#include "policy/obligations.hpp"
#include "session/duties.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

constexpr Timestamp kEnd{kNow.seconds + 2 * kDay};

/// A world whose pack asks for everything: needs are deleted by the day, treatment is shown after an approval.
struct Obliged : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = std::make_unique<World>();
  session::Session *harbor = nullptr, *clinic = nullptr, *defender = nullptr;
  Bytes to_clinic, to_defender, archive;
  HeaderHash header;

  void SetUp() override {
    auto& pack = world->pack();
    pack.executable.clear();
    for (std::uint16_t n = 1; n < kObligationCount; ++n) pack.executable.push_back(static_cast<Obligation>(n));
    for (auto& row : pack.classes) {
      if (row.field_class == FieldClass::need) row.obligations = {Obligation::deleteAfter};
      if (row.field_class == FieldClass::sud) row.obligations = {Obligation::humanApproval};
    }
    world->found();
    grant = world->issue(care());
    world->publish_status();
    world->settle();
    harbor = &(*world)["harbor"];
    clinic = &(*world)["clinic"];
    defender = &(*world)["defender"];
    seal();
  }
  void seal() {
    auto asked = request(grant);
    asked.expires_at = kEnd;
    const auto sealed = must(harbor->seal(asked), "seal");
    for (const auto& e : sealed.envelopes) {
      if (e.to == world->party("clinic").id) to_clinic = e.envelope;
      if (e.to == world->party("defender").id) to_defender = e.envelope;
      if (e.to == world->party("harbor").id) archive = e.envelope;
    }
    header = sealed.notes.front().header;
    world->settle();
  }
  static Code refusal(const Result<session::OpenAnswer>& answer) {
    if (!answer) return answer.error().code;
    return answer->refused.empty() ? Code::bug : answer->refused.front().code;
  }
  std::string finding(session::Session& session) {
    for (const auto& each : must(session.doctor(), "doctor"))
      if (each.check == "delete after") return (each.ok ? "well: " : "not well: ") + each.text + each.fix;
    return "nothing";
  }
};

// ---- human approval ------------------------------------------------------------------------------------------------

TEST_F(Obliged, ANoteIsShownOnlyAfterAPersonHasApprovedThat) {
  const auto before = open_waiting(*clinic);
  EXPECT_EQ(refusal(before), Code::open_needs_approval);
  EXPECT_TRUE(before->notes.empty());
  EXPECT_EQ(must(clinic->notes_waiting(), "inbox").size(), 1u);  // it waits, and goes to no quarantine
  EXPECT_EQ(count_events(*clinic, EventKind::opened), 0u);

  const auto asked = must(clinic->duties().asked(to_clinic), "asked");
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked.front().note, header);
  EXPECT_EQ(asked.front().sender_name, "harbor");
  EXPECT_EQ(asked.front().type, "progress.engagement");
  EXPECT_TRUE(asked.front().by.empty());
  EXPECT_EQ(refusal(open_waiting(*clinic)), Code::open_needs_approval);  // to ask is not to approve

  for (const auto& nobody : {std::string(), std::string(129, 'x'), std::string("a\nb"), std::string("\xff")})
    EXPECT_TRUE(refuses(clinic->duties().approve(to_clinic, nobody), Code::usage)) << nobody;
  ASSERT_TRUE(passes(clinic->duties().approve(to_clinic, "Dr. Haddad")));
  EXPECT_EQ(count_events(*clinic, EventKind::release), 1u);
  const auto after = open_waiting(*clinic);
  ASSERT_TRUE(passes(after));
  ASSERT_EQ(after->notes.size(), 1u);
  EXPECT_EQ(value_of(after->notes.front(), "nextStep"), kCanaryText);
  // The first approval stands, and a name is nobody's business outside.
  EXPECT_EQ(must(clinic->duties().approve(to_clinic, "Somebody Else"), "again").front().by, "Dr. Haddad");
  EXPECT_EQ(count_events(*clinic, EventKind::release), 1u);
  for (const auto& row : must(clinic->journal(1, 1000), "journal"))
    EXPECT_EQ(row.detail_json.find("Haddad"), std::string::npos);
}

TEST_F(Obliged, AnApprovalIsAskedOfWhoGetsTheClassAndOfNoneElse) {
  EXPECT_TRUE(passes(defender->open_envelope(to_defender)));
  EXPECT_TRUE(refuses(defender->duties().approve(to_defender, "N. Abara"), Code::not_found));
  EXPECT_EQ(must(harbor->open_envelope(archive), "the sender's own copy").notes.size(), 1u);
  EXPECT_TRUE(refuses(harbor->duties().approve(archive, "J. Ortiz"), Code::not_found));
  // An approval is of one note: the next one waits for its own.
  must(clinic->duties().approve(to_clinic, "Dr. Haddad"), "approve");
  seal();
  EXPECT_EQ(refusal(clinic->open_envelope(to_clinic)), Code::open_needs_approval);
}

TEST_F(Obliged, WithoutAnApprovalNothingIsPassedOnOrCopiedEither) {
  EXPECT_TRUE(refuses(clinic->redact(to_clinic, header, {"nextStep"}, "court-copy"), Code::open_needs_approval));
  const auto nonce = must(harbor->new_nonce(), "nonce");
  EXPECT_TRUE(refuses(clinic->present(to_clinic, header, {"nextStep"}, "harbor", nonce, Purpose::coord, std::nullopt),
                      Code::open_needs_approval));
  must(clinic->duties().approve(to_clinic, "Dr. Haddad"), "approve");
  EXPECT_TRUE(passes(clinic->redact(to_clinic, header, {"nextStep"}, "court-copy")));
}

TEST_F(Obliged, APresentedFieldWaitsForItsApprovalAndItsNumberIsNotUsedUp) {
  const auto nonce = must(clinic->new_nonce(), "nonce");
  const auto presented = must(
      harbor->present(archive, header, {"participation"}, "clinic", nonce, Purpose::coord, std::nullopt), "present");
  EXPECT_TRUE(refuses(clinic->verify(presented.envelope), Code::open_needs_approval));
  ASSERT_EQ(must(clinic->duties().approve(presented.envelope, "Dr. Haddad"), "approve").size(), 1u);
  const auto verified = clinic->verify(presented.envelope);
  ASSERT_TRUE(passes(verified));
  EXPECT_TRUE(std::count(verified->obligations.begin(), verified->obligations.end(), Obligation::humanApproval) == 1);
  // Of the next step no approval is asked, but that it is deleted.
  const auto other = must(harbor->present(archive, header, {"nextStep"}, "clinic", must(clinic->new_nonce(), "nonce"),
                                          Purpose::coord, std::nullopt), "present");
  EXPECT_TRUE(refuses(clinic->duties().approve(other.envelope, "Dr. Haddad"), Code::not_found));
  EXPECT_TRUE(must(clinic->duties().deletions(), "deletions").empty());
  ASSERT_TRUE(passes(clinic->verify(other.envelope)));
  EXPECT_EQ(must(clinic->duties().deletions(), "deletions").size(), 1u);
  // The note itself never came here, so that its deletion redacts nothing.
  ASSERT_TRUE(passes(clinic->duties().confirm_deleted(header)));
  EXPECT_EQ(count_events(*clinic, EventKind::redaction), 0u);
}

// ---- delete after --------------------------------------------------------------------------------------------------

TEST_F(Obliged, WhatHasToBeDeletedHasADayAndIsErasedAfterIt) {
  EXPECT_TRUE(must(defender->duties().deletions(), "deletions").empty());
  EXPECT_EQ(finding(*defender), "nothing");
  must(open_waiting(*defender), "open");
  const auto due = must(defender->duties().deletions(), "deletions");
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due.front().note, header);
  EXPECT_EQ(due.front().due, kEnd);
  EXPECT_EQ(due.front().sender_name, "harbor");
  EXPECT_EQ(due.front().type, "progress.engagement");

  world->set_now(kEnd);  // still of that second
  EXPECT_EQ(must(defender->erase_due(), "erase"), 0u);
  EXPECT_EQ(finding(*defender).substr(0, 5), "well:");
  EXPECT_FALSE(std::filesystem::is_empty(world->home("defender") / "spool/in/cur"));
  world->advance(1);
  EXPECT_NE(finding(*defender).find("1 note had to be deleted by now"), std::string::npos);
  EXPECT_EQ(must(defender->erase_due(), "erase"), 1u);
  EXPECT_TRUE(std::filesystem::is_empty(world->home("defender") / "spool/in/cur"));
  EXPECT_EQ(must(defender->erase_due(), "once"), 0u);
  // What the agency copied into its own system, only the agency can delete.
  EXPECT_EQ(finding(*defender).substr(0, 9), "not well:");
  ASSERT_TRUE(passes(defender->duties().confirm_deleted(header)));
  EXPECT_EQ(finding(*defender).substr(0, 5), "well:");
  const auto done = must(defender->duties().deletions(), "deletions").front();
  EXPECT_EQ(done.erased_at, kEnd + 1);
  EXPECT_EQ(done.confirmed_at, kEnd + 1);
}

TEST_F(Obliged, ADeletionIsConfirmedOfWhatWasOpenedAndUndoneByOpeningAgain) {
  EXPECT_TRUE(refuses(defender->duties().confirm_deleted(header), Code::not_found));
  must(open_waiting(*defender), "open");
  ASSERT_TRUE(passes(defender->duties().confirm_deleted(header)));
  EXPECT_TRUE(std::filesystem::is_empty(world->home("defender") / "spool/in/cur"));
  EXPECT_NE(must(defender->duties().deletions(), "deletions").front().confirmed_at.seconds, 0u);
  // Whoever kept a copy of the envelope and opens it has its values again.
  must(defender->open_envelope(to_defender), "a copy");
  EXPECT_EQ(must(defender->duties().deletions(), "deletions").front().confirmed_at.seconds, 0u);
  // The writer keeps its own record by its own rules.
  must(harbor->open_envelope(archive), "archive");
  EXPECT_TRUE(must(harbor->duties().deletions(), "deletions").empty());
}

// ---- the others ----------------------------------------------------------------------------------------------------

TEST_F(Obliged, NoRedisclosureLetsOnlyThosePassOnWhomTheBasisLets) {
  const auto nonce = must(clinic->new_nonce(), "nonce");
  EXPECT_TRUE(passes(harbor->present(archive, header, {"nextStep"}, "clinic", nonce, Purpose::coord, std::nullopt)));
  must(open_waiting(*defender), "open");
  EXPECT_TRUE(
      refuses(defender->present(to_defender, header, {"nextStep"}, "clinic", nonce, Purpose::coord, std::nullopt),
              Code::present_not_allowed));
}

TEST_F(Obliged, NoUseAgainstThePersonClosesProceedings) {
  const auto nonce = must(clinic->new_nonce(), "nonce");
  EXPECT_TRUE(passes(harbor->present(archive, header, {"nextStep"}, "clinic", nonce, Purpose::coord, std::nullopt)));
  EXPECT_TRUE(
      refuses(harbor->present(archive, header, {"nextStep"}, "clinic", nonce, Purpose::proceeding, std::nullopt),
              Code::present_audience));
  auto asked = request(grant);
  asked.purpose = Purpose::proceeding;
  EXPECT_FALSE(harbor->seal(asked).has_value());
}

TEST_F(Obliged, H_502b_AcceptsWhatThePurposeNeedsAndLeavesOutTheRest) {
  const auto opened = must(open_waiting(*defender), "open");
  EXPECT_EQ(value_of(opened.notes.front(), "nextStep"), kCanaryText);
  EXPECT_TRUE(value_of(opened.notes.front(), "narrative").empty());
}

TEST_F(Obliged, H_502b_RefusesToPassOnWhatThePurposeDoesNotNeed) {
  const auto nonce = must(clinic->new_nonce(), "nonce");
  EXPECT_TRUE(
      refuses(harbor->present(archive, header, {"contactApproach"}, "clinic", nonce, Purpose::coord, std::nullopt),
              Code::present_audience));
}

TEST_F(Obliged, AccountingHasALineOfEveryDisclosureAndOfNoneThatWasRefused) {
  const auto lines = count_events(*harbor, EventKind::disclosed);
  EXPECT_EQ(lines, 3u);  // two readers and the archive
  auto asked = request(grant);
  asked.to = {"patrol"};
  EXPECT_TRUE(refuses(harbor->seal(asked), Code::seal_recipient_not_named));
  EXPECT_EQ(count_events(*harbor, EventKind::disclosed), lines);
  seal();
  EXPECT_EQ(count_events(*harbor, EventKind::disclosed), lines + 3);
}

}  // namespace
}  // namespace xch::session_test
