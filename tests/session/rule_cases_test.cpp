// Accepted and refused cases of rules that a home keeps, by the ids of the rule table (consent/packs/lead-default/rules.toml).
#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/encoding.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Result<crypto::SecretBytes> passphrase(std::string_view text) {
  crypto::SecretBytes out(text.size());
  std::copy(text.begin(), text.end(), out.expose_mutable().begin());
  return out;
}

struct HomeRules : ::testing::Test {
  GrantHash grant;
  std::unique_ptr<World> world = world_with_care(SuiteId::p256, &grant);
  session::Session& harbor = (*world)["harbor"];
  session::Session& clinic = (*world)["clinic"];

  void seal_and_carry() {
    ASSERT_TRUE(passes(harbor.seal(request(grant))));
    world->settle();
  }
  std::vector<session::JournalRow> journal(session::Session& session, EventKind kind) {
    auto rows = must(session.journal(1, 10000), "journal");
    rows.erase(std::remove_if(rows.begin(), rows.end(), [&](const auto& row) { return row.kind != kind; }), rows.end());
    return rows;
  }
  /// A sealed envelope for the clinic with one byte changed.
  Bytes bent() {
    const auto sealed = must(harbor.seal(request(grant)), "seal");
    const auto at = std::find_if(sealed.envelopes.begin(), sealed.envelopes.end(),
                                 [&](const auto& e) { return e.to == world->party("clinic").id; });
    Bytes out = at->envelope;
    out[out.size() / 2] ^= 1;
    return out;
  }
};

// ---- 42 CFR 2.31(c) ----------------------------------------------------------------------------------------------------

TEST_F(HomeRules, P2_31_c_AcceptsAConsentInForceAtSealAndAtOpen) {
  seal_and_carry();
  const auto opened = open_waiting(clinic);
  ASSERT_TRUE(passes(opened));
  EXPECT_EQ(opened->notes.size(), 1u);
}

TEST_F(HomeRules, P2_31_c_RefusesAConsentThatHasExpired) {
  world->set_now(Timestamp{kNow.seconds + 90 * kDay});
  EXPECT_FALSE(harbor.seal(request(grant)));
}

TEST_F(HomeRules, P2_31_c_RefusesAConsentThatIsKnownToBeRevokedAndOneThatIsDoubted) {
  // Whoever learns that a consent is false has the office suspend it: the list says so, and nobody seals.
  for (const auto state : {GrantState::suspended, GrantState::revoked}) {
    world->advance(60);
    world->publish_status({{7, state}});
    world->settle();
    EXPECT_TRUE(refuses(harbor.seal(request(grant)), state == GrantState::revoked ? Code::revoked : Code::suspended));
  }
}

TEST_F(HomeRules, P2_31_c_RefusesToSealWhereItIsNotKnownWhetherAConsentIsRevoked) {
  world->advance(25 * kHour);  // no list came within a day
  EXPECT_TRUE(refuses(harbor.seal(request(grant)), Code::seal_status_stale));
}

TEST_F(HomeRules, P2_31_c_RefusesToOpenWhatWasSealedUnderAConsentAfterItsEnd) {
  world->publish_status();
  world->settle();
  world->advance(120);
  world->publish_status({{7, GrantState::revoked}});
  world->advance(60);
  ASSERT_TRUE(passes(harbor.seal(request(grant))));  // the list has not come to harbor yet
  world->settle();
  const auto opened = must(open_waiting(clinic), "open");
  EXPECT_TRUE(opened.notes.empty());
  ASSERT_EQ(opened.refused.size(), 1u);
  EXPECT_EQ(opened.refused.front().code, Code::open_cut_off);
}

// ---- keys and rest -----------------------------------------------------------------------------------------------------

TEST_F(HomeRules, CJ_SC28_AcceptsAHomeInWhichNoFileShowsWhatItHolds) {
  seal_and_carry();
  ASSERT_TRUE(passes(open_waiting(clinic)));
  std::size_t files = 0;
  for (const auto* name : {"harbor", "clinic"}) {
    world->close(name);
    for (const auto& entry : fs::recursive_directory_iterator(world->home(name))) {
      if (!entry.is_regular_file()) continue;
      ++files;
      EXPECT_EQ(read(entry.path()).find(kCanaryText), std::string::npos) << entry.path().filename();
    }
  }
  EXPECT_GE(files, 8u);
}

TEST_F(HomeRules, CJ_SC28_RefusesAStoreWithoutThePassphrase) {
  world->close("clinic");
  auto environment = world->environment();
  environment.secret = [](std::string_view) { return passphrase("another passphrase"); };
  EXPECT_FALSE(session::Session::open(world->home("clinic"), environment));
  EXPECT_TRUE(passes(session::Session::open(world->home("clinic"), world->environment())));
}

TEST_F(HomeRules, CJ_SC12_AcceptsPublicRecordsAsAllThatLeavesAHome) {
  const auto enrolled = must(clinic.enrolment(), "enrolment");
  EXPECT_FALSE(enrolled.keys.empty());
  EXPECT_TRUE(passes(clinic.rotate_key(session::NewKey::encryption)));
  for (const auto& row : must(clinic.keys(), "keys")) EXPECT_FALSE(row.key.record.public_key.empty());
}

TEST_F(HomeRules, CJ_SC12_RefusesToOpenWithTheKeyFilesAlone) {
  world->close("clinic");
  std::size_t keys = 0;
  for (const auto& entry : fs::recursive_directory_iterator(world->home("clinic") / "keys"))
    if (entry.is_regular_file()) {
      ++keys;
      EXPECT_EQ(fs::status(entry.path()).permissions() & (fs::perms::group_all | fs::perms::others_all), fs::perms::none);
    }
  EXPECT_GE(keys, 1u);
  auto environment = world->environment();
  environment.secret = nullptr;
  EXPECT_FALSE(session::Session::open(world->home("clinic"), environment));
}

TEST(SuiteRules, CJ_X25519_AcceptsTheApprovedSuiteThatTheRosterPins) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  ASSERT_TRUE(passes((*world)["harbor"].seal(request(grant))));
  world->settle();
  EXPECT_TRUE(passes(open_waiting((*world)["clinic"])));
}

TEST(SuiteRules, CJ_X25519_RefusesTheOtherSuiteInThatCoalition) {
  GrantHash grant;
  const auto world = world_with_care(SuiteId::p256, &grant);
  GrantHash other_grant;
  const auto other = world_with_care(SuiteId::x25519, &other_grant);
  const auto sealed = must((*other)["harbor"].seal(request(other_grant)), "seal");
  for (const auto& envelope : sealed.envelopes) EXPECT_FALSE((*world)["clinic"].open_envelope(envelope.envelope));
}

// ---- records -------------------------------------------------------------------------------------------------------------

TEST_F(HomeRules, CJ_AU3_AcceptsALineThatSaysWhatWhenWhereWhoAndHowItEnded) {
  seal_and_carry();
  world->advance(30);
  ASSERT_TRUE(passes(open_waiting(clinic)));
  const auto rows = journal(clinic, EventKind::opened);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].time, world->now());
  EXPECT_FALSE(rows[0].actor.is_zero());   // the seat that did it
  EXPECT_FALSE(rows[0].object.is_zero());  // the note
  for (const char* member : {"\"sender\"", "\"grant\"", "\"purpose\"", "\"basis\""})
    EXPECT_NE(rows[0].detail_json.find(member), std::string::npos) << member;
}

TEST_F(HomeRules, CJ_AU3_RefusesNothingWithoutALineThatSaysWhy) {
  EXPECT_FALSE(clinic.open_envelope(bent()));
  const auto rows = journal(clinic, EventKind::denied);
  ASSERT_FALSE(rows.empty());
  EXPECT_NE(rows.back().detail_json.find(info(Code::open_outer).id), std::string::npos);
}

TEST_F(HomeRules, CJ_AU3_3_AcceptsLinesOfDigestsCodesAndCounts) {
  seal_and_carry();
  ASSERT_TRUE(passes(open_waiting(clinic)));
  std::size_t lines = 0;
  for (auto* session : {&harbor, &clinic})
    for (const auto& row : must(session->journal(1, 10000), "journal")) {
      ++lines;
      for (const char* never : {kCanaryName, kCanaryText, "harbor", "clinic"})
        EXPECT_EQ(row.detail_json.find(never), std::string::npos);
    }
  EXPECT_GE(lines, 4u);
}

TEST_F(HomeRules, CJ_AU3_3_RefusesToRepeatWhatWasWrittenWhereADigestBelongs) {
  EXPECT_FALSE(clinic.redact(ByteView(std::string_view(kCanaryText)), HeaderHash(), {kCanaryName}, kCanaryText));
  EXPECT_FALSE(clinic.erase_note(HeaderHash()));
  for (const auto& row : must(clinic.journal(1, 10000), "journal")) {
    EXPECT_EQ(row.detail_json.find(kCanaryText), std::string::npos);
    EXPECT_EQ(row.detail_json.find(kCanaryName), std::string::npos);
  }
}

TEST_F(HomeRules, CJ_AU12_AcceptsEachStepWithALineOfItsOwn) {
  seal_and_carry();
  ASSERT_TRUE(passes(open_waiting(clinic)));
  world->settle();
  EXPECT_EQ(count_events(harbor, EventKind::sealed), 1u);
  EXPECT_GE(count_events(harbor, EventKind::disclosed), 1u);
  EXPECT_EQ(count_events(harbor, EventKind::receipt), 1u);
  EXPECT_EQ(count_events(clinic, EventKind::received), 1u);
  EXPECT_EQ(count_events(clinic, EventKind::opened), 1u);
  EXPECT_GE(count_events(clinic, EventKind::grant), 1u);
  EXPECT_GE(count_events(clinic, EventKind::status), 1u);
}

TEST_F(HomeRules, CJ_AU12_RefusesNothingSilently) {
  const auto before = count_events(clinic, EventKind::denied);
  EXPECT_FALSE(clinic.open_envelope(bent()));
  EXPECT_EQ(count_events(clinic, EventKind::denied), before + 1);
}

}  // namespace
}  // namespace xch::session_test
